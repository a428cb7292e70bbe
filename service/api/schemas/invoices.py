"""Invoices and their payments."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from service.api.schemas.shapes import Day, RequestBody, Resource, Text
from service.database.queries.invoices import InvoiceSummary
from service.domain.invoices import (
    Invoice,
    InvoiceLine,
    InvoiceStatus,
    PaymentKind,
    is_overdue,
    open_idr,
    refundable_idr,
)
from service.domain.items import Item
from service.domain.units import Unit
from service.workflows.pay_invoice import PayInvoice
from service.workflows.refund_invoice import RefundInvoice
from service.workflows.reverse_payment import ReversePayment


class InvoiceOut(Resource):
    """What a kitchen owes for one receipt; rupiah."""

    id: UUID
    version: int = Field(description="Also the ETag", examples=[1])
    number: str = Field(description="Without gaps per cooperative and year", examples=["INV/C3271041009/2026/00017"])
    receipt_id: UUID
    cooperative_id: UUID
    cooperative_name: str = Field(examples=["KKMP Bantarjati"])
    kitchen_id: UUID
    kitchen_name: str = Field(examples=["SPPG Bantarjati"])
    week_start: date = Field(examples=["2026-11-30"])
    issued_on: date = Field(examples=["2026-11-29"])
    due_on: date = Field(examples=["2026-12-13"])
    total_idr: int = Field(examples=[520_000])
    paid_idr: int = Field(examples=[0])
    credited_idr: int = Field(description="Of goods rejected after signing: not owed any more", examples=[0])
    open_idr: int = Field(description="Still owed", examples=[520_000])
    refundable_idr: int = Field(description="Paid beyond what is owed: the cooperative gives it back", examples=[0])
    status: InvoiceStatus = Field(examples=["issued"])
    is_overdue: bool = Field(description="Whether money is late today", examples=[False])

    @classmethod
    def showing(cls, summary: InvoiceSummary, today: date, **more: object) -> InvoiceOut:
        """Return an invoice as it is shown on a day."""
        invoice: Invoice = summary.invoice
        return cls.of(
            invoice,
            cooperative_name=summary.cooperative.name,
            kitchen_name=summary.kitchen.name,
            open_idr=open_idr(invoice),
            refundable_idr=refundable_idr(invoice),
            is_overdue=is_overdue(invoice, today),
            **more,
        )


class InvoiceLineOut(Resource):
    """Goods that were taken, at the price of the order."""

    position: int = Field(examples=[1])
    receipt_line_id: UUID
    item_code: str = Field(examples=["RICE-M"])
    item_name: str = Field(description="Indonesian", examples=["Beras medium"])
    unit: Unit = Field(examples=["g"])
    qty: int = Field(description="Base units", examples=[40_000])
    price_idr: int = Field(description="Rupiah per kg, litre or piece", examples=[13_000])
    value_idr: int = Field(examples=[520_000])

    @classmethod
    def showing(cls, line: InvoiceLine, item: Item) -> InvoiceLineOut:
        """Return a line as it is shown."""
        return cls.of(line, item_name=item.name_id, unit=item.unit)


class PaymentOut(Resource):
    """Money that was paid for an invoice; below 0: taken back by a reversal, or refunded."""

    id: UUID
    kind: PaymentKind = Field(examples=["payment"])
    amount_idr: int = Field(examples=[200_000])
    paid_on: date = Field(examples=["2026-12-04"])
    reference: str = Field(description="Of the transfer; of a reversal the reason", examples=["TRX-88231"])
    reverses_id: UUID | None = Field(description="The payment that a reversal takes back", examples=[None])


class InvoiceDetailOut(InvoiceOut):
    """An invoice with its lines and payments."""

    lines: list[InvoiceLineOut]
    payments: list[PaymentOut]


class PaymentIn(RequestBody):
    """What was paid."""

    amount_idr: int = Field(gt=0, le=10**13, description="Rupiah, at most what is owed", examples=[200_000])
    paid_on: Day = Field(description="Not before the invoice, not after today", examples=["2026-12-04"])
    reference: Text = Field(max_length=60, description="Of the transfer", examples=["TRX-88231"])

    def said(self, invoice_id: UUID) -> PayInvoice:
        """Return the payment as typed in."""
        return PayInvoice(invoice_id, **self.model_dump())


class RefundIn(RequestBody):
    """What a cooperative gave back."""

    amount_idr: int = Field(gt=0, le=10**13, description="Rupiah, paid beyond what is owed", examples=[26_000])
    paid_on: Day = Field(description="Not before the invoice, not after today", examples=["2026-12-06"])
    reference: Text = Field(max_length=60, description="Of the transfer", examples=["TRX-90117"])

    def said(self, invoice_id: UUID) -> RefundInvoice:
        """Return the refund as typed in."""
        return RefundInvoice(invoice_id, **self.model_dump())


class ReversalIn(RequestBody):
    """Why a payment is taken back."""

    reason: Text = Field(max_length=60, examples=["Salah faktur"])

    def said(self, payment_id: UUID) -> ReversePayment:
        """Return the reversal as typed in."""
        return ReversePayment(payment_id, self.reason)
