"""What people do with money in a week lived at random."""

import sqlalchemy as sa

from service.domain.credit_notes import LateReject
from service.domain.invoices import Invoice, Payment, PaymentKind, refundable_idr
from service.domain.payables import PurchasePayment
from service.domain.people import Role
from service.domain.purchases import Purchase
from service.domain.receipts import Receipt, ReceiptLine, RejectReason
from service.workflows.pay_invoice import PayInvoice, pay_invoice
from service.workflows.pay_purchase import PayPurchase, ReversePurchasePayment, pay_purchase, reverse_purchase_payment
from service.workflows.refund_invoice import RefundInvoice, refund_invoice
from service.workflows.reject_late import RejectLate, reject_late
from service.workflows.reverse_payment import ReversePayment, reverse_payment, reverse_refund

TOLD = 0.3


class MoneyDeeds:
    """Deeds of a town: each returns who does it and what, or nothing if there is nothing to do it with."""

    async def pay(self):
        invoice = await self.one_of(Invoice)
        if invoice is None:
            return None
        amount = self.chance.choice((invoice.total_idr, invoice.total_idr // 3 + 1, 1))
        command = PayInvoice(invoice.id, amount, invoice.issued_on, "TRX")
        return self.actor(Role.KITCHEN_ACCOUNTANT, invoice.kitchen_id), lambda work: pay_invoice(work, command)

    async def reject_late(self):
        receipt = await self.one_of(Receipt)
        if receipt is None:
            return None
        query = sa.select(ReceiptLine).where(ReceiptLine.receipt_id == receipt.id).order_by(ReceiptLine.id)
        said = [
            LateReject(
                line.id, self.chance.choice((1, line.accepted_qty // 3 + 1, line.accepted_qty)), RejectReason.SPOILED
            )
            for line in await self.work.session.scalars(query)
            if self.chance.random() < TOLD
        ]
        command = RejectLate(receipt.id, tuple(said))
        return self.actor(Role.KITCHEN_HEAD, receipt.kitchen_id), lambda work: reject_late(work, command)

    async def reverse(self):
        payment = await self.one_of(Payment)
        if payment is None:
            return None
        invoice = await self.work.session.get_one(Invoice, payment.invoice_id)
        command = ReversePayment(payment.id, "mistake")
        if payment.kind is PaymentKind.REFUND:
            officer = self.actor(Role.COOP_OFFICER, invoice.cooperative_id)
            return officer, lambda work: reverse_refund(work, command)
        return self.actor(Role.KITCHEN_ACCOUNTANT, invoice.kitchen_id), lambda work: reverse_payment(work, command)

    async def refund(self):
        invoice = await self.one_of(Invoice)
        if invoice is None:
            return None
        command = RefundInvoice(invoice.id, max(1, refundable_idr(invoice)), invoice.issued_on, "TRX")
        return self.actor(Role.COOP_OFFICER, invoice.cooperative_id), lambda work: refund_invoice(work, command)

    async def pay_for_packs(self):
        """Let a cooperative pay a wholesaler, perhaps too much, or take back what it wrote down."""
        paid, purchase = await self.one_of(PurchasePayment), await self.one_of(Purchase)
        if paid is not None and self.chance.random() < 0.3:
            bought = await self.work.session.get_one(Purchase, paid.purchase_id)
            taken_back = ReversePurchasePayment(paid.id, "mistake")
            actor = self.actor(Role.COOP_OFFICER, bought.cooperative_id)
            return actor, lambda work: reverse_purchase_payment(work, taken_back)
        if purchase is None:
            return None
        amount = self.chance.choice((purchase.total_idr, purchase.total_idr // 3 + 1, 1))
        command = PayPurchase(purchase.id, amount, purchase.owed_on or purchase.week_start, "TRX")
        return self.actor(Role.COOP_OFFICER, purchase.cooperative_id), lambda work: pay_purchase(work, command)
