"""What may be done with the goods of an order and their papers: packs, notes, receipts, invoices and money."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from service.domain.credit_notes import LateReject
from service.domain.deliveries import Delivery, DeliveryLine, RestFate
from service.domain.invoices import Invoice, Payment
from service.domain.loads import LineLoad, Lot
from service.domain.payables import PurchasePayment
from service.domain.purchases import CutReason, PackAnswer, Purchase, PurchaseLine
from service.domain.receipts import ReceiptLine, RejectReason
from service.domain.weighings import Weighing
from service.workflows.answer_purchase import AnswerPurchase, answer_purchase
from service.workflows.dispatch_delivery import DispatchDelivery, dispatch_delivery
from service.workflows.expire_purchases import expire_purchase
from service.workflows.pay_invoice import PayInvoice, pay_invoice
from service.workflows.pay_purchase import PayPurchase, ReversePurchasePayment, pay_purchase, reverse_purchase_payment
from service.workflows.receive_delivery import ReceiveDelivery, receive_delivery
from service.workflows.refund_invoice import RefundInvoice, refund_invoice
from service.workflows.reject_late import RejectLate, reject_late
from service.workflows.reverse_payment import ReversePayment, reverse_payment, reverse_refund
from service.workflows.sign_receipt import SignReceipt, sign_receipt
from service.workflows.take_back_signature import TakeBackSignature, take_back_signature
from tests.factories.deliveries import all_of
from tests.workflows.interleavings import Deed
from tests.workflows.week_cases import WeekCase


@dataclass
class PaperCase(WeekCase):
    """A week with what came of one of its orders."""

    purchase: Purchase | None = None
    packs: list[PurchaseLine] = field(default_factory=list)
    paid_for_packs: PurchasePayment | None = None
    note: Delivery | None = None
    drops: list[DeliveryLine] = field(default_factory=list)
    weighed: list[ReceiptLine] = field(default_factory=list)
    invoice: Invoice | None = None
    payment: Payment | None = None
    refunded: Payment | None = None

    def sell(self, *, missing: int = 0) -> Deed:
        reason = CutReason.OUT_OF_STOCK if missing else None
        said = tuple(PackAnswer(line.id, line.ordered_packs - missing, reason) for line in self.packs)
        return self.seller, lambda work: answer_purchase(work, AnswerPurchase(self.purchase.id, said))

    def sell_less(self) -> Deed:
        return self.sell(missing=1)

    def expire_purchase(self) -> Deed:
        late = self.purchase.respond_by_at + timedelta(minutes=1)
        return None, lambda work: expire_purchase(replace(work, now=late), self.purchase.id)

    def pay_for_packs(self) -> Deed:
        command = PayPurchase(self.purchase.id, 1000, self.purchase.owed_on or self.purchase.week_start, "TRX-3")
        return self.officer, lambda work: pay_purchase(work, command)

    def reverse_packs(self) -> Deed:
        command = ReversePurchasePayment(self.paid_for_packs.id, "mistake")
        return self.officer, lambda work: reverse_purchase_payment(work, command)

    def dispatch_all(self) -> Deed:
        loads = tuple(all_of(line) for line in self.drops)
        command = DispatchDelivery(self.note.id, loads, expected_version=self.note.version)
        return self.officer, lambda work: dispatch_delivery(work, command)

    def dispatch_less(self) -> Deed:
        loads = tuple(LineLoad(one.id, (Lot(1000, "L", "T"),), RestFate.CARRIED, "truck full") for one in self.drops)
        command = DispatchDelivery(self.note.id, loads, expected_version=None)
        return self.officer, lambda work: dispatch_delivery(work, command)

    def receive(self) -> Deed:
        command = ReceiveDelivery(self.note.id, tuple(Weighing(one.id, one.planned_qty) for one in self.drops))
        return self.head, lambda work: receive_delivery(work, command)

    def weigh_less(self) -> Deed:
        less = tuple(Weighing(one.id, one.planned_qty // 2, reason=RejectReason.UNDERWEIGHT) for one in self.drops)
        return self.head, lambda work: receive_delivery(work, ReceiveDelivery(self.note.id, less))

    def sign(self) -> Deed:
        return self.head, lambda work: sign_receipt(work, SignReceipt(self.weighed[0].receipt_id))

    def countersign(self) -> Deed:
        return self.officer, lambda work: sign_receipt(work, SignReceipt(self.weighed[0].receipt_id))

    def take_back(self) -> Deed:
        command = TakeBackSignature(self.weighed[0].receipt_id)
        return self.head, lambda work: take_back_signature(work, command)

    def reject(self) -> Deed:
        bad = (LateReject(self.weighed[0].id, self.weighed[0].accepted_qty // 2 + 1, RejectReason.SPOILED),)
        return self.head, lambda work: reject_late(work, RejectLate(self.weighed[0].receipt_id, bad))

    def pay(self) -> Deed:
        command = PayInvoice(self.invoice.id, self.invoice.total_idr, self.invoice.issued_on, "TRX-1")
        return self.accountant, lambda work: pay_invoice(work, command)

    def reverse(self) -> Deed:
        return self.accountant, lambda work: reverse_payment(work, ReversePayment(self.payment.id, "mistake"))

    def refund(self) -> Deed:
        command = RefundInvoice(self.invoice.id, 1000, self.invoice.issued_on, "TRX-2")
        return self.officer, lambda work: refund_invoice(work, command)

    def reverse_refund(self) -> Deed:
        return self.officer, lambda work: reverse_refund(work, ReversePayment(self.refunded.id, "mistake"))
