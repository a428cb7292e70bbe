"""What a kitchen says of the lines of a drop: weighed, taken, refused, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.domain.deliveries import DeliveryLine, DeliveryLot
from service.domain.faults import Faults
from service.domain.items import Item
from service.domain.loads import check_temperature
from service.domain.receipts import RejectReason, counted_qty, tolerance_qty


@dataclass(frozen=True, slots=True)
class Weighing:
    """One line as typed in: what the scales say and how much of it is refused, in base units."""

    line_id: UUID
    received_qty: int
    rejected_qty: int = 0
    reason: RejectReason | None = None
    remark: str | None = None
    temperature_dc: int | None = None


@dataclass(frozen=True, slots=True)
class ShippedLine:
    """A line that left, with its item and lots.

    ``weighed_on``: the kitchen's day on which it was weighed first, empty if it was not: what was fit on arrival can be
    weighed anew later.
    """

    line: DeliveryLine
    item: Item
    lots: tuple[DeliveryLot, ...]
    weighed_on: date | None = None

    @property
    def shipped_qty(self) -> int:
        """What left, in base units."""
        return self.line.shipped_qty or 0


def accepted_qty(weighing: Weighing, shipped: ShippedLine) -> int:
    """Return what a kitchen takes of a line, in base units."""
    return _counted_qty(weighing, shipped) - refused_qty(weighing, shipped)


def refused_qty(weighing: Weighing, shipped: ShippedLine) -> int:
    """Return what a kitchen refuses of what counts, in base units.

    Whoever refuses all that the scales show refuses all that counts: what they differ from the note within the
    tolerance is not taken either.
    """
    counted = _counted_qty(weighing, shipped)
    is_whole = 0 < weighing.received_qty <= weighing.rejected_qty <= max(weighing.received_qty, counted)
    return counted if is_whole else weighing.rejected_qty


def _counted_qty(weighing: Weighing, shipped: ShippedLine) -> int:
    return counted_qty(shipped_qty=shipped.shipped_qty, received_qty=weighing.received_qty, item=shipped.item)


def require_valid(weighings: Sequence[Weighing], shipped: Mapping[UUID, ShippedLine], *, today: date) -> None:
    """Refuse weighings with anything wrong in them, everything named at once.

    No more arrives than left and the scales allow; no more is refused than counts; whatever is not taken has a reason;
    goods past their day or too warm are refused whole.

    Parameters
    ----------
    shipped
        The lines that left, by id.
    today
        The kitchen's day.

    Raises
    ------
    InvalidField
        With one fault per wrong field, such as ``lines.2.rejected_qty``.
    """
    faults = Faults()
    seen: set[UUID] = set()
    for number, weighing in enumerate(weighings):
        at, line = f"lines.{number}", shipped.get(weighing.line_id)
        if line is None:
            faults.add(f"{at}.line_id", "unknown", "No such line left with this delivery.")
        elif weighing.line_id in seen:
            faults.add(f"{at}.line_id", "duplicate", "Name each line once.")
        else:
            _check(faults, at, weighing, line, line.weighed_on or today)
        seen.add(weighing.line_id)
    faults.raise_any()


def _check(faults: Faults, at: str, weighing: Weighing, shipped: ShippedLine, today: date) -> None:
    most = shipped.shipped_qty + tolerance_qty(shipped.shipped_qty, shipped.item)
    if not 0 <= weighing.received_qty <= most:
        faults.add(f"{at}.received_qty", "out_of_range", f"Between 0 and {most}, which the note and scales allow.")
        return
    taken = accepted_qty(weighing, shipped)
    if weighing.rejected_qty < 0 or taken < 0:
        faults.add(f"{at}.rejected_qty", "out_of_range", f"Between 0 and {_counted_qty(weighing, shipped)}.")
        return
    if taken < shipped.shipped_qty and weighing.reason is None:
        reasons = ", ".join(reason.value for reason in RejectReason)
        faults.add(f"{at}.reason", "missing", f"Taking less than the note says needs a reason: {reasons}.")
    if taken == shipped.shipped_qty and weighing.reason is not None:
        faults.add(f"{at}.reason", "not_needed", "All is taken; leave the reason out.")
    if taken:
        _check_fit(faults, at, weighing, shipped, today)


def _check_fit(faults: Faults, at: str, weighing: Weighing, shipped: ShippedLine, today: date) -> None:
    """Note goods that nobody may cook with, though the kitchen would take them."""
    if any(lot.expires_on is not None and lot.expires_on < today for lot in shipped.lots):
        faults.add(f"{at}.rejected_qty", "expired", "A lot of this line is past its day: refuse all of the line.")
    check_temperature(faults, f"{at}.temperature_dc", weighing.temperature_dc, shipped.item)
