"""Orders made before Pasok: what must be right in them to be taken over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.domain.calendars import DAYS_PER_WEEK
from service.domain.errors import FieldFault

LONGEST_NUMBER = 40


@dataclass(frozen=True, slots=True)
class PastLine:
    """Goods that a kitchen was to get: quantities in base units, price in rupiah per kg, litre or piece."""

    kitchen_code: str
    item_code: str
    needed_date: date
    ordered_qty: int
    accepted_qty: int
    price_idr: int


@dataclass(frozen=True, slots=True)
class PastOrder:
    """An order as it stands in a sheet; the number is the clerk's own."""

    number: str
    week_start: date
    cooperative_code: str
    lines: tuple[PastLine, ...]


@dataclass(frozen=True, slots=True)
class PastFacts:
    """The ids of cooperatives and kitchens by their codes, and the codes of items."""

    cooperatives: Mapping[str, UUID]
    kitchens: Mapping[str, UUID]
    item_codes: frozenset[str]


def is_same(order: PastOrder, known: PastOrder) -> bool:
    """Tell whether two orders say the same, whatever the order of their lines."""
    first, second = ((one.number, one.week_start, one.cooperative_code) for one in (order, known))
    return first == second and Counter(order.lines) == Counter(known.lines)


def faults_in(order: PastOrder, facts: PastFacts, *, this_week: date, is_number_taken: bool) -> list[FieldFault]:
    """Return everything that is wrong in an order to be taken over.

    Parameters
    ----------
    this_week
        The Monday of the region's current week; later weeks are not past.
    is_number_taken
        Whether another order has this number.
    """
    return [*_order_faults(order, facts, this_week, is_number_taken=is_number_taken), *_line_faults(order, facts)]


def _order_faults(
    order: PastOrder, facts: PastFacts, this_week: date, *, is_number_taken: bool
) -> Iterator[FieldFault]:
    if not 0 < len(order.number) <= LONGEST_NUMBER:
        yield FieldFault("number", "out_of_range", f"Write 1 to {LONGEST_NUMBER} characters.")
    if is_number_taken:
        yield FieldFault("number", "number_taken", f"Another order with other content has the number {order.number}.")
    if order.week_start.weekday() != 0:
        yield FieldFault("week_start", "not_a_monday", "A week starts on a Monday.")
    if order.week_start > this_week:
        yield FieldFault("week_start", "future_week", f"Only weeks until that of {this_week} can be taken over.")
    if order.cooperative_code not in facts.cooperatives:
        yield FieldFault("cooperative_code", "unknown", f"No cooperative has the code {order.cooperative_code}.")
    if not order.lines:
        yield FieldFault("lines", "missing", "An order has at least one line.")


def _line_faults(order: PastOrder, facts: PastFacts) -> Iterator[FieldFault]:
    for index, line in enumerate(order.lines):
        path = f"lines.{index}"
        if line.kitchen_code not in facts.kitchens:
            yield FieldFault(f"{path}.kitchen_code", "unknown", f"No kitchen has the code {line.kitchen_code}.")
        if line.item_code not in facts.item_codes:
            yield FieldFault(f"{path}.item_code", "unknown", f"No item has the code {line.item_code}.")
        if not 0 <= (line.needed_date - order.week_start).days < DAYS_PER_WEEK:
            yield FieldFault(f"{path}.needed_date", "out_of_range", "The day lies in another week than the order.")
        if line.ordered_qty <= 0:
            yield FieldFault(f"{path}.ordered_qty", "out_of_range", "At least 1.")
        if not 0 <= line.accepted_qty <= max(0, line.ordered_qty):
            yield FieldFault(f"{path}.accepted_qty", "out_of_range", f"Between 0 and {line.ordered_qty}.")
        if line.price_idr <= 0:
            yield FieldFault(f"{path}.price_idr", "out_of_range", "At least 1 rupiah.")
