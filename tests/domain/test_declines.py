"""What a declined line says about the rest of the week."""

import pytest

from service.domain.declines import Blocked, blocked_by
from service.domain.orders import DeclineReason

OWN = {
    DeclineReason.NOT_ENOUGH_GOODS: Blocked.GOODS,
    DeclineReason.PRICE_TOO_LOW: Blocked.GOODS,
    DeclineReason.QUALITY: Blocked.GOODS,
    DeclineReason.OTHER: Blocked.GOODS,
    DeclineReason.NO_TRANSPORT: Blocked.DAY,
    DeclineReason.CLOSED: Blocked.DAY,
    DeclineReason.NO_COLD_ROOM: Blocked.COLD_DAY,
    DeclineReason.NO_CASH: Blocked.CASH,
    None: Blocked.GOODS,
}
DIFFERENT_FOR_PACKS = {DeclineReason.PRICE_TOO_LOW, DeclineReason.OTHER, None}


@pytest.mark.parametrize("reason", [*DeclineReason, None])
def test_own_goods_that_were_declined_are_not_asked_for_again(reason):
    assert blocked_by(reason, is_own_goods=True) is OWN[reason]


@pytest.mark.parametrize("reason", [*DeclineReason, None])
def test_a_wholesalers_packs_stay_for_others_unless_they_are_gone_or_bad(reason):
    expected = Blocked.DAY if reason in DIFFERENT_FOR_PACKS else OWN[reason]
    assert blocked_by(reason, is_own_goods=False) is expected
