"""From accepted lines to signed receipts: notes, drops, lots, scales, two names, one invoice."""

import uuid
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from service.domain.deliveries import Delivery, DeliveryStatus, RestFate
from service.domain.errors import (
    IllegalTransition,
    InvalidField,
    NotFound,
    NotPermitted,
    NotWeighed,
    ReceiptSigned,
    StaleVersion,
)
from service.domain.invoices import Invoice
from service.domain.loads import LineLoad, Lot
from service.domain.receipts import ReceiptLine, ReceiptStatus, RejectReason, Signature
from service.domain.weighings import Weighing
from service.workflows import prepare_deliveries as module
from service.workflows.dispatch_delivery import DispatchDelivery, dispatch_delivery
from service.workflows.prepare_deliveries import PrepareDeliveries, prepare_deliveries
from service.workflows.receive_delivery import ReceiveDelivery, receive_delivery
from service.workflows.sign_receipt import SignReceipt, sign_receipt
from tests.factories.delivered_weeks import add_delivered_week, note_lines_of, send_out, sign_both, take_in
from tests.factories.deliveries import all_of, taking_all
from tests.factories.plans import LINE_QTY


@pytest.fixture
async def delivered(work):
    return await add_delivered_week(work)


@pytest.fixture
async def note(delivered):
    return delivered.notes[0]


@pytest.fixture
async def left(work, delivered, note):
    await send_out(work, delivered, note)
    return note


async def dispatching(work, delivered, note, *loads, version=None):
    by = replace(work, actor=delivered.officer)
    return await dispatch_delivery(by, DispatchDelivery(note.id, loads, expected_version=version or note.version))


async def weighing(work, delivered, note, *weighings):
    return await receive_delivery(replace(work, actor=delivered.head), ReceiveDelivery(note.id, weighings))


async def all_of_type(work, kind):
    return list(await work.session.scalars(sa.select(kind)))


async def test_what_was_accepted_stands_on_one_note_for_each_kitchen_and_day(work, delivered):
    assert [note.drop_no for note in delivered.notes] == [1, 1]
    assert {note.kitchen_id for note in delivered.notes} == {kitchen.id for kitchen in delivered.week.kitchens}
    for note in delivered.notes:
        lines = await note_lines_of(work, note)
        assert [line.position for line in lines] == [1, 2]
        assert all(line.planned_qty > 0 and line.shipped_qty is None for line in lines)


async def test_notes_are_made_once(work, delivered):
    assert await prepare_deliveries(work, PrepareDeliveries(delivered.orders[0].id)) == []
    assert len(await all_of_type(work, Delivery)) == 2


async def test_a_drop_leaves_once_at_the_version_that_was_seen(work, delivered, note):
    loads = [all_of(line) for line in await note_lines_of(work, note)]
    with pytest.raises(StaleVersion):
        await dispatching(work, delivered, note, *loads, version=9)
    await dispatching(work, delivered, note, *loads)
    assert note.status is DeliveryStatus.DISPATCHED
    with pytest.raises(IllegalTransition):
        await dispatching(work, delivered, note, *loads)


async def test_only_the_cooperative_of_the_note_lets_it_leave(work, delivered, note):
    command = DispatchDelivery(note.id, (), expected_version=1)
    with pytest.raises(NotPermitted):
        await dispatch_delivery(replace(work, actor=delivered.head), command)
    stranger = replace(delivered.officer, organisation_id=uuid.uuid4())
    for actor, wanted in ((stranger, command), (delivered.officer, replace(command, delivery_id=uuid.uuid4()))):
        with pytest.raises(NotFound):
            await dispatch_delivery(replace(work, actor=actor), wanted)


async def test_goods_that_are_carried_stand_on_a_further_drop_at_once(work, delivered, note):
    first, second = await note_lines_of(work, note)
    half = first.planned_qty // 2
    some = LineLoad(first.id, (Lot(half, "L-1", "A"),), RestFate.CARRIED, "truck full")
    none = LineLoad(second.id, (), RestFate.CLOSED, "spoiled")
    await dispatching(work, delivered, note, some, none)
    [further] = [each for each in await all_of_type(work, Delivery) if each.drop_no == 2]
    [line] = await note_lines_of(work, further)
    assert further.status is DeliveryStatus.PLANNED
    assert (line.order_line_id, line.planned_qty) == (first.order_line_id, first.planned_qty - half)
    assert further.number.endswith("-2")


