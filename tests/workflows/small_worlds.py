"""A small world with an order at a stage of the cycle, and what is left of it after two deeds at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from service.database.unit_of_work import UnitsOfWork
from service.domain.deliveries import Delivery, DeliveryLine
from service.domain.invoices import Invoice, Payment, PaymentKind
from service.domain.offers import Offer
from service.domain.orders import Order, OrderLine
from service.domain.organisations import Wholesaler
from service.domain.payables import PurchasePayment
from service.domain.plans import Allocation, Plan
from service.domain.price_proposals import PriceProposal
from service.domain.purchases import Purchase, PurchaseLine
from service.domain.receipts import Receipt, ReceiptLine
from service.domain.stocks import Stock
from tests.factories.divided_weeks import want_more
from tests.factories.planned_weeks import PlannedWeek, add_planned_week
from tests.factories.plans import LINE_QTY, new_policy
from tests.factories.runs import plans_of, rows, start, work_on
from tests.workflows.books import broken_rules
from tests.workflows.interleavings import Deed, in_turn, interleave, watch
from tests.workflows.order_cases import Case
from tests.workflows.rewinding import Rewinding

LEFT = """
    SELECT 'plan', status, run_kind, NULL::bigint, NULL::bigint FROM plan
    UNION ALL SELECT 'short', cause, item_code, demanded_qty, short_qty FROM shortage
    UNION ALL SELECT 'order', status, origin, NULL, NULL FROM purchase_order
    UNION ALL SELECT 'line', status, item_code, ordered_qty, accepted_qty FROM order_line
    UNION ALL SELECT 'offer', status, item_code, offered_qty, promised_qty FROM offer
    UNION ALL SELECT 'stock', status, item_code, packs, promised_packs FROM stock
    UNION ALL SELECT 'packs', '', '', NULL, packs FROM pack_reservation
    UNION ALL SELECT 'bought', one.status, '', line.ordered_packs, line.confirmed_packs
        FROM purchase AS one JOIN purchase_line AS line ON line.purchase_id = one.id
    UNION ALL SELECT 'drop', note.status, '', line.planned_qty, line.shipped_qty FROM delivery AS note
        JOIN delivery_line AS line ON line.delivery_id = note.id
    UNION ALL SELECT 'received', '', '', received_qty, rejected_qty FROM receipt_line
    UNION ALL SELECT 'withdrawn', one.reason, item_code, withdrawn_qty, position FROM order_line_withdrawal AS one
        JOIN order_line ON order_line.id = one.order_line_id
    UNION ALL SELECT 'asked', one.status, item_code, position, proposed_price_idr FROM price_proposal AS one
        JOIN order_line ON order_line.id = one.order_line_id
    UNION ALL SELECT 'signed', side, '', NULL, NULL FROM signature
    UNION ALL SELECT 'invoice', status, '', paid_idr, credited_idr FROM invoice
    UNION ALL SELECT 'paid', kind, '', amount_idr, NULL FROM payment
    UNION ALL SELECT 'owed', status, '', total_idr, paid_idr FROM purchase
    UNION ALL SELECT 'wanted', one.status, item_code, revision, demanded_qty FROM forecast AS one
        JOIN forecast_line ON forecast_line.forecast_id = one.id
    UNION ALL SELECT 'recall', status, item_code, NULL, NULL FROM recall
    UNION ALL SELECT 'asked of kitchens', '', item_code, accepted_qty, NULL FROM recall_part
    UNION ALL SELECT 'repair', region_code, '', NULL, NULL FROM repair_request
