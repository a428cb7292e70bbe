"""Each lock holds its rows and no others, in the order of their ids, and shows them as they are once they are held.

The negative control: with the locks taken away nothing is held, and of two changes at once one is lost.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from service.database.engine import create_engine, create_sessions
from service.database.queries import locks
from service.domain.forecasts import Forecast
from service.domain.offers import Offer
from service.domain.orders import Order, OrderLine
from service.domain.organisations import Organisation
from service.domain.plans import Plan
from service.domain.stocks import Stock
from tests.factories.orders import new_order, new_order_line
from tests.factories.places import OTHER_REGION, REGION, new_region
from tests.factories.planned_weeks import add_plan, add_planned_week
from tests.factories.plans import WEEK

NEXT_WEEK = WEEK + timedelta(days=7)
HERE = {"region_code": REGION, "week_start": WEEK}
LOCKS = {
    "plans of a week": (Plan, lambda session, _: locks.lock_plans_of_week(session, **HERE)),
    "orders of a week": (Order, lambda session, _: locks.lock_orders_of_week(session, **HERE)),
    "an order": (Order, lambda session, ids: locks.lock_order(session, ids[0])),
    "lines of an order": (OrderLine, lambda session, ids: locks.lock_order_lines(session, ids[0])),
    "offers": (Offer, locks.lock_offers),
    "stocks": (Stock, locks.lock_stocks),
    "organisations": (Organisation, locks.lock_organisations),
    "organisations as they are": (Organisation, locks.keep_organisations),
    "forecasts": (Forecast, locks.keep_forecasts),
}
KEPT = {"organisations as they are", "forecasts"}


def number_of(kind: Any) -> Any:
    """Return a column that any change may raise: the version, and of lines, which have none, the price."""
    return kind.price_idr if kind is OrderLine else kind.version


class Rows:
    """What there is of everything: in this region and week, in another week, in another region."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.sessions, self.engine = create_sessions(engine), engine
        self.asked: dict[str, Any] = {}
        self.held: dict[str, set[Any]] = {}

    async def fill(self) -> None:
        async with self.sessions.begin() as session:
            week = await add_planned_week(session, kitchens=4, cooperatives=2, items=6)
            session.add(new_region(OTHER_REGION, "Kabupaten Bogor"))
            await session.flush()
            places = ({}, {}, {"week_start": NEXT_WEEK}, {"region_code": OTHER_REGION})
            plans = [week.plan, *[await add_plan(session, week, **place) for place in places[1:]]]
            orders, lines = await self.add_orders(session, week, plans, places)
        some = {
            "offers": list(week.offers.values()),
            "stocks": list(week.stocks.values()),
            "organisations": week.kitchens,
            "organisations as they are": week.kitchens,
            "forecasts": week.forecasts,
        }
        for name, things in some.items():
            self.asked[name] = [thing.id for thing in things[1:]]
            self.held[name] = set(self.asked[name])
        self.held["plans of a week"] = {plan.id for plan in plans[:2]}
        self.held["orders of a week"] = {order.id for order in orders[:2]}
        self.held["an order"] = {orders[0].id}
        self.held["lines of an order"] = {line.id for line in lines if line.order_id == orders[0].id}
        self.asked["an order"] = self.asked["lines of an order"] = [orders[0].id]

    async def add_orders(self, session, week, plans, places):
        orders = [
            new_order(plan_id=plan.id, number=f"PO-{number}", cooperative_id=week.cooperatives[0].id, **place)
            for number, (plan, place) in enumerate(zip(plans, places, strict=True))
        ]
        session.add_all(orders)
        await session.flush()
        offer = next(iter(week.offers.values()))
        fields = {"kitchen_id": week.kitchens[0].id, "item_code": offer.item_code, "offer_id": offer.id}
        lines = [new_order_line(order, position=at, **fields) for order in orders[:2] for at in (1, 2, 3)]
        session.add_all(lines)
        await session.flush()
        return orders, lines

    async def lock(self, name: str, session: Any) -> list[Any]:
        """Take a lock; return what it gave, in order."""
        found = await LOCKS[name][1](session, self.asked.get(name))
        if isinstance(found, dict):
            assert list(found) == [thing.id for thing in found.values()]
        return list(found.values()) if isinstance(found, dict) else found if isinstance(found, list) else [found]

    async def free_for(self, name: str, strength: str) -> set[Any]:
        """Return the ids of the rows that somebody else can hold now, so strongly."""
        table = LOCKS[name][0].__table__.name
        async with self.engine.connect() as other:
            rows = await other.execute(sa.text(f"SELECT id FROM {table} FOR {strength} SKIP LOCKED"))
            return set(rows.scalars())

    async def ids_of(self, name: str) -> set[Any]:
        async with self.sessions() as session:
            return set(await session.scalars(sa.select(LOCKS[name][0].id)))


