"""What a declined line says about the rest of the week: what a repair must not ask for again."""

from __future__ import annotations

from enum import StrEnum

from service.domain.orders import DeclineReason


class Blocked(StrEnum):
    """What gives nothing more this week than orders hold of it."""

    GOODS = "goods"
    """The offer, or the wholesaler's stock."""
    DAY = "day"
    """The cooperative on the line's day."""
    COLD_DAY = "cold_day"
    """The cooperative's cold room on the line's day."""
    CASH = "cash"
    """The cooperative's capital."""


_OF_OWN_GOODS = {
    DeclineReason.NOT_ENOUGH_GOODS: Blocked.GOODS,
    DeclineReason.PRICE_TOO_LOW: Blocked.GOODS,
    DeclineReason.QUALITY: Blocked.GOODS,
    DeclineReason.OTHER: Blocked.GOODS,
    DeclineReason.NO_TRANSPORT: Blocked.DAY,
    DeclineReason.CLOSED: Blocked.DAY,
    DeclineReason.NO_COLD_ROOM: Blocked.COLD_DAY,
    DeclineReason.NO_CASH: Blocked.CASH,
}
_OF_PACKS = {**_OF_OWN_GOODS, DeclineReason.PRICE_TOO_LOW: Blocked.DAY, DeclineReason.OTHER: Blocked.DAY}
"""A wholesaler's packs are everybody's: what one cooperative does not want is not gone for the others."""


def blocked_by(reason: DeclineReason | None, *, is_own_goods: bool) -> Blocked:
    """Return what a declined or shortened line blocks.

    Parameters
    ----------
    reason
        What the cooperative said; ``None`` for silence, which says as little as ``other``.
    is_own_goods
        Whether the line was of its own offer, or of a wholesaler's stock.
    """
    table = _OF_OWN_GOODS if is_own_goods else _OF_PACKS
    return table[reason or DeclineReason.OTHER]
