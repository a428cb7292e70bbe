"""Lists of goods and money are served by indexes, however many weeks there are."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from service.database.cursors import Cursor
from service.database.queries.credit_notes import list_credit_notes
from service.database.queries.deliveries import DeliveryFilter, list_deliveries, under_way_ids
from service.database.queries.invoices import InvoiceFilter, late_invoice_ids, late_refund_ids, list_invoices
from service.database.queries.ledgers import LedgerFilter, list_entries, list_statements
from service.database.queries.price_proposals import list_proposals
from service.domain.credit_notes import LateReject
from service.domain.invoices import Invoice
from service.domain.orders import OrderLine
from service.domain.people import Role
from service.domain.receipts import ReceiptLine, RejectReason
from service.workflows.reject_late import RejectLate, reject_late
from tests.database.test_order_queries import explained
from tests.factories.delivered_weeks import add_delivered_week, send_out, sign_both, take_in
from tests.factories.orders import new_price_proposal
from tests.factories.places import REGION

MANY = 3000
COPIES = {
    "delivery": "'drop_no', n + 1, 'number', 'D' || n, 'needed_date', needed_date - n, 'status', 'received',"
    " 'dispatched_at', created_at",
    "ledger_entry": "'movement_id', gen_random_uuid(), 'booked_on', booked_on - n",
    "price_proposal": "'created_at', created_at - n * interval '1 hour', 'status', 'expired'",
    "credit_note": "'sequence', n + 1, 'issued_on', issued_on - n",
}
"""For each table what tells the copies of a row apart."""
RECEIPTS = """
    INSERT INTO receipt SELECT (jsonb_populate_record(one,
        jsonb_build_object('id', gen_random_uuid(), 'delivery_id', delivery.id))).*
    FROM receipt AS one, delivery WHERE delivery.id NOT IN (SELECT delivery_id FROM receipt)"""
INVOICES = """
    INSERT INTO invoice SELECT (jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid(),
        'receipt_id', unbilled.id, 'sequence', unbilled.n + 1, 'issued_on', issued_on - unbilled.n::int,
        'due_on', due_on - unbilled.n::int, 'status', 'paid', 'paid_idr', total_idr))).*
    FROM invoice AS one, (
        SELECT id, row_number() OVER () AS n FROM receipt WHERE id NOT IN (SELECT receipt_id FROM invoice)
    ) AS unbilled"""


async def copy(session, table):
    statement = f"""
        INSERT INTO {table} SELECT (jsonb_populate_record(one,
            jsonb_build_object('id', gen_random_uuid(), {COPIES[table]}))).*
        FROM {table} AS one, generate_series(1, {MANY}) AS n
        WHERE one.id = (SELECT id FROM {table} ORDER BY id LIMIT 1)"""
    await session.execute(sa.text(statement))


@pytest.fixture
async def history(work):
    """Thousands of drops, receipts, invoices, entries, credit notes and proposals, known to the planner."""
    delivered = await add_delivered_week(work)
    note = delivered.notes[0]
    await send_out(work, delivered, note)
    receipt = await take_in(work, delivered, note)
    await sign_both(work, delivered, receipt)
    line = (await work.session.scalars(sa.select(ReceiptLine))).first()
    late = RejectLate(receipt.id, (LateReject(line.id, 1_000, RejectReason.SPOILED),))
    await reject_late(replace(work, actor=delivered.head), late)
    [order] = delivered.orders
    ordered = (await work.session.scalars(sa.select(OrderLine))).first()
    officer = delivered.week.users[Role.COOP_OFFICER, order.cooperative_id]
    work.session.add(new_price_proposal(order, ordered, officer))
    await work.session.flush()
    for table in COPIES:
        await copy(work.session, table)
    tables = (*COPIES, "receipt", "invoice", "organisation")
    for statement in (RECEIPTS, INVOICES, *(f"ANALYZE {name}" for name in tables)):
        await work.session.execute(sa.text(statement))
    return delivered, (await work.session.scalars(sa.select(Invoice).limit(1))).one()


async def plan_of(work, engine, query):
    return await explained(work.session, engine, lambda: query(work.session))


@pytest.mark.parametrize("side", ["city", "cooperative", "kitchen"])
async def test_lists_of_both_sides_and_of_the_city_have_an_index(work, engine, history, side):
    _, invoice = history
    own = {
        "cooperative_ids": (invoice.cooperative_id,) if side == "cooperative" else (),
        "kitchen_ids": (invoice.kitchen_id,) if side == "kitchen" else (),
    }
    after, common = (date(2026, 11, 1), invoice.id), {"region_code": REGION, "limit": 50}
    queries = {
        "delivery": lambda session: list_deliveries(session, wanted=DeliveryFilter(**own), after=after, **common),
        "invoice": lambda session: list_invoices(session, wanted=InvoiceFilter(**own), after=after, **common),
        "credit_note": lambda session: list_credit_notes(session, after=after, **own, **common),
    }
    for table, query in queries.items():
        plan = await plan_of(work, engine, query)
        assert f"Seq Scan on {table}" not in plan, plan


@pytest.mark.parametrize("whose", ["all", "one"])
async def test_the_books_have_an_index(work, engine, history, whose):
    _, invoice = history
    organisation_id = invoice.kitchen_id if whose == "one" else None
    wanted, after = LedgerFilter(REGION, organisation_id), (date(2026, 11, 1), invoice.id)
    plan = await plan_of(work, engine, lambda session: list_entries(session, wanted, after=after, limit=50))
    assert "Seq Scan on ledger_entry" not in plan, plan
    if whose == "one":
        period = {"from_date": date(2020, 1, 1), "to_date": date(2020, 1, 31)}
        books = await plan_of(
            work, engine, lambda session: list_statements(session, organisation_id=organisation_id, **period)
        )
        assert "Seq Scan on ledger_entry" not in books, books


async def test_proposals_and_what_is_under_way_or_late_are_found_by_index(work, engine, history):
    _, invoice = history
    after = Cursor(work.now - timedelta(days=3), invoice.id)
    listed = await plan_of(
        work,
        engine,
        lambda session: list_proposals(
            session, region_code=REGION, organisation_id=None, status=None, after=after, limit=50
        ),
    )
    assert "Seq Scan on price_proposal" not in listed, listed
    assert "ix_delivery_under_way" in await plan_of(work, engine, lambda session: under_way_ids(session, work.now))
    assert "ix_invoice_to_chase" in await plan_of(work, engine, lambda session: late_invoice_ids(session, work.now))


async def test_late_refunds_are_found_by_index_among_those_that_were_told_of(work, engine, history):
    _, invoice = history
    told = sa.update(Invoice).values(refund_told_at=work.now).where(Invoice.id != invoice.id)
    await work.session.execute(told.execution_options(synchronize_session=False))
    await work.session.execute(sa.text("ANALYZE invoice"))
    assert "ix_invoice_to_refund" in await plan_of(work, engine, lambda session: late_refund_ids(session, work.now))