@pytest.fixture
async def rows(fresh_database: str) -> AsyncIterator[Rows]:
    engine = create_engine(fresh_database)
    rows = Rows(engine)
    await rows.fill()
    yield rows
    await engine.dispose()


async def test_each_lock_holds_its_rows_and_no_others_as_strongly_as_it_must(rows: Rows):
    for name in LOCKS:
        everything = await rows.ids_of(name)
        assert rows.held[name] < everything, name
        async with rows.sessions.begin() as session:
            assert {thing.id for thing in await rows.lock(name, session)} == rows.held[name], name
            left = everything - rows.held[name]
            assert await rows.free_for(name, "NO KEY UPDATE") == left, name
            assert await rows.free_for(name, "SHARE") == (everything if name in KEPT else left), name
            if name not in KEPT:
                assert await rows.free_for(name, "KEY SHARE") == everything, "others may refer to the row"
        assert await rows.free_for(name, "UPDATE") == everything, name


async def test_each_lock_takes_its_rows_in_the_order_of_their_ids(rows: Rows):
    said: list[str] = []
    sa.event.listen(rows.engine.sync_engine, "before_cursor_execute", lambda *call: said.append(call[2]))
    for name in LOCKS.keys() - {"an order"}:
        async with rows.sessions.begin() as session:
            ids = [thing.id for thing in await rows.lock(name, session)]
            assert ids == sorted(ids), name
        assert f"ORDER BY {LOCKS[name][0].__table__.name}.id" in said[-1], name


async def test_each_lock_reads_anew_what_was_read_before(rows: Rows):
    for name, (kind, _) in LOCKS.items():
        async with rows.sessions.begin() as session:
            column = number_of(kind)
            known = {thing.id: getattr(thing, column.key) for thing in await session.scalars(sa.select(kind))}
            async with rows.sessions.begin() as other:
                await other.execute(sa.update(kind).values({column: column + 1}))
            for thing in await rows.lock(name, session):
                assert getattr(thing, column.key) == known[thing.id] + 1, name


async def count_twice_at_once(rows: Rows, name: str) -> int:
    """Let two count on the same row at once, each on what it read; return how many of them were counted."""
    kind, counted = LOCKS[name][0], min(rows.held[name])
    column = number_of(kind)
    first_has_read, pids = asyncio.Event(), []

    async def count(is_first: bool) -> None:
        async with rows.sessions.begin() as session:
            if not is_first:
                await first_has_read.wait()
            pids.append(await session.scalar(sa.select(sa.func.pg_backend_pid())))
            read = {thing.id: getattr(thing, column.key) for thing in await rows.lock(name, session)}[counted]
            first_has_read.set()
            if is_first:
                await until_second_waits_or_is_done()
            await session.execute(sa.update(kind).where(kind.id == counted).values({column: read + 1}))

    async def until_second_waits_or_is_done() -> None:
        waits = sa.text("SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = :pid")
        async with rows.engine.connect() as looker:
            await looker.execution_options(isolation_level="AUTOCOMMIT")
            while not second.done() and not (len(pids) > 1 and await looker.scalar(waits, {"pid": pids[1]})):  # noqa: ASYNC110
                await asyncio.sleep(0.002)

    async with rows.sessions() as session:
        before = await session.scalar(sa.select(column).where(kind.id == counted))
    second = asyncio.create_task(count(is_first=False))
    await asyncio.gather(count(is_first=True), second)
    async with rows.sessions() as session:
        return await session.scalar(sa.select(column).where(kind.id == counted)) - before


async def test_of_two_changes_at_once_none_is_lost(rows: Rows):
    assert {name: await count_twice_at_once(rows, name) for name in LOCKS.keys() - KEPT} == dict.fromkeys(
        LOCKS.keys() - KEPT, 2
    )


async def test_with_the_locks_off_each_of_them_loses_one_change(rows: Rows, monkeypatch):
    monkeypatch.setattr(locks, "for_change", lambda query: query)
    monkeypatch.setattr(locks, "for_keeping", lambda query: query)
    assert {name: await count_twice_at_once(rows, name) for name in LOCKS.keys() - KEPT} == dict.fromkeys(
        LOCKS.keys() - KEPT, 1
    )
    for name in KEPT:
        async with rows.sessions.begin() as session:
            await rows.lock(name, session)
            assert await rows.free_for(name, "NO KEY UPDATE") == await rows.ids_of(name)
