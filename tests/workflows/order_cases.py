"""Equal orders at each stage of the cycle, what may be done with one, and what is left of it after two deeds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from service.database.queries.invariants import violations
from service.database.unit_of_work import UnitsOfWork
from service.domain.answers import LineAnswer
from service.domain.credit_notes import LateReject
from service.domain.deliveries import Delivery, DeliveryLine, RestFate
from service.domain.invoices import Invoice
from service.domain.loads import LineLoad, Lot
from service.domain.orders import DeclineReason, Order, OrderLine
from service.domain.people import Role
from service.domain.price_proposals import PriceProposal, Proposal
from service.domain.receipts import Receipt, ReceiptLine, RejectReason
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
from service.workflows.publish_plan import PublishPlan, publish_plan
from service.workflows.receive_delivery import ReceiveDelivery, receive_delivery
from service.workflows.reject_late import RejectLate, reject_late
from service.workflows.sign_receipt import SignReceipt, sign_receipt
from service.workflows.withdraw_lines import WithdrawLines, withdraw_lines
from tests.factories.deliveries import all_of
from tests.factories.planned_weeks import PlannedWeek, add_planned_week
from tests.factories.purchases import confirm_purchases
from tests.workflows.interleavings import Deed, in_turn, interleave, watch

LEFT = """
    SELECT 'order', status, NULL, NULL FROM purchase_order WHERE id = :id
    UNION ALL SELECT 'line', status, position, accepted_qty FROM order_line WHERE order_id = :id
    UNION ALL SELECT 'offer', status, NULL, promised_qty FROM offer
        WHERE cooperative_id = (SELECT cooperative_id FROM purchase_order WHERE id = :id)
    UNION ALL SELECT 'packs', '', NULL, packs FROM pack_reservation WHERE order_id = :id
    UNION ALL SELECT 'bought', one.status, line.ordered_packs, line.confirmed_packs
        FROM purchase AS one JOIN purchase_line AS line ON line.purchase_id = one.id WHERE one.order_id = :id
    UNION ALL SELECT 'drop', note.status, line.planned_qty, line.shipped_qty FROM delivery AS note
        JOIN delivery_line AS line ON line.delivery_id = note.id
        JOIN order_line ON order_line.id = line.order_line_id WHERE order_line.order_id = :id
    UNION ALL SELECT 'received', '', line.received_qty, line.rejected_qty FROM receipt_line AS line
        JOIN delivery_line ON delivery_line.id = line.delivery_line_id
        JOIN order_line ON order_line.id = delivery_line.order_line_id WHERE order_line.order_id = :id
    UNION ALL SELECT 'withdrawn', one.reason, withdrawn_qty, order_line.position FROM order_line_withdrawal AS one
        JOIN order_line ON order_line.id = one.order_line_id WHERE order_line.order_id = :id
    UNION ALL SELECT 'asked', one.status, order_line.position, price_idr FROM price_proposal AS one
        JOIN order_line ON order_line.id = one.order_line_id WHERE order_line.order_id = :id
    UNION ALL SELECT 'signed', side, NULL, NULL FROM signature JOIN receipt ON receipt.id = signature.receipt_id
        WHERE receipt.delivery_id IN
            (SELECT drop.delivery_id FROM delivery_line AS drop JOIN order_line AS line ON line.id = drop.order_line_id
             WHERE line.order_id = :id)
    UNION ALL SELECT 'invoice', invoice.status, paid_idr, credited_idr FROM invoice
        JOIN receipt ON receipt.id = invoice.receipt_id WHERE receipt.delivery_id IN
            (SELECT drop.delivery_id FROM delivery_line AS drop JOIN order_line AS line ON line.id = drop.order_line_id
             WHERE line.order_id = :id)
