"""What people are told of a drop that stalls: once for each step that is late, nothing of one that is done."""

from datetime import timedelta

import pytest

from service.domain.deliveries import DeliveryStatus, require_left
from service.domain.delivery_timers import SIGNED_WITHIN, Stalled, note_told, stalled
from service.domain.errors import IllegalTransition, NotDispatched
from service.domain.receipts import ReceiptStatus
from service.domain.reliability import due_at
from tests.factories.deliveries import LEFT_AT, new_delivery, new_receipt
from tests.factories.orders import NEEDED_DATE, new_order, new_order_line

ORDER = new_order()
ZONE = "Asia/Jakarta"
DUE = due_at(NEEDED_DATE, timezone=ZONE)


def a_drop(**changes):
    return new_delivery(ORDER, new_order_line(ORDER), **changes)


@pytest.mark.parametrize("status", [DeliveryStatus.RECEIVED, DeliveryStatus.CANCELLED])
def test_of_a_drop_that_came_or_never_will_nobody_is_told(status):
    assert stalled(a_drop(status=status), None, DUE + timedelta(days=9), timezone=ZONE) is None


def test_each_late_step_is_told_once():
    drop, told = a_drop(), []
    for at in (DUE - timedelta(hours=3), DUE):
        told.append(stalled(drop, None, at, timezone=ZONE))
        note_told(drop, None, told[-1], at)
        assert stalled(drop, None, at, timezone=ZONE) is None
    drop.status, drop.dispatched_at = DeliveryStatus.DISPATCHED, DUE
    told.append(stalled(drop, None, DUE + timedelta(hours=3), timezone=ZONE))
    note_told(drop, None, told[-1], DUE)
    receipt = new_receipt(drop, created_at=LEFT_AT, status=ReceiptStatus.OPEN)
    told.append(stalled(drop, receipt, LEFT_AT + SIGNED_WITHIN, timezone=ZONE))
    note_told(drop, None, told[-1], DUE)
    assert receipt.unsigned_told_at is None
    note_told(drop, receipt, told[-1], DUE)
    assert stalled(drop, receipt, LEFT_AT + SIGNED_WITHIN, timezone=ZONE) is None
    assert told == [Stalled.NOT_LEFT_YET, Stalled.UNDISPATCHED, Stalled.UNWEIGHED, Stalled.UNSIGNED]


def test_only_goods_that_left_are_weighed():
    for status in (DeliveryStatus.DISPATCHED, DeliveryStatus.RECEIVED):
        require_left(a_drop(status=status))
    with pytest.raises(NotDispatched):
        require_left(a_drop())
    with pytest.raises(IllegalTransition):
        require_left(a_drop(status=DeliveryStatus.CANCELLED))