"""
"""What is left of the small world, without ids and instants."""


BEFORE = {
    "sent": ("planned", (Case.publish,)),
    "asked": ("sent", (Case.propose,)),
    "declined": ("sent", (Case.decline_one,)),
    "accepted": ("sent", (Case.answer,)),
    "noted": ("accepted", (Case.sell, Case.prepare)),
    "left": ("noted", (Case.dispatch_all,)),
    "weighed": ("left", (Case.receive,)),
    "signed_by_one": ("weighed", (Case.sign,)),
    "signed": ("signed_by_one", (Case.countersign,)),
    "paid": ("signed", (Case.pay, Case.pay_for_packs)),
    "rejected": ("paid", (Case.reject,)),
    "refunded": ("rejected", (Case.refund,)),
}
"""The stages of an order: from which one each is reached, and by what is done with the order then."""


@dataclass(frozen=True)
class Paper:
    """Asks for rows in the order of their positions, or for the only one there may be."""

    session: AsyncSession

    async def all(self, kind: Any, *where: Any) -> list[Any]:
        query = sa.select(kind).where(*where).order_by(getattr(kind, "position", kind.id))
        return list(await self.session.scalars(query))

    async def one(self, kind: Any, *where: Any) -> Any:
        return (await self.session.scalars(sa.select(kind).where(*where))).one_or_none()


class World:
    """A week of two kitchens and two cooperatives, one order of which has come as far as a stage; begun ever anew.

    Each stage is reached by the deeds of those before it. With a repair there is one of each, whose plan comes of a
    run; the kitchen has come to want more since, and the plan of a repair that brings it waits to be published. An item
    can be called back, of which the orders were not cleared yet.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        units: UnitsOfWork,
        stage: str,
        *,
        items: int = 2,
        has_repair: bool = False,
        undo_minutes: int = 0,
        is_recalled: bool = False,
    ) -> None:
        self.units, self.stage, self.items = units, stage, items
        self.has_repair, self.undo_minutes, self.is_recalled = has_repair, undo_minutes, is_recalled
        self.rewinding = Rewinding(engine)

    async def make(self) -> Case:
        async with self.units.begin() as work:
            of_each = 1 if self.has_repair else 2
            week = await add_planned_week(work.session, kitchens=of_each, cooperatives=of_each, items=self.items)
            await work.session.execute(sa.update(Wholesaler).values(min_order_idr=0))
            if self.undo_minutes:
                values = {**new_policy().values, "undo_minutes": self.undo_minutes}
                work.session.add(new_policy(number=2, values=values))
        if self.has_repair:
            week.plan = await self.solved(week)
        case = await self.come_to(self.stage, await self.case(week, None))
        if self.has_repair:
            async with self.units.begin() as work:
                await want_more(work.session, week, LINE_QTY)
            case.repair = await self.solved(week)
        if self.is_recalled:
            await self.do(case.call_back())
        await self.rewinding.remember()
        return case

    async def solved(self, week: PlannedWeek) -> Plan:
        run = await start(self.units, week)
        await work_on(self.units, run)
        [plan] = await plans_of(self.units, run)
        assert len(await rows(self.units, Allocation, plan_id=plan.id)) >= len(week.items)
        return plan

    async def come_to(self, stage: str, case: Case) -> Case:
        if stage == "planned":
            return case
        before, deeds = BEFORE[stage]
        case = await self.come_to(before, case)
        for deed in deeds:
            await self.do(deed(case))
            case = await self.case(case.week, await self.first_order_id())
        return case

    async def first_order_id(self) -> UUID:
        async with self.units.begin() as work:
            return (await work.session.scalars(sa.select(Order.id).order_by(Order.number))).first()

    async def do(self, deed: Deed) -> None:
        actor, do = deed
        async with self.units.begin(actor=actor) as work:
            await do(work)

    async def case(self, week: PlannedWeek, order_id: UUID | None) -> Case:
        """Read the order, if there is one, and all papers that came of it."""
        async with self.units.begin() as work:
            paper = Paper(work.session)
            case = Case(week)
            case.offer = await work.session.get_one(Offer, week.offers[week.cooperatives[0].id, "ITEM-01"].id)
            case.stock = await work.session.get_one(Stock, week.stocks["ITEM-00"].id)
            if order_id is None:
                return case
            case.order = await work.session.get_one(Order, order_id)
            case.lines = await paper.all(OrderLine, OrderLine.order_id == order_id)
            case.proposal = await paper.one(PriceProposal, PriceProposal.order_id == order_id)
            case.purchase = await paper.one(Purchase, Purchase.order_id == order_id)
            if case.purchase is not None:
                bought = case.purchase.id
                case.packs = await paper.all(PurchaseLine, PurchaseLine.purchase_id == bought)
                case.paid_for_packs = await paper.one(PurchasePayment, PurchasePayment.purchase_id == bought)
            case.drops = await paper.all(DeliveryLine, DeliveryLine.order_line_id.in_([line.id for line in case.lines]))
            if case.drops:
                case.note = await work.session.get_one(Delivery, case.drops[0].delivery_id)
                await self.add_weighing(case, paper)
            return case

    async def add_weighing(self, case: Case, paper: Paper) -> None:
        """Add what came of the first note when it was weighed."""
        receipt = await paper.one(Receipt, Receipt.delivery_id == case.note.id)
        if receipt is None:
            return
        positions = {drop.id: drop.position for drop in case.drops}
        weighed = await paper.all(ReceiptLine, ReceiptLine.receipt_id == receipt.id)
        case.weighed = sorted(weighed, key=lambda line: positions[line.delivery_line_id])
        case.invoice = await paper.one(Invoice, Invoice.receipt_id == receipt.id)
        if case.invoice is not None:
            of_invoice = Payment.invoice_id == case.invoice.id
            case.payment = await paper.one(Payment, of_invoice, Payment.kind == PaymentKind.PAYMENT)
            case.refunded = await paper.one(Payment, of_invoice, Payment.kind == PaymentKind.REFUND)

    async def left(self) -> tuple[list[Any], list[Any]]:
        """Return what there is, and what of it breaks a rule of the books, and begin anew."""
        async with self.units.begin() as work:
            rows = await work.session.execute(sa.text(LEFT))
            there = sorted((tuple(row) for row in rows), key=str)
            wrong = await broken_rules(work.session)

        await self.rewinding.rewind()
        return there, [(one.rule, one.expected, one.found) for one in wrong]


