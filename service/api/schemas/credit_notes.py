"""Credit notes for goods that turned out bad after signing."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from service.api.schemas.shapes import RequestBody, Resource, Text
from service.database.queries.credit_notes import CreditNoteSummary
from service.domain.answers import LONGEST_REMARK
from service.domain.credit_notes import CreditNoteLine, LateReject
from service.domain.items import Item
from service.domain.receipts import RejectReason
from service.domain.units import Unit


class LateRejectIn(RequestBody):
    """Goods of a receipt line that turned out bad when they were opened."""

    receipt_line_id: UUID
    qty: int = Field(gt=0, le=10**12, description="Base units, at most what was taken", examples=[1])
    reason: RejectReason = Field(examples=["spoiled"])
    remark: Text | None = Field(default=None, max_length=LONGEST_REMARK, examples=["Berjamur di dalam karung"])


class LateRejectsIn(RequestBody):
    """Late rejects of one receipt, credited all or not at all."""

    lines: list[LateRejectIn] = Field(min_length=1, max_length=500)

    def said(self) -> tuple[LateReject, ...]:
        """Return the rejects as the workflow takes them."""
        return tuple(LateReject(one.receipt_line_id, one.qty, one.reason, one.remark) for one in self.lines)


class CreditNoteOut(Resource):
    """What a kitchen does not owe of an invoice after all; rupiah."""

    id: UUID
    number: str = Field(description="Without gaps per cooperative and year", examples=["NK/C3271041009/2026/00003"])
    invoice_id: UUID
    invoice_number: str = Field(examples=["INV/C3271041009/2026/00017"])
    cooperative_id: UUID
    cooperative_name: str = Field(examples=["KKMP Bantarjati"])
    kitchen_id: UUID
    kitchen_name: str = Field(examples=["SPPG Bantarjati"])
    week_start: date = Field(examples=["2026-11-30"])
    issued_on: date = Field(examples=["2026-12-01"])
    total_idr: int = Field(examples=[26_000])

    @classmethod
    def showing(cls, summary: CreditNoteSummary) -> CreditNoteOut:
        """Return a credit note as it is shown."""
        return cls.of(
            summary.note,
            invoice_number=summary.invoice.number,
            cooperative_name=summary.cooperative.name,
            kitchen_name=summary.kitchen.name,
        )


class CreditNoteLineOut(Resource):
    """Rejected goods, at the invoiced price."""

    position: int = Field(examples=[1])
    item_code: str = Field(examples=["RICE-M"])
    item_name: str = Field(description="Indonesian", examples=["Beras medium"])
    unit: Unit = Field(examples=["g"])
    qty: int = Field(description="Base units", examples=[2_000])
    value_idr: int = Field(examples=[26_000])
    reason: RejectReason = Field(examples=["spoiled"])
    remark: str | None = Field(examples=[None])

    @classmethod
    def showing(cls, line: CreditNoteLine, item: Item) -> CreditNoteLineOut:
        """Return a line as it is shown."""
        return cls.of(line, item_name=item.name_id, unit=item.unit)


class CreditNoteDetailOut(CreditNoteOut):
    """A credit note with its lines."""

    lines: list[CreditNoteLineOut]
