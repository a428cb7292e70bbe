"""What may be done with a week and one of its orders, whatever stage it is at."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from service.database.unit_of_work import UnitOfWork
from service.domain.answers import LineAnswer
from service.domain.credit_notes import LateReject
from service.domain.deliveries import Delivery, DeliveryLine, RestFate
from service.domain.invoices import Invoice
from service.domain.loads import LineLoad, Lot
from service.domain.orders import DeclineReason, Order, OrderLine
from service.domain.people import Role
from service.domain.permissions import Actor
from service.domain.plans import Plan
from service.domain.price_proposals import PriceProposal, Proposal
from service.domain.receipts import ReceiptLine, RejectReason
from service.domain.weighings import Weighing
from service.domain.withdrawals import Withdrawal, WithdrawalReason
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.clear_suspended import clear_order
from service.workflows.decide_price import DecidePrice, decide_price
from service.workflows.dispatch_delivery import DispatchDelivery, dispatch_delivery
from service.workflows.expire_answers import ExpireOrder, expire_order
from service.workflows.pay_invoice import PayInvoice, pay_invoice
from service.workflows.prepare_deliveries import PrepareDeliveries, prepare_deliveries
from service.workflows.propose_price import ProposePrice, propose_price
from service.workflows.publish_plan import PublishPlan, publish_plan, put_in_force
from service.workflows.receive_delivery import ReceiveDelivery, receive_delivery
from service.workflows.reject_late import RejectLate, reject_late
from service.workflows.sign_receipt import SignReceipt, sign_receipt
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
    invoice: Invoice | None = None
    weighed: list[ReceiptLine] = field(default_factory=list)

    @property
    def officer(self) -> Actor:
        """Return the officer of the cooperative that has the order."""
        ids = [cooperative.id for cooperative in self.week.cooperatives]
        return self.week.officer(ids.index(self.order.cooperative_id) if self.order else 0)

    @property
    def head(self) -> Actor:
        return self.week.head()

    def publish(self) -> Deed:
        plan = self.week.plan
        return self.week.operator, lambda work: publish_plan(work, PublishPlan(plan.id, plan.version))

    def publish_repair(self) -> Deed:
        return None, lambda work: repair_in_force(work, self.repair.id)

    def withdraw_offer(self) -> Deed:
        offer = self.week.offers[self.week.cooperatives[0].id, "ITEM-01"]
        return self.officer, lambda work: withdraw_offer(work, WithdrawOffer(offer.id, 1))

    def withdraw_stock(self) -> Deed:
        seller = actor_of(self.week.users[Role.WHOLESALER, self.week.wholesaler.id])
        stock = self.week.stocks["ITEM-00"]
        return seller, lambda work: withdraw_stock(work, WithdrawStock(stock.id, 1))

    def answer(self) -> Deed:
        said = tuple(LineAnswer(line.id, line.ordered_qty) for line in self.lines)
        return self.officer, lambda work: answer_order(work, AnswerOrder(self.order.id, said))

    def decline_one(self) -> Deed:
        said = (LineAnswer(self.lines[1].id, 1000, DeclineReason.NO_CASH),)
        return self.officer, lambda work: answer_order(work, AnswerOrder(self.order.id, said))

    def expire(self) -> Deed:
        late = self.order.respond_by_at + timedelta(minutes=1)
        return None, lambda work: expire_order(replace(work, now=late), ExpireOrder(self.order.id))

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

    def pay(self) -> Deed:
        payer = replace(self.head, role=Role.KITCHEN_ACCOUNTANT)
        command = PayInvoice(self.invoice.id, self.invoice.total_idr, self.invoice.issued_on, "TRX-1")
        return payer, lambda work: pay_invoice(work, command)


async def repair_in_force(work: UnitOfWork, plan_id: Any) -> None:
    """Publish a repair's plan as the job does."""
    plan = await work.session.get_one(Plan, plan_id)
    await put_in_force(work, plan, expected_version=plan.version)
