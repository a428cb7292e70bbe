"""What offers and stocks have in common when they are typed in: an item for kitchens, days ahead, a lawful price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from service.domain.calendars import delivery_days
from service.domain.faults import Faults, named_like
from service.domain.items import Item, require_for_kitchens
from service.domain.price_caps import PriceCap, PriceException, cap_breach

LONGEST_PERIOD_DAYS = 92
"""A quarter: caps and prices do not stand longer, and every day of the period is checked."""


@dataclass(frozen=True, slots=True)
class SupplyFacts:
    """What supply is checked against: the day in the region, its price zone, the catalogue and the caps."""

    today: date
    zone: int
    items: Mapping[str, Item]
    caps: Sequence[PriceCap]
    exceptions: Sequence[PriceException]


def check_item(faults: Faults, item_code: str, facts: SupplyFacts) -> Item | None:
    """Note an unknown item, or one that may not go to kitchens; return it if it is known."""
    item = facts.items.get(item_code)
    if item is None:
        faults.add("item_code", "unknown", f"No item {item_code}. {named_like(item_code, facts.items)}")
        return None
    with faults.catching("item_code"):
        require_for_kitchens(item)
    return item


def check_period(faults: Faults, from_date: date, to_date: date, *, earliest_from: date, today: date) -> None:
    """Note days in the wrong order, in the past, before the earliest day, or too many."""
    if from_date < earliest_from:
        faults.add("from_date", "too_early", f"The first day can be {earliest_from} at the earliest.")
    last = from_date + timedelta(days=LONGEST_PERIOD_DAYS - 1)
    if to_date < from_date or to_date < today:
        faults.add("to_date", "out_of_range", f"The last day is on or after {max(from_date, today)}.")
    elif to_date > last:
        faults.add("to_date", "out_of_range", f"At most {LONGEST_PERIOD_DAYS} days, so {last} at the latest.")


def check_price(
    faults: Faults,
    facts: SupplyFacts,
    *,
    price_idr: int,
    price_to_kitchen_idr: int,
    item_code: str,
    from_date: date,
    to_date: date,
) -> None:
    """Note a price that is none, or with which a kitchen would pay more than a cap allows on a day still to come."""
    if price_idr <= 0:
        faults.add("price_idr", "out_of_range", "At least Rp 1.")
        return
    last = min(to_date, from_date + timedelta(days=LONGEST_PERIOD_DAYS - 1))
    breach = cap_breach(
        price_to_kitchen_idr,
        facts.caps,
        facts.exceptions,
        item_code=item_code,
        zone=facts.zone,
        days=delivery_days(max(from_date, facts.today), last),
    )
    if breach is not None:
        faults.catch("price_idr", breach)
