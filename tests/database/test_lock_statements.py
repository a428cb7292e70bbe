"""What each lock says to the database, word for word: which rows, in which order, how strongly; needs no database."""

import asyncio
import uuid
from types import SimpleNamespace

import pytest
from sqlalchemy.dialects import postgresql

from service.database.queries import locks
from tests.factories.plans import WEEK

IDS = (uuid.UUID(int=1), uuid.UUID(int=2))
FOUND = [SimpleNamespace(id=key) for key in IDS]
BY_ID = dict(zip(IDS, FOUND, strict=True))
HERE = {"region_code": "32.71", "week_start": WEEK}
OF_WEEK = "FROM {0} WHERE {0}.region_code = '32.71' AND {0}.week_start = '2026-11-30' ORDER BY {0}.id"
BY_IDS = f"FROM {{0}} WHERE {{0}}.id IN ('{IDS[0]}', '{IDS[1]}') ORDER BY {{0}}.id"
CHANGE, KEEP = " FOR NO KEY UPDATE", " FOR SHARE"
SAID = [
    (locks.lock_plans_of_week, (), HERE, OF_WEEK.format("plan") + CHANGE, FOUND),
    (
        locks.lock_plans_from,
        (),
        {"region_code": "32.71", "first_week": WEEK},
        f"FROM plan WHERE plan.region_code = '32.71' AND plan.week_start >= '2026-11-30' ORDER BY plan.id{CHANGE}",
        FOUND,
    ),
    (locks.lock_orders_of_week, (), HERE, OF_WEEK.format("purchase_order") + CHANGE, FOUND),
    (
        locks.lock_order_lines,
        IDS[:1],
        {},
        f"FROM order_line WHERE order_line.order_id = '{IDS[0]}' ORDER BY order_line.id{CHANGE}",
        FOUND,
    ),
    (locks.lock_order, IDS[:1], {}, f"FROM purchase_order WHERE purchase_order.id = '{IDS[0]}'{CHANGE}", FOUND[0]),
    (locks.lock_offers, (IDS,), {}, BY_IDS.format("offer") + CHANGE, BY_ID),
    (locks.lock_stocks, (IDS,), {}, BY_IDS.format("stock") + CHANGE, BY_ID),
    (locks.lock_organisations, (IDS,), {}, BY_IDS.format("organisation") + CHANGE, FOUND),
    (locks.keep_organisations, (IDS,), {}, BY_IDS.format("organisation") + KEEP, FOUND),
    (locks.lock_region, ("32.71",), {}, f"FROM region WHERE region.code = '32.71'{CHANGE}", FOUND[0]),
    (locks.keep_region, ("32.71",), {}, f"FROM region WHERE region.code = '32.71'{KEEP}", FOUND[0]),
    (locks.keep_forecasts, (IDS,), {}, BY_IDS.format("forecast") + KEEP, FOUND),
]


class Listening:
    """A session that answers with the same rows, and keeps what it was asked."""

    def __init__(self, rows):
        self.rows, self.said, self.anew = rows, "", False

    async def scalars(self, query):
        words = str(query.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))
        self.said = " ".join(words.split())
        self.anew = query.get_execution_options().get("populate_existing")
        return iter(self.rows)


@pytest.mark.parametrize(("lock", "given", "named", "said", "found"), SAID)
def test_a_lock_asks_for_its_rows_in_order_and_reads_them_anew(lock, given, named, said, found):
    session = Listening([found] if isinstance(found, SimpleNamespace) else FOUND)
    assert asyncio.run(lock(session, *given, **named)) == found
    assert session.said[session.said.index("FROM ") :] == said
    assert session.anew is True


def test_every_lock_is_tried_here():
    names = {name for name in vars(locks) if name.startswith(("lock_", "keep_"))}
    assert names == {lock.__name__ for lock, *_ in SAID}
