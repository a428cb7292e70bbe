"""What a kitchen types at its door: how a form of weighings is read, and what it is filled with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from service.database.queries.deliveries import ShownDeliveryLine, shown_lines
from service.database.queries.receipt_photos import photos_of_receipt
from service.database.queries.receipts import receipt_lines, receipt_of, signatures_of
from service.domain.items import ColdChain
from service.domain.loads import WARMEST_DC
from service.domain.receipt_photos import ReceiptPhoto
from service.domain.receipts import (
    Receipt,
    ReceiptLine,
    ReceiptStatus,
    RejectReason,
    Side,
    Signature,
    counted_qty,
    tolerance_qty,
)
from service.domain.weighings import Weighing
from service.web.forms import Typed
from service.web.page import PageView

ALL: Final = "all"
LESS: Final = "less"
NONE: Final = "none"
CHOICES: Final = (ALL, LESS, NONE)
LONGEST_REMARK: Final = 400


@dataclass(frozen=True, slots=True)
class DoorLine:
    """A line that left, and what was weighed of it."""

    shown: ShownDeliveryLine
    weighed: ReceiptLine | None
    photos: tuple[ReceiptPhoto, ...]

    @property
    def shipped_qty(self) -> int:
        """What the note says, base units."""
        return self.shown.line.shipped_qty or 0

    @property
    def tolerance_qty(self) -> int:
        """By how much the scales may differ, base units."""
        return tolerance_qty(self.shipped_qty, self.shown.item)

    @property
    def is_cold(self) -> bool:
        """Whether it travels cold, so that it is measured."""
        return self.shown.item.cold_chain is not ColdChain.NONE

    @property
    def warmest(self) -> float | None:
        """The warmest that it may arrive, degrees Celsius."""
        warmest = WARMEST_DC.get(self.shown.item.cold_chain)
        return None if warmest is None else warmest / 10

    @property
    def choice(self) -> str:
        """What was said of it before; nothing if it was not weighed."""
        if self.weighed is None:
            return ""
        if self.weighed.accepted_qty == 0:
            return NONE
        return LESS if self.weighed.rejected_qty else ALL


@dataclass(frozen=True, slots=True)
class Door:
    """A delivery at the kitchen's door: its lines, its receipt, who signed."""

    lines: tuple[DoorLine, ...]
    receipt: Receipt | None
    signatures: tuple[Signature, ...]

    @property
    def is_weighed(self) -> bool:
        """Whether every line that left was weighed."""
        return bool(self.lines) and all(line.weighed for line in self.lines)

    @property
    def is_signed(self) -> bool:
        """Whether both sides signed."""
        return self.receipt is not None and self.receipt.status is ReceiptStatus.SIGNED

    @property
    def has_receiver(self) -> bool:
        """Whether somebody of the kitchen signed."""
        return any(signature.side is Side.RECEIVER for signature in self.signatures)


async def door_of(page: PageView, delivery_id: UUID) -> Door:
    """Return a delivery as the kitchen receives it."""
    session = page.work.session
    receipt = await receipt_of(session, delivery_id)
    weighed = {line.delivery_line_id: line for line in await receipt_lines(session, receipt.id)} if receipt else {}
    photos = await photos_of_receipt(session, receipt.id) if receipt else []
    lines = [
        DoorLine(shown, line, tuple(one for one in photos if line and one.receipt_line_id == line.id))
        for shown in await shown_lines(session, delivery_id)
        if shown.line.shipped_qty
        for line in [weighed.get(shown.line.id)]
    ]
    signatures = await signatures_of(session, receipt.id) if receipt else []
    return Door(tuple(lines), receipt, tuple(signatures))


def weighings_of(form: Typed, door: Door) -> tuple[Weighing, ...]:
    """Return what a form says of the lines; those without a choice are left for later."""
    takes_all = bool(form.text("take_all"))
    said = []
    for line in door.lines:
        choice = form.text(f"choice.{line.shown.line.id}")
        if choice in CHOICES or (takes_all and line.weighed is None):
            one = _weighing(form, line, choice if choice in CHOICES else ALL)
            if one is not None:
                said.append(one)
    return tuple(said)


def lead_faults(form: Typed, weighings: tuple[Weighing, ...]) -> None:
    """Let what the workflow finds wrong stand beside the fields of the form."""
    for number, one in enumerate(weighings):
        for name in ("received_qty", "rejected_qty", "reason", "remark"):
            form.renamed[f"lines.{number}.{name}"] = f"{name}.{one.line_id}"
        form.renamed[f"lines.{number}.temperature_dc"] = f"temperature.{one.line_id}"
        form.renamed[f"lines.{number}.line_id"] = f"choice.{one.line_id}"


def _weighing(form: Typed, line: DoorLine, choice: str) -> Weighing | None:
    key, item = line.shown.line.id, line.shown.item
    unit = item.unit
    received = form.amount(f"received_qty.{key}", unit, needed=False)
    if received is None:
        received = line.shipped_qty
    counted = counted_qty(shipped_qty=line.shipped_qty, received_qty=received, item=item)
    rejected: int | None = {ALL: 0, NONE: counted}.get(choice)
    if choice == LESS:
        rejected = form.amount(f"rejected_qty.{key}", unit)
    # Whoever takes all of it need not have cleared the field.
    is_whole = rejected == 0 and counted == line.shipped_qty
    reason = None if is_whole else form.choice(f"reason.{key}", RejectReason)
    remark = form.words(f"remark.{key}", longest=LONGEST_REMARK)
    temperature = form.tenths(f"temperature.{key}", needed=False) if line.is_cold else None
    if rejected is None:
        return None
    return Weighing(key, received, rejected, reason, remark, temperature)
