"""Whoever signed alone can take the name back and weigh anew; what both signed for stands."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service.database.queries.invariants import violations
from service.domain.credit_notes import LateReject
from service.domain.device_actions import Made
from service.domain.errors import NotFound, ReceiptSigned
from service.domain.events import Event
from service.domain.invoices import Invoice
from service.domain.orders import OrderLine
from service.domain.receipts import ReceiptLine, RejectReason, Signature, handed_over_at
from service.domain.weighings import Weighing
from service.workflows.receive_delivery import ReceiveDelivery, receive_delivery
from service.workflows.reject_late import RejectLate, reject_late
from service.workflows.sign_receipt import SignReceipt, sign_receipt
from service.workflows.take_back_signature import TakeBackSignature, take_back_signature
from tests.factories.delivered_weeks import add_delivered_week, note_lines_of, send_out, sign_both, take_in
from tests.factories.plans import LINE_QTY


@pytest.fixture
async def weighed(work):
    delivered = await add_delivered_week(work)
    note = delivered.notes[0]
    await send_out(work, delivered, note)
    return delivered, note, await take_in(work, delivered, note)


async def sides(work, receipt):
    return {
        row.side for row in await work.session.scalars(sa.select(Signature).where(Signature.receipt_id == receipt.id))
    }


@pytest.mark.parametrize("who", ["head", "officer"])
async def test_goods_can_be_weighed_anew_once_the_lone_name_is_taken_back(work, weighed, who):
    delivered, note, receipt = weighed
    by, kitchen = replace(work, actor=getattr(delivered, who)), replace(work, actor=delivered.head)
    await sign_receipt(by, SignReceipt(receipt.id))
    first, _ = await note_lines_of(work, note)
    anew = ReceiveDelivery(note.id, (Weighing(first.id, LINE_QTY, 5_000, RejectReason.SPOILED),))
    with pytest.raises(ReceiptSigned):
        await receive_delivery(kitchen, anew)

    seen = receipt.version
    await take_back_signature(by, TakeBackSignature(receipt.id))
    await take_back_signature(by, TakeBackSignature(receipt.id))

    assert (await sides(work, receipt), receipt.version) == (set(), seen + 1)
    await receive_delivery(kitchen, anew)
    await sign_both(work, delivered, receipt)
    [invoice] = await work.session.scalars(sa.select(Invoice))
    price_idr = (await work.session.get_one(OrderLine, first.order_line_id)).price_idr
    assert invoice.total_idr > 35 * price_idr
    assert await violations(work.session) == []
    told = await work.session.scalars(sa.select(Event).where(Event.type == "receipt.signature_taken_back"))
    assert len(list(told)) == 1


async def test_what_both_signed_for_stands(work, weighed):
    delivered, _, receipt = weighed
    await sign_both(work, delivered, receipt)
    for actor in (delivered.head, delivered.officer):
        with pytest.raises(ReceiptSigned):
            await take_back_signature(replace(work, actor=actor), TakeBackSignature(receipt.id))


async def test_a_stranger_finds_nothing_to_take_back(work, weighed):
    delivered, _, receipt = weighed
    await sign_receipt(replace(work, actor=delivered.head), SignReceipt(receipt.id))
    with pytest.raises(NotFound):
        await take_back_signature(replace(work, actor=delivered.week.head(1)), TakeBackSignature(receipt.id))
    assert len(await sides(work, receipt)) == 1


async def test_a_signature_that_was_long_on_its_way_does_not_use_up_the_days_to_reject(work, weighed):
    delivered, _, receipt = weighed
    await sign_receipt(replace(work, actor=delivered.head), SignReceipt(receipt.id))
    late = replace(work, now=work.now + timedelta(days=5))
    made = Made(work.now + timedelta(minutes=1), work.new_id())
    await sign_receipt(replace(late, actor=delivered.officer), SignReceipt(receipt.id, made=made))
    names = list(await work.session.scalars(sa.select(Signature)))
    assert (receipt.signed_at, handed_over_at(receipt, names)) == (late.now, made.at)
    line = (await work.session.scalars(sa.select(ReceiptLine).where(ReceiptLine.receipt_id == receipt.id))).first()
    said = RejectLate(receipt.id, (LateReject(line.id, 1_000, RejectReason.SPOILED),))
    assert (await reject_late(replace(late, actor=delivered.head), said)).total_idr > 0
