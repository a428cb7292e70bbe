"""What a cooperative says when a drop leaves: the lots on each line, and what becomes of goods that stay behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.domain.deliveries import DeliveryLine, RestFate
from service.domain.faults import Faults
from service.domain.items import ColdChain, Item

WARMEST_DC: Mapping[ColdChain, int] = {ColdChain.CHILLED: 50, ColdChain.FROZEN: -150}
"""Tenths of a degree Celsius that cold goods may have at most, leaving and arriving."""


@dataclass(frozen=True, slots=True)
class Lot:
    """Goods of one lot (base units), as typed in."""

    shipped_qty: int
    lot_code: str
    producer: str
    expires_on: date | None = None
    temperature_dc: int | None = None


@dataclass(frozen=True, slots=True)
class LineLoad:
    """What goes out of one line, and, if it is less than planned, what becomes of the rest and why."""

    line_id: UUID
    lots: tuple[Lot, ...]
    rest: RestFate | None = None
    rest_reason: str | None = None

    @property
    def shipped_qty(self) -> int:
        """All lots together, in base units."""
        return sum(lot.shipped_qty for lot in self.lots)


def require_valid(
    loads: Sequence[LineLoad], lines: Sequence[DeliveryLine], items: Mapping[str, Item], *, needed_date: date
) -> None:
    """Refuse a load with anything wrong in it, everything named at once.

    Every line of the note is named once; no line carries more than planned; something leaves; a rest has its fate and
    reason; every lot has its code and producer, is good on the cooking day and, where the item needs it, cold.

    Raises
    ------
    InvalidField
        With one fault per wrong field, such as ``lines.0.lots.1.temperature_dc``.
    """
    faults = Faults()
    by_id = {line.id: line for line in lines}
    _check_names(faults, loads, by_id)
    for number, load in enumerate(loads):
        line = by_id.get(load.line_id)
        if line is not None:
            _check_rest(faults, f"lines.{number}", load, line)
            _check_lots(faults, f"lines.{number}", load.lots, items[line.item_code], needed_date)
    if not any(load.lots for load in loads):
        faults.add("lines", "nothing_shipped", "At least one line carries goods; to bring nothing, withdraw the lines.")
    faults.raise_any()


def _check_names(faults: Faults, loads: Sequence[LineLoad], by_id: Mapping[UUID, DeliveryLine]) -> None:
    seen: set[UUID] = set()
    for number, load in enumerate(loads):
        if load.line_id not in by_id:
            faults.add(f"lines.{number}.line_id", "unknown", "No such line on this note.")
        elif load.line_id in seen:
            faults.add(f"lines.{number}.line_id", "duplicate", "Name each line once; give its lots together.")
        seen.add(load.line_id)
    missing = [str(line.position) for line in by_id.values() if line.id not in seen]
    if missing:
        faults.add("lines", "missing", f"Say of every line what leaves, also if nothing does; not said: {missing}.")


def _check_rest(faults: Faults, field: str, load: LineLoad, line: DeliveryLine) -> None:
    rest_qty = line.planned_qty - load.shipped_qty
    if rest_qty < 0:
        faults.add(f"{field}.lots", "out_of_range", f"At most {line.planned_qty} in all; {load.shipped_qty} given.")
    elif rest_qty and load.rest is None:
        choices = ", ".join(fate.value for fate in RestFate)
        faults.add(f"{field}.rest", "missing", f"{rest_qty} stay behind; what becomes of them: {choices}.")
    elif rest_qty and not load.rest_reason:
        faults.add(f"{field}.rest_reason", "missing", "Say why goods stay behind.")
    elif not rest_qty and load.rest is not None:
        faults.add(f"{field}.rest", "not_needed", "Nothing stays behind; leave it out.")


def _check_lots(faults: Faults, field: str, lots: Iterable[Lot], item: Item, needed_date: date) -> None:
    for number, lot in enumerate(lots):
        at = f"{field}.lots.{number}"
        if lot.shipped_qty <= 0:
            faults.add(f"{at}.shipped_qty", "out_of_range", "At least 1; leave a lot without goods out.")
        if lot.expires_on is not None and lot.expires_on < needed_date:
            faults.add(f"{at}.expires_on", "expired", f"Good until {needed_date} at least, the day it is cooked.")
        check_temperature(faults, f"{at}.temperature_dc", lot.temperature_dc, item)


def check_temperature(faults: Faults, field: str, temperature_dc: int | None, item: Item) -> None:
    """Note that cold goods have no temperature, or too high a one."""
    warmest = WARMEST_DC.get(item.cold_chain)
    if warmest is None:
        return
    if temperature_dc is None:
        faults.add(field, "missing", f"{item.name_en} travels cold: measure it, in tenths of a degree Celsius.")
    elif temperature_dc > warmest:
        most = f"{warmest} tenths of a degree Celsius ({warmest / 10:g} °C)"
        faults.add(field, "too_warm", f"At most {most} for {item.name_en}.")
