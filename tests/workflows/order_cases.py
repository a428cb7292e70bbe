"""What may be done with a week and one of its orders, whatever stage it is at."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from service.database.unit_of_work import UnitOfWork
from service.domain.answers import LineAnswer
from service.domain.credit_notes import LateReject
from service.domain.deliveries import Delivery, DeliveryLine, RestFate
from service.domain.forecast_entries import ForecastEntry, LineEntry
from service.domain.invoices import Invoice, Payment
from service.domain.loads import LineLoad, Lot
from service.domain.orders import DeclineReason, Order, OrderLine
from service.domain.payables import PurchasePayment
from service.domain.people import Role
from service.domain.permissions import Actor
from service.domain.plans import Plan
from service.domain.price_proposals import PriceProposal, Proposal
from service.domain.purchases import CutReason, PackAnswer, Purchase, PurchaseLine
from service.domain.receipts import ReceiptLine, RejectReason
from service.domain.weighings import Weighing
from service.domain.withdrawals import Withdrawal, WithdrawalReason
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.answer_purchase import AnswerPurchase, answer_purchase
from service.workflows.clear_suspended import clear_order
from service.workflows.correct_forecast import CorrectForecast, correct_forecast
from service.workflows.decide_price import DecidePrice, decide_price
from service.workflows.dispatch_delivery import DispatchDelivery, dispatch_delivery
from service.workflows.expire_answers import ExpireOrder, expire_order
from service.workflows.expire_purchases import expire_purchase
from service.workflows.move_fallen_lines import MoveFallenLines, move_settled_lines
from service.workflows.pay_invoice import PayInvoice, pay_invoice
from service.workflows.pay_purchase import PayPurchase, ReversePurchasePayment, pay_purchase, reverse_purchase_payment
from service.workflows.prepare_deliveries import PrepareDeliveries, prepare_deliveries
from service.workflows.propose_price import ProposePrice, propose_price
from service.workflows.publish_plan import PublishPlan, publish_plan, put_in_force
from service.workflows.receive_delivery import ReceiveDelivery, receive_delivery
from service.workflows.refund_invoice import RefundInvoice, refund_invoice
from service.workflows.reject_late import RejectLate, reject_late
from service.workflows.reverse_payment import ReversePayment, reverse_payment, reverse_refund
from service.workflows.sign_receipt import SignReceipt, sign_receipt
from service.workflows.take_back_signature import TakeBackSignature, take_back_signature
from service.workflows.undo_answers import UndoAnswers, undo_answers
from service.workflows.withdraw_lines import WithdrawLines, withdraw_lines
from service.workflows.withdraw_offer import WithdrawOffer, withdraw_offer
from service.workflows.withdraw_stock import WithdrawStock, withdraw_stock
from tests.factories.deliveries import all_of
from tests.factories.planned_weeks import PlannedWeek
from tests.factories.plans import actor_of
from tests.workflows.interleavings import Deed


@dataclass
class Case:
    """A week, an order of it if there is one, its people, and what is done with it."""

    week: PlannedWeek
    order: Order | None = None
    lines: list[OrderLine] = field(default_factory=list)
    note: Delivery | None = None
    drops: list[DeliveryLine] = field(default_factory=list)
    repair: Plan | None = None
    proposal: PriceProposal | None = None
    purchase: Purchase | None = None
    packs: list[PurchaseLine] = field(default_factory=list)
    invoice: Invoice | None = None
    weighed: list[ReceiptLine] = field(default_factory=list)
    payment: Payment | None = None
    refunded: Payment | None = None
    paid_for_packs: PurchasePayment | None = None

    @property
    def officer(self) -> Actor:
        """Return the officer of the cooperative that has the order."""
        ids = [cooperative.id for cooperative in self.week.cooperatives]
        return self.week.officer(ids.index(self.order.cooperative_id) if self.order else 0)

    @property
    def head(self) -> Actor:
        return self.week.head()

    @property
    def seller(self) -> Actor:
        return actor_of(self.week.users[Role.WHOLESALER, self.week.wholesaler.id])

    @property
    def accountant(self) -> Actor:
        return replace(self.head, role=Role.KITCHEN_ACCOUNTANT)

    def publish(self) -> Deed:
        plan = self.week.plan
        return self.week.operator, lambda work: publish_plan(work, PublishPlan(plan.id, plan.version))

    def publish_repair(self) -> Deed:
        return None, lambda work: repair_in_force(work, self.repair.id)

    def withdraw_offer(self) -> Deed:
        offer = self.week.offers[self.week.cooperatives[0].id, "ITEM-01"]
        return self.officer, lambda work: withdraw_offer(work, WithdrawOffer(offer.id, 1))

    def withdraw_stock(self) -> Deed:
        stock = self.week.stocks["ITEM-00"]
        return self.seller, lambda work: withdraw_stock(work, WithdrawStock(stock.id, 1))

    def correct(self) -> Deed:
        """Let the kitchen want less of its first item."""
        forecast = self.week.forecasts[0]
        lines = [line for line in self.week.demand if line.forecast_id == forecast.id]
        less = tuple(
            LineEntry(line.item_code, line.needed_date, line.demanded_qty // (2 if line is lines[0] else 1))
            for line in lines
        )
        command = CorrectForecast(forecast.id, forecast.version, "a school closes", ForecastEntry(lines=less))
        return self.head, lambda work: correct_forecast(work, command)

    def answer(self) -> Deed:
        said = tuple(LineAnswer(line.id, line.ordered_qty) for line in self.lines)
        return self.officer, lambda work: answer_order(work, AnswerOrder(self.order.id, said))

    def decline_one(self) -> Deed:
        said = (LineAnswer(self.lines[1].id, 1000, DeclineReason.NO_CASH),)
        return self.officer, lambda work: answer_order(work, AnswerOrder(self.order.id, said))

    def expire(self) -> Deed:
        late = self.order.respond_by_at + timedelta(minutes=1)
        return None, lambda work: expire_order(replace(work, now=late), ExpireOrder(self.order.id))

    def undo(self) -> Deed:
        return self.officer, lambda work: undo_answers(work, UndoAnswers(self.order.id))

    def move(self) -> Deed:
        command = MoveFallenLines(self.order.id, tuple(line.id for line in self.lines))
        return None, lambda work: move_settled_lines(work, command)

    def sell(self, *, missing: int = 0) -> Deed:
        reason = CutReason.OUT_OF_STOCK if missing else None
        said = tuple(PackAnswer(line.id, line.ordered_packs - missing, reason) for line in self.packs)
        return self.seller, lambda work: answer_purchase(work, AnswerPurchase(self.purchase.id, said))

    def sell_less(self) -> Deed:
        return self.sell(missing=1)

    def expire_purchase(self) -> Deed:
        late = self.purchase.respond_by_at + timedelta(minutes=1)
        return None, lambda work: expire_purchase(replace(work, now=late), self.purchase.id)

    def withdraw(self) -> Deed:
        said = (Withdrawal(self.lines[1].id, 1000, WithdrawalReason.CROP_FAILED),)
        command = WithdrawLines(self.order.id, self.order.version, said)
        return self.officer, lambda work: withdraw_lines(work, command)

    def prepare(self) -> Deed:
        return None, lambda work: prepare_deliveries(work, PrepareDeliveries(self.order.id))

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

    def propose(self) -> Deed:
        said = (Proposal(self.lines[1].id, self.lines[1].price_idr + 500, "harvest"),)
        return self.officer, lambda work: propose_price(work, ProposePrice(self.order.id, said))

    def decide(self, *, is_approved: bool = True) -> Deed:
        command = DecidePrice(self.proposal.id, self.proposal.version, is_approved)
        return self.head, lambda work: decide_price(work, command)

    def suspend(self) -> Deed:
        return None, lambda work: clear_order(work, self.order.id, self.order.cooperative_id)

    def sign(self) -> Deed:
        return self.head, lambda work: sign_receipt(work, SignReceipt(self.weighed[0].receipt_id))

    def countersign(self) -> Deed:
        return self.officer, lambda work: sign_receipt(work, SignReceipt(self.weighed[0].receipt_id))

    def weigh_less(self) -> Deed:
        less = tuple(Weighing(one.id, one.planned_qty // 2) for one in self.drops)
        return self.head, lambda work: receive_delivery(work, ReceiveDelivery(self.note.id, less))

    def reject(self) -> Deed:
        bad = (LateReject(self.weighed[0].id, self.weighed[0].accepted_qty // 2 + 1, RejectReason.SPOILED),)
        return self.head, lambda work: reject_late(work, RejectLate(self.weighed[0].receipt_id, bad))

    def take_back(self) -> Deed:
        command = TakeBackSignature(self.weighed[0].receipt_id)
        return self.head, lambda work: take_back_signature(work, command)

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

    def pay_for_packs(self) -> Deed:
        command = PayPurchase(self.purchase.id, 1000, self.purchase.owed_on or self.purchase.week_start, "TRX-3")
        return self.officer, lambda work: pay_purchase(work, command)

    def reverse_packs(self) -> Deed:
        command = ReversePurchasePayment(self.paid_for_packs.id, "mistake")
        return self.officer, lambda work: reverse_purchase_payment(work, command)


NEEDS = {
    "week": (Case.publish, Case.withdraw_offer, Case.withdraw_stock, Case.correct),
    "repair": (Case.publish_repair,),
    "order": (
        Case.answer,
        Case.decline_one,
        Case.expire,
        Case.undo,
        Case.move,
        Case.withdraw,
        Case.suspend,
        Case.prepare,
        Case.propose,
    ),
    "proposal": (Case.decide,),
    "purchase": (Case.sell, Case.sell_less, Case.expire_purchase, Case.pay_for_packs),
    "paid_for_packs": (Case.reverse_packs,),
    "note": (Case.dispatch_all, Case.dispatch_less, Case.receive, Case.weigh_less),
    "weighed": (Case.sign, Case.countersign, Case.take_back, Case.reject),
    "invoice": (Case.pay, Case.refund),
    "payment": (Case.reverse,),
    "refunded": (Case.reverse_refund,),
}
"""What must be there for a deed to name it."""


def deeds_of(case: Case) -> list[Callable[[Case], Deed]]:
    """Return all that can be tried with what there is of a week, also what is refused."""
    return [deed for there, deeds in NEEDS.items() if getattr(case, there) for deed in deeds]


async def repair_in_force(work: UnitOfWork, plan_id: Any) -> None:
    """Publish a repair's plan as the job does."""
    plan = await work.session.get_one(Plan, plan_id)
    await put_in_force(work, plan, expected_version=plan.version)
