"""When goods were handed over."""

import uuid
from datetime import UTC, datetime, timedelta

from service.domain.receipts import ReceiptStatus, Side, Signature, close_if_signed, handed_over_at
from tests.factories.deliveries import new_delivery, new_receipt
from tests.factories.orders import new_order, new_order_line

CAME_AT = datetime(2026, 11, 30, 2, tzinfo=UTC)


def signature(side: Side, hours: int) -> Signature:
    at = CAME_AT + timedelta(hours=hours)
    return Signature(receipt_id=uuid.uuid4(), side=side, user_id=uuid.uuid4(), name="Siti", signed_at=at)


def test_goods_are_handed_over_when_the_later_side_signed_and_till_then_when_they_came():
    order = new_order(plan_id=None, cooperative_id=uuid.uuid4(), region_code="32.71", number="PO-1")
    line = new_order_line(order, kitchen_id=uuid.uuid4())
    receipt = new_receipt(new_delivery(order, line), created_at=CAME_AT)
    first, second = signature(Side.RECEIVER, 3), signature(Side.GIVER, 1)
    assert not close_if_signed(receipt, [first], now=CAME_AT)
    assert handed_over_at(receipt, [first]) == CAME_AT
    assert close_if_signed(receipt, [first, second], now=CAME_AT + timedelta(hours=9))
    assert receipt.status is ReceiptStatus.SIGNED
    assert handed_over_at(receipt, [first, second]) == CAME_AT + timedelta(hours=3)
    assert handed_over_at(receipt, []) == CAME_AT + timedelta(hours=9)
