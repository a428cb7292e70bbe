"""What a declined line says about the rest of the week: what a repair must not ask for again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

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


@dataclass(frozen=True, slots=True)
class DeclinedGoods:
    """Of what and for when lines were that a cooperative declined, shortened or gave back.

    ``reason`` is ``None`` for silence.
    """

    cooperative_id: UUID
    offer_id: UUID | None
    stock_id: UUID | None
    needed_date: date
    reason: DeclineReason | None


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


def blocked_keys(declined: Iterable[DeclinedGoods]) -> Mapping[Blocked, frozenset[object]]:
    """Return what declined lines keep from being asked for again this week.

    Returns
    -------
    mapping
        Sources for goods, (cooperative, day) for days and cold rooms, cooperatives for cash.
    """
    found: dict[Blocked, set[object]] = {kind: set() for kind in Blocked}
    for one in declined:
        kind = blocked_by(one.reason, is_own_goods=one.offer_id is not None)
        keys = {Blocked.GOODS: one.offer_id or one.stock_id, Blocked.CASH: one.cooperative_id}
        found[kind].add(keys.get(kind, (one.cooperative_id, one.needed_date)))
    return {kind: frozenset(keys) for kind, keys in found.items()}
