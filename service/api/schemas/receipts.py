"""Receipts: what was taken in, and who signed."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from service.api.schemas.shapes import Resource
from service.database.queries.receipts import ReceiptSummary
from service.domain.receipts import Receipt, ReceiptLine, ReceiptStatus, RejectReason, Side, Signature


class ReceiptLineOut(Resource):
    """One line as weighed."""

    id: UUID
    delivery_line_id: UUID
    order_line_id: UUID
    item_code: str = Field(examples=["RICE-M"])
    shipped_qty: int = Field(description="As the note says, base units", examples=[40_000])
    received_qty: int = Field(description="As weighed", examples=[39_800])
    counted_qty: int = Field(
        description="As it counts: the note's, within the tolerance of the scales", examples=[40_000]
    )
    accepted_qty: int = Field(examples=[40_000])
    rejected_qty: int = Field(examples=[0])
    reason: RejectReason | None = Field(examples=[None])
    remark: str | None = Field(examples=[None])
    temperature_dc: int | None = Field(description="Tenths of a degree Celsius", examples=[None])
    weighed_at: datetime = Field(description="By the phone's clock, if that was without signal")


class SignatureOut(Resource):
    """A name under the handover minute."""

    side: Side = Field(examples=["receiver"])
    name: str = Field(examples=["Siti Aminah"])
    signed_at: datetime


class ReceiptShortOut(Resource):
    """A receipt in a list."""

    id: UUID
    version: int = Field(description="Also the ETag", examples=[1])
    week_start: date = Field(examples=["2026-11-30"])
    delivery_id: UUID
    delivery_number: str = Field(examples=["SJ-C3271041009-K0001-20261130-1"])
    needed_date: date = Field(description="Cooking day", examples=["2026-11-30"])
    cooperative_id: UUID
    cooperative_name: str = Field(examples=["KKMP Bantarjati"])
    kitchen_id: UUID
    kitchen_name: str = Field(examples=["SPPG Bantarjati"])
    status: ReceiptStatus = Field(examples=["open"])
    signed_at: datetime | None = Field(examples=[None])

    @classmethod
    def showing(cls, summary: ReceiptSummary) -> ReceiptShortOut:
        """Return a receipt as it is listed."""
        return cls.of(
            summary.receipt,
            delivery_number=summary.delivery.number,
            needed_date=summary.delivery.needed_date,
            cooperative_name=summary.cooperative.name,
            kitchen_name=summary.kitchen.name,
        )


class ReceiptOut(Resource):
    """What a kitchen took in of one delivery; with both signatures it stands and was invoiced."""

    id: UUID
    version: int = Field(description="Also the ETag", examples=[1])
    delivery_id: UUID
    cooperative_id: UUID
    kitchen_id: UUID
    status: ReceiptStatus = Field(examples=["open"])
    signed_at: datetime | None = Field(examples=[None])
    lines: list[ReceiptLineOut]
    signatures: list[SignatureOut]

    @classmethod
    def showing(cls, receipt: Receipt, lines: list[ReceiptLine], signatures: list[Signature]) -> ReceiptOut:
        """Return a receipt as it is shown."""
        return cls.of(
            receipt,
            lines=[ReceiptLineOut.of(line) for line in lines],
            signatures=[SignatureOut.of(signature) for signature in signatures],
        )
