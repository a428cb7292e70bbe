"""What kitchens still need: demand of open weeks that no order covers, told without naming a kitchen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from service.domain.places import distance_m


@dataclass(frozen=True, slots=True)
class OpenDemand:
    """What one kitchen needs of an item on a cooking day and nobody brings yet (base units); its place in degrees."""

    item_code: str
    needed_date: date
    open_qty: int
    max_price_idr: int
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Need:
    """What some kitchens together need of an item on a cooking day.

    ``lowest_limit_idr`` and ``highest_limit_idr``: the most that the kitchens pay, rupiah per kg, litre or piece.
    """

    item_code: str
    needed_date: date
    open_qty: int
    kitchens: int
    nearest_m: int
    lowest_limit_idr: int
    highest_limit_idr: int


def needs_near(
    demand: Iterable[OpenDemand], *, latitude: float, longitude: float, within_m: int | None = None
) -> list[Need]:
    """Add up the open demand around a place by item and cooking day, in that order.

    Parameters
    ----------
    latitude, longitude
        The place, in degrees.
    within_m
        How far a kitchen may be, in metres as the crow flies; ``None``: anywhere.
    """
    found: defaultdict[tuple[str, date], list[tuple[OpenDemand, int]]] = defaultdict(list)
    for one in demand:
        far = distance_m(
            from_latitude=latitude, from_longitude=longitude, to_latitude=one.latitude, to_longitude=one.longitude
        )
        if within_m is None or far <= within_m:
            found[one.item_code, one.needed_date].append((one, far))
    return [_together(item_code, day, rows) for (item_code, day), rows in sorted(found.items())]


def _together(item_code: str, day: date, rows: list[tuple[OpenDemand, int]]) -> Need:
    limits = [one.max_price_idr for one, _ in rows]
    return Need(
        item_code=item_code,
        needed_date=day,
        open_qty=sum(one.open_qty for one, _ in rows),
        kitchens=len(rows),
        nearest_m=min(far for _, far in rows),
        lowest_limit_idr=min(limits),
        highest_limit_idr=max(limits),
    )
