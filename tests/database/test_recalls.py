"""Traces read indexes, however many notes there are."""

import uuid

import sqlalchemy as sa

from service.database.queries.recalls import lots_query, trace_query
from service.database.queries.spellings import spelled
from service.domain.lot_names import SPELLED_ALIKE, LotName, one_spelling
from service.domain.recalls import Wanted
from tests.factories.places import REGION

MANY_NOTES = (
    "SET LOCAL session_replication_role = replica",  # Only how many there are counts, not what they belong to.
    """INSERT INTO delivery (id, created_at, version, region_code, week_start, number, cooperative_id,
        kitchen_id, needed_date, drop_no, status)
    SELECT md5('note' || n)::uuid, now(), 1, '32.71', '2026-11-30', n, gen_random_uuid(), gen_random_uuid(),
        '2026-11-30', 1, 'planned' FROM generate_series(1, 2000) n""",
    """INSERT INTO delivery_line (id, created_at, version, delivery_id, position, order_line_id, item_code,
        planned_qty, price_idr)
    SELECT md5('line' || n)::uuid, now(), 1, md5('note' || n / 10)::uuid, n, gen_random_uuid(), 'ITEM-00', 1, 1
        FROM generate_series(10, 20009) n""",
    """INSERT INTO delivery_lot (id, created_at, version, delivery_line_id, shipped_qty, lot_code, producer)
    SELECT gen_random_uuid(), now(), 1, md5('line' || n)::uuid, 1, 'L-' || n, 'Tani ' || n / 10
        FROM generate_series(10, 20009) n""",
    "ANALYZE delivery",
    "ANALYZE delivery_line",
    "ANALYZE delivery_lot",
)
"""As many as make an index worth it."""


async def test_a_trace_reads_its_index_and_no_whole_table(session):
    """With an empty table the planner would scan; what it would do with a large one is what counts."""
    for statement in MANY_NOTES:
        await session.execute(sa.text(statement))
    name = LotName("ITEM-00", "L-1", "Tani")
    for wanted in (Wanted(lot_code="L-1"), Wanted(delivery_number="SJ-1", lots=frozenset({name}))):
        shown = await explained(session, trace_query(REGION, wanted))
        assert "ix_delivery_lot_code_spelled" in shown
        assert "Seq Scan on delivery" not in shown
    assert "ix_delivery_lot_producer_spelled" in await explained(session, trace_query(REGION, Wanted(producer="Tani")))
    of_note = await explained(session, lots_query(uuid.uuid4(), Wanted(delivery_number="SJ-1")))
    assert "uq_delivery_line_delivery_id_order_line_id" in of_note
    assert "ix_delivery_lot_line" in of_note


async def test_queries_spell_names_as_the_rules_do(session):
    alike, _ = SPELLED_ALIKE
    names = [*(f" x{one}{one} y{one}" for one in alike), "", "  ", "L-1", "ß İ ẞ Σς %s :a ' \\", "L\u200b1", "L–1"]
    given = sa.values(sa.column("name", sa.Text), name="given").data([(name,) for name in names])
    found = await session.execute(sa.select(given.c.name, spelled(given.c.name)))
    assert [(name, said) for name, said in found if said != one_spelling(name)] == []


async def explained(session, query):
    shown = query.compile(dialect=session.bind.dialect, compile_kwargs={"literal_binds": True})
    return "\n".join(row[0] for row in await session.execute(sa.text(f"EXPLAIN {shown}")))
