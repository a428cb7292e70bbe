"""Purchases, what wholesalers say to them, and what lies in the outlets."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from service.api.schemas.shapes import Day, RequestBody, Resource, Text
from service.database.queries.purchases import OutletStock, PurchaseSummary
from service.domain.items import Item
from service.domain.payables import due_on, open_idr
from service.domain.purchases import CutReason, PackAnswer, PurchaseLine, PurchaseLineStatus, PurchaseStatus
from service.domain.units import Unit
from service.workflows.pay_purchase import PayPurchase, ReversePurchasePayment

_A_LINE = "0199d0c2-0000-7000-8000-000000000001"


class PurchaseOut(Resource):
    """What a cooperative buys from one wholesaler for an order."""

    id: UUID
    version: int = Field(description="Also the ETag", examples=[1])
    number: str = Field(examples=["PO-3271-2026W49-C3271041009/W01"])
    week_start: date = Field(examples=["2026-11-30"])
    order_id: UUID
    cooperative_id: UUID
    cooperative_name: str = Field(examples=["KKMP Bantarjati"])
    wholesaler_id: UUID
    wholesaler_name: str = Field(examples=["Bulog Bogor"])
    status: PurchaseStatus = Field(examples=["sent"])
    respond_by_at: datetime = Field(description="Silence until then is a decline", examples=["2026-11-28T06:00:00Z"])
    missing_idr: int = Field(description="What it lacks to the minimum order, rupiah", examples=[0])
    total_idr: int = Field(description="What the confirmed packs cost; 0 until all is answered", examples=[7_680_000])
    paid_idr: int = Field(examples=[0])
    open_idr: int = Field(description="Still owed to the wholesaler", examples=[7_680_000])
    due_days: int = Field(description="Days to pay, counted from the last line's answer", examples=[14])
    due_on: date | None = Field(description="Last day to pay; null while nothing is owed for", examples=["2026-12-12"])

    @classmethod
    def showing(cls, summary: PurchaseSummary, **more: object) -> PurchaseOut:
        """Return a purchase as it is shown."""
        names = {"cooperative_name": summary.cooperative.name, "wholesaler_name": summary.wholesaler.name}
        purchase = summary.purchase
        return cls.of(purchase, **names, open_idr=open_idr(purchase), due_on=due_on(purchase), **more)


class PurchaseLineOut(Resource):
    """Packs of one stock."""

    id: UUID
    stock_id: UUID
    item_code: str = Field(examples=["RICE-M"])
    item_name: str = Field(description="Indonesian", examples=["Beras medium"])
    unit: Unit = Field(examples=["g"])
    pack_qty: int = Field(description="Base units in a pack", examples=[50_000])
    price_idr: int = Field(description="Rupiah per pack", examples=[640_000])
    ordered_packs: int = Field(examples=[12])
    extra_packs: int = Field(description="Of these, bought only to reach the minimum order", examples=[0])
    confirmed_packs: int | None = Field(description="Null until answered", examples=[None])
    status: PurchaseLineStatus = Field(examples=["awaiting_answer"])
    reason: CutReason | None = Field(examples=[None])

    @classmethod
    def showing(cls, line: PurchaseLine, item: Item) -> PurchaseLineOut:
        """Return a line as it is shown."""
        return cls.of(line, item_name=item.name_id, unit=item.unit)


class PurchasePaymentOut(Resource):
    """Money that was paid for a purchase; below 0: taken back."""

    id: UUID
    amount_idr: int = Field(examples=[5_000_000])
    paid_on: date = Field(examples=["2026-12-04"])
    reference: str = Field(description="Of the transfer; of a reversal the reason", examples=["TRX-77120"])
    reverses_id: UUID | None = Field(description="The payment that is taken back", examples=[None])


class PurchaseDetailOut(PurchaseOut):
    """A purchase with its lines and payments."""

    lines: list[PurchaseLineOut]
    payments: list[PurchasePaymentOut]


class PurchasePaymentIn(RequestBody):
    """What was paid."""

    amount_idr: int = Field(gt=0, le=10**13, description="Rupiah, at most what is owed", examples=[5_000_000])
    paid_on: Day = Field(description="Not before the last answer, not after today", examples=["2026-12-04"])
    reference: Text = Field(max_length=60, description="Of the transfer", examples=["TRX-77120"])

    def said(self, purchase_id: UUID) -> PayPurchase:
        """Return the payment as typed in."""
        return PayPurchase(purchase_id, **self.model_dump())


class PurchasePaymentReversalIn(RequestBody):
    """Why a payment is taken back."""

    reason: Text = Field(max_length=60, examples=["Salah pembelian"])

    def said(self, payment_id: UUID) -> ReversePurchasePayment:
        """Return the reversal as typed in."""
        return ReversePurchasePayment(payment_id, self.reason)


class PackAnswerIn(RequestBody):
    """Packs that are sold of one line; less than all needs a reason."""

    line_id: UUID = Field(examples=[_A_LINE])
    confirmed_packs: int = Field(ge=0, le=10**9, examples=[12])
    reason: CutReason | None = Field(default=None, examples=[None])


class PackAnswersIn(RequestBody):
    """A wholesaler's answers to some lines or all."""

    answers: list[PackAnswerIn] = Field(min_length=1, max_length=2000)

    def said(self) -> tuple[PackAnswer, ...]:
        """Return the answers as typed in."""
        return tuple(PackAnswer(one.line_id, one.confirmed_packs, one.reason) for one in self.answers)


class OutletStockOut(Resource):
    """Goods in an outlet that purchases brought beyond the need."""

    cooperative_id: UUID
    cooperative_name: str = Field(examples=["KKMP Bantarjati"])
    item_code: str = Field(examples=["RICE-M"])
    item_name: str = Field(description="Indonesian", examples=["Beras medium"])
    unit: Unit = Field(examples=["g"])
    qty: int = Field(description="Base units", examples=[30_000])

    @classmethod
    def showing(cls, held: OutletStock) -> OutletStockOut:
        """Return a cooperative's goods of one item as they are shown."""
        return cls(
            cooperative_id=held.cooperative.id,
            cooperative_name=held.cooperative.name,
            item_code=held.item.code,
            item_name=held.item.name_id,
            unit=held.item.unit,
            qty=held.qty,
        )
