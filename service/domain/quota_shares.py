"""Who gets the packs of a head office that its own region needs no more: branches whose regions are short, by need."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID


@dataclass(frozen=True, slots=True)
class RegionNeed:
    """What a branch's region wants of a stock's item and what of it nobody brings, base units, and its quota."""

    region_code: str
    quota_id: UUID
    demanded_qty: int
    short_qty: int


def share_packs(packs: int, *, pack_qty: int, needs: Iterable[RegionNeed]) -> dict[UUID, int]:
    """Divide a rest pack by pack: each goes to the region of whose demand the largest share is still uncovered.

    Equal shares go in the order of region codes. Nobody gets a pack of which it needs nothing, and who asks first gets
    no more for it.

    Parameters
    ----------
    packs
        How many there are.
    pack_qty
        What is in each, base units.
    needs
        One for each region.

    Returns
    -------
    dict of UUID and int
        The packs that each quota grows by; quotas that do not grow are left out.
    """
    waiting = [
        (_rank(need, need.short_qty), need.region_code, need, need.short_qty) for need in needs if need.short_qty > 0
    ]
    heapq.heapify(waiting)
    shares: dict[UUID, int] = {}
    while waiting and packs > 0:
        _, region_code, need, short_qty = waiting[0]
        shares[need.quota_id] = shares.get(need.quota_id, 0) + 1
        packs, left_qty = packs - 1, short_qty - pack_qty
        if left_qty > 0:
            heapq.heapreplace(waiting, (_rank(need, left_qty), region_code, need, left_qty))
        else:
            heapq.heappop(waiting)
    return shares


def _rank(need: RegionNeed, short_qty: int) -> Fraction:
    """Return what puts the largest uncovered share first."""
    return -Fraction(short_qty, need.demanded_qty)