"""
"""What is left of an order, without ids and instants."""


@dataclass
class Case:
    """An order, its people, and what is done with it."""

    order: Order
    lines: list[OrderLine]
    officer: Any
    head: Any
    note: Delivery | None
    drops: list[DeliveryLine]
    proposal: PriceProposal | None = None
    invoice: Invoice | None = None
    weighed: list[ReceiptLine] = field(default_factory=list)

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


REACHED = ("sent", "asked", "noted", "left", "weighed", "signed")
ON_THE_WAY = {
    "asked": (Case.propose,),
    "left": (Case.dispatch_all,),
    "weighed": (Case.receive,),
    "signed": (Case.sign, Case.countersign),
}
"""What is done with each order to come to a stage, after its notes are made; those further on are not asked."""


class Orders:
    """Equal orders of a week, one for each interleaving, each with a kitchen and a cooperative of its own.

    ``stage`` is how far they have come: each stage is reached by the deeds of those before it.
    """

    def __init__(self, units: UnitsOfWork, stage: str) -> None:
        self.units, self.stage, self.cases = units, stage, []

    def has_reached(self, stage: str) -> bool:
        return REACHED.index(self.stage) >= REACHED.index(stage)

    async def make(self, count: int) -> None:
        async with self.units.begin() as work:
            week = await add_planned_week(work.session, kitchens=count, cooperatives=count, items=2)
        async with self.units.begin(actor=week.operator) as work:
            orders = (await publish_plan(work, PublishPlan(week.plan.id, 1))).orders
        if self.has_reached("noted"):
            for order in orders:
                case = await self.case(week, order.id)
                await self.do(case.answer())
            async with self.units.begin() as work:
                await confirm_purchases(work)
            for order in orders:
                await self.do((None, lambda work, order=order: prepare_deliveries(work, PrepareDeliveries(order.id))))
        self.cases = [await self.case(week, order.id) for order in orders]
        for stage, deeds in ON_THE_WAY.items():
            if self.stage == stage or (stage != "asked" and self.has_reached(stage)):
                for case in self.cases:
                    for deed in deeds:
                        await self.do(deed(case))
                self.cases = [await self.case(week, order.id) for order in orders]

    async def do(self, deed: Deed) -> None:
        actor, do = deed
        async with self.units.begin(actor=actor) as work:
            await do(work)

    async def case(self, week: PlannedWeek, order_id: Any) -> Case:
        async with self.units.begin() as work:
            ask = work.session.scalars
            order = await work.session.get_one(Order, order_id)
            lines = list(await ask(sa.select(OrderLine).where(OrderLine.order_id == order_id).order_by("position")))
            place = next(at for at, one in enumerate(week.cooperatives) if one.id == order.cooperative_id)
            drops = list(
                await ask(
                    sa.select(DeliveryLine)
                    .where(DeliveryLine.order_line_id.in_([line.id for line in lines]))
                    .order_by("position")
                )
            )
            note = await work.session.get_one(Delivery, drops[0].delivery_id) if drops else None
            case = Case(order, lines, week.officer(place), week.head(place), note, drops)
            asked = await ask(sa.select(PriceProposal).where(PriceProposal.order_id == order_id))
            case.proposal = asked.one_or_none()
            if note is not None:
                receipts = sa.select(Receipt.id).where(Receipt.delivery_id == note.id)
                weighed = sa.select(ReceiptLine).join(DeliveryLine, DeliveryLine.id == ReceiptLine.delivery_line_id)
                weighed = weighed.where(ReceiptLine.receipt_id.in_(receipts)).order_by(DeliveryLine.position)
                case.weighed = list(await ask(weighed))
                case.invoice = (await ask(sa.select(Invoice).where(Invoice.receipt_id.in_(receipts)))).one_or_none()
        return case

    async def left(self, case: Case) -> list[Any]:
        async with self.units.begin() as work:
            rows = await work.session.execute(sa.text(LEFT), {"id": case.order.id})
            return sorted((tuple(row) for row in rows), key=str)


@dataclass
class Tried:
    """How many interleavings of a stage there were, and those that no turn explains."""

    count: int
    unexplained: list[str]


Pair = tuple[Callable[[Case], Deed], Callable[[Case], Deed]]


async def try_all(engine: Any, units: UnitsOfWork, stage: str, pairs: Sequence[Pair], most: int) -> Tried:
    """Interleave pairs of deeds at every step of the first; with each pair its reverse must be among them."""
    orders = Orders(units, stage)
    await orders.make(most)
    watch(engine)
    free, tried = iter(orders.cases), Tried(0, [])
    turns: dict[Any, tuple[tuple[str, str], list[Any], int]] = {}
    for first, second in pairs:
        case = next(free)
        one, other, steps = await in_turn(units, first(case), second(case))
        turns[first, second] = (one, other), await orders.left(case), steps
    for first, second in pairs:
        came_so, left_so, steps = turns[first, second]
        came_back, left_back, _ = turns[second, first]
        for stop in range(1, steps + 1):
            case, name = next(free), f"{first.__name__} stopped before step {stop}, {second.__name__}"
            came = await interleave(engine, units, first(case), second(case), stop)
            left = await orders.left(case)
            tried.count += 1
            if (came, left) not in ((came_so, left_so), (came_back[::-1], left_back)) and not (
                set(came) != {"done"} and left in (left_so, left_back)
            ):
                tried.unexplained.append(f"{name}: {came}, {left}")
    async with units.begin() as work:
        tried.unexplained += map(str, await violations(work.session))
    return tried