@dataclass
class Tried:
    """How many interleavings of a stage there were, and those that no turn explains or that left the books wrong.

    ``done`` are the deeds that were not refused when they came first.
    """

    count: int
    done: set[str]
    unexplained: list[str]


Pair = tuple[Callable[[Case], Deed], Callable[[Case], Deed]]


async def try_all(engine: AsyncEngine, units: UnitsOfWork, stage: str, pairs: Sequence[Pair], **kind: Any) -> Tried:
    """Interleave pairs of deeds at every step of the first; with each pair its reverse must be among them."""
    world = World(engine, units, stage, **kind)
    return await try_pairs(engine, world, await world.make(), pairs)


async def try_pairs(engine: AsyncEngine, world: World, case: Case, pairs: Sequence[Pair]) -> Tried:
    """Interleave pairs in a world that was made; two of whom none can do anything are not interleaved."""
    watch(engine)
    tried = Tried(0, set(), [])
    turns: dict[Any, tuple[tuple[str, str], Any, int]] = {}
    for first, second in pairs:
        one, other, steps = await in_turn(world.units, first(case), second(case))
        turns[first, second] = (one, other), await world.left(), steps
        tried.done |= {first.__name__} if one == "done" else set()
    for first, second in pairs:
        came_so, left_so, steps = turns[first, second]
        came_back, left_back, _ = turns[second, first]
        if "done" not in (*came_so, *came_back):
            continue
        for stop in range(1, steps + 1):
            name = f"{first.__name__} stopped before step {stop}, {second.__name__}"
            came = await interleave(engine, world.units, first(case), second(case), stop)
            left = await world.left()
            tried.count += 1
            is_explained = (came, left) in ((came_so, left_so), (came_back[::-1], left_back))
            is_refused = set(came) != {"done"} and left in (left_so, left_back)
            if left[1] or not (is_explained or is_refused):
                tried.unexplained.append(f"{name}: {came}, {left}")
    return tried