async def test_goods_that_have_not_left_cannot_be_weighed(work, delivered, note):
    line, _ = await note_lines_of(work, note)
    with pytest.raises(IllegalTransition):
        await weighing(work, delivered, note, Weighing(line.id, 1))


async def test_lines_are_weighed_some_now_some_later_and_anew_until_somebody_signs(work, delivered, left):
    first, second = await note_lines_of(work, left)
    await weighing(work, delivered, left, taking_all(first))
    less = Weighing(first.id, first.shipped_qty, 1000, RejectReason.SPOILED)
    receipt = await weighing(work, delivered, left, less, taking_all(second))
    lines = {line.delivery_line_id: line for line in await all_of_type(work, ReceiptLine)}
    assert lines[first.id].accepted_qty == first.shipped_qty - 1000
    assert lines[second.id].accepted_qty == second.shipped_qty
    await sign_receipt(replace(work, actor=delivered.head), SignReceipt(receipt.id))
    with pytest.raises(ReceiptSigned):
        await weighing(work, delivered, left, taking_all(first))


async def test_nobody_signs_before_all_is_weighed(work, delivered, left):
    first, _ = await note_lines_of(work, left)
    receipt = await weighing(work, delivered, left, taking_all(first))
    with pytest.raises(NotWeighed) as caught:
        await sign_receipt(replace(work, actor=delivered.officer), SignReceipt(receipt.id))
    assert caught.value.facts == {"positions": [2]}


async def test_with_the_second_name_the_receipt_stands_and_is_invoiced_at_the_ordered_prices(work, delivered, left):
    receipt = await take_in(work, delivered, left)
    await sign_receipt(replace(work, actor=delivered.head), SignReceipt(receipt.id))
    assert receipt.status is ReceiptStatus.OPEN
    assert not await all_of_type(work, Invoice)
    await sign_receipt(replace(work, actor=delivered.officer), SignReceipt(receipt.id))
    assert (receipt.status, left.status) == (ReceiptStatus.SIGNED, DeliveryStatus.RECEIVED)
    [invoice] = await all_of_type(work, Invoice)
    lines = await note_lines_of(work, left)
    assert invoice.total_idr == sum(line.shipped_qty * line.price_idr // 1000 for line in lines)
    assert invoice.number == "INV/C000/2026/00001"


async def test_a_side_signs_once_and_the_first_name_stands(work, delivered, left):
    receipt = await take_in(work, delivered, left)
    for _ in range(2):
        await sign_receipt(replace(work, actor=delivered.head), SignReceipt(receipt.id))
    assert len(await all_of_type(work, Signature)) == 1
    await sign_both(work, delivered, receipt)
    await sign_both(work, delivered, receipt)
    assert len(await all_of_type(work, Invoice)) == 1


@pytest.mark.parametrize("lacking", [0, 200])
async def test_goods_refused_whole_cost_nothing_whatever_the_scales_show(work, delivered, left, lacking):
    lines = await note_lines_of(work, left)
    shown = [line.shipped_qty - lacking for line in lines]
    refused = [Weighing(line.id, qty, qty, RejectReason.SPOILED) for line, qty in zip(lines, shown, strict=True)]
    receipt = await weighing(work, delivered, left, *refused)
    await sign_both(work, delivered, receipt)
    assert receipt.status is ReceiptStatus.SIGNED
    assert {(line.accepted_qty, line.rejected_qty) for line in await all_of_type(work, ReceiptLine)} == {(0, LINE_QTY)}
    assert not await all_of_type(work, Invoice)


async def test_a_weighing_with_a_fault_changes_nothing(work, delivered, left):
    first, second = await note_lines_of(work, left)
    with pytest.raises(InvalidField):
        await weighing(work, delivered, left, taking_all(first), Weighing(second.id, second.shipped_qty * 2))
    assert not await all_of_type(work, ReceiptLine)


async def test_an_order_that_cannot_be_noted_does_not_hold_up_the_others(units, delivered, monkeypatch):
    """The first order's note fails in the database; the second is made in the same call."""
    [order] = delivered.orders
    tried = []

    async def prepare(_work, command):
        tried.append(command.order_id)
        if len(tried) == 1:
            raise OperationalError("INSERT", {}, Exception("connection lost"))

    async def two_due(_session, _now):
        return [order.id, delivered.week.cooperatives[0].id]

    monkeypatch.setattr(module, "prepare_deliveries", prepare)
    monkeypatch.setattr(module, "unnoted_order_ids", two_due)
    assert await module.prepare_due_deliveries(units) == tried[1:]
    assert len(tried) == 2
