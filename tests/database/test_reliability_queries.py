"""The figures behind a reliability come from orders, withdrawals, notes, receipts and credit notes of eight weeks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from service.database.queries.reliability import Ledger, read_records
from service.domain.orders import Answer, OrderLine
from service.domain.receipts import RejectReason
from service.domain.reliability import Record
from service.domain.weighings import Weighing
from service.domain.withdrawals import Withdrawal, WithdrawalReason
from service.workflows.receive_delivery import ReceiveDelivery, receive_delivery
from service.workflows.withdraw_lines import WithdrawLines, withdraw_lines
from tests.factories.delivered_weeks import add_delivered_week, lines_of, note_lines_of, send_out, take_in
from tests.factories.places import REGION
from tests.factories.plans import WEEK
from tests.workflows.test_pay_invoice import invoiced
from tests.workflows.test_reject_late import lines_of as receipt_lines_of
from tests.workflows.test_reject_late import rejecting

IN_TIME = datetime(2026, 11, 29, 13, tzinfo=UTC)
"""20:00 in Bogor on the evening before the cooking day."""
ALL_IDR = 2 * (504_000 + 640_000)
"""For each of two kitchens 40 kg of packs at Rp 12,600 and of own goods at Rp 16,000."""


@pytest.fixture
async def delivered(work):
    return await add_delivered_week(work)


async def record_of(work, *, weeks_later=1, today=WEEK):
    ledger = Ledger(REGION, WEEK + timedelta(weeks=weeks_later), today, "Asia/Jakarta")
    records = await read_records(work.session, ledger)
    return next((weeks[WEEK] for weeks in records.values() if WEEK in weeks), Record())


async def test_what_is_delivered_in_time_and_taken_counts_whole(work, delivered):
    for note in delivered.notes:
        await send_out(replace(work, now=IN_TIME), delivered, note)
    await take_in(work, delivered, delivered.notes[0])
    assert await record_of(work) == Record(
        lines=4,
        ordered_idr=ALL_IDR,
        accepted_idr=ALL_IDR,
        received_idr=ALL_IDR,
        due_idr=ALL_IDR,
        shipped_idr=ALL_IDR,
        on_time_idr=ALL_IDR,
        weighed_idr=ALL_IDR // 2,
        taken_idr=ALL_IDR // 2,
    )


async def test_goods_that_leave_a_minute_late_or_never_are_due_and_not_on_time(work, delivered):
    late, _never = delivered.notes
    await send_out(replace(work, now=IN_TIME + timedelta(minutes=1)), delivered, late)
    record = await record_of(work)
    assert (record.due_idr, record.shipped_idr, record.on_time_idr) == (ALL_IDR, ALL_IDR // 2, 0)


async def test_nothing_is_due_before_its_cooking_day(work, delivered):
    assert (await record_of(work, today=WEEK - timedelta(days=1))).due_idr == 0


async def test_what_a_cooperative_withdrew_stays_accepted_and_is_told(work, delivered):
    [order] = delivered.orders
    own = next(line for line in await lines_of(work, order) if line.offer_id)
    said = Withdrawal(own.id, 10_000, WithdrawalReason.CROP_FAILED)
    await withdraw_lines(replace(work, actor=delivered.officer), WithdrawLines(order.id, order.version, (said,)))
    record = await record_of(work)
    assert (record.accepted_idr, record.withdrawn_idr) == (ALL_IDR, 160_000)
    assert record.received_idr == record.due_idr == ALL_IDR - 160_000


async def test_what_a_kitchen_refuses_is_not_taken(work, delivered):
    note = delivered.notes[0]
    await send_out(replace(work, now=IN_TIME), delivered, note)
    lines = await note_lines_of(work, note)
    own = next(line for line in lines if line.price_idr == 16_000)
    weighing = Weighing(own.id, 40_000, rejected_qty=10_000, reason=RejectReason.SPOILED)
    await receive_delivery(replace(work, actor=delivered.head), ReceiveDelivery(note.id, (weighing,)))
    record = await record_of(work)
    assert (record.weighed_idr, record.taken_idr, record.rejected_idr) == (640_000, 480_000, 160_000)


async def test_what_is_rejected_after_signing_is_told_in_the_week_of_the_goods_and_changes_nothing_else(work):
    delivered, invoice = await invoiced(work)
    before = await record_of(work)
    [line, *_] = await receipt_lines_of(work, invoice)
    two_days_later = replace(work, actor=delivered.head, now=work.now + timedelta(days=2))
    note = await rejecting(invoice, line, 10_000)(two_days_later)
    assert await record_of(work) == replace(before, late_rejected_idr=note.total_idr)
    assert (await record_of(work)).rejected_idr == before.rejected_idr + note.total_idr


async def test_silence_is_told_apart_from_a_decline(work, delivered):
    [order] = delivered.orders
    line: OrderLine = (await lines_of(work, order))[0]
    await work.session.delete(await answer_of(work, line))
    line.status, line.accepted_qty, line.expired_at = "declined", 0, work.now
    await work.session.flush()
    record = await record_of(work)
    worth = line.price_idr * 40
    assert (record.expired_idr, record.accepted_idr) == (worth, ALL_IDR - worth)


@pytest.mark.parametrize(("weeks_later", "is_remembered"), [(0, False), (1, True), (8, True), (9, False)])
async def test_the_eight_weeks_before_count(work, delivered, weeks_later, is_remembered):
    record = await record_of(work, weeks_later=weeks_later, today=WEEK + timedelta(weeks=10))
    assert bool(record.lines) is is_remembered
    assert bool(record.due_idr) is is_remembered


async def answer_of(work, line):
    return (await work.session.scalars(sa.select(Answer).where(Answer.order_line_id == line.id))).one()
