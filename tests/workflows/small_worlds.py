"""A small world with an order at a stage of the cycle, and what is left of it after two deeds at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from service.database.unit_of_work import UnitsOfWork
from service.domain.deliveries import Delivery, DeliveryLine
from service.domain.invoices import Invoice
from service.domain.orders import Order, OrderLine
from service.domain.organisations import Wholesaler
from service.domain.plans import Allocation, Plan
from service.domain.price_proposals import PriceProposal
from service.domain.receipts import Receipt, ReceiptLine
from service.workflows.prepare_deliveries import PrepareDeliveries, prepare_deliveries
from service.workflows.publish_plan import PublishPlan, publish_plan
from tests.factories.divided_weeks import want_more
from tests.factories.planned_weeks import PlannedWeek, add_planned_week
from tests.factories.plans import LINE_QTY
from tests.factories.purchases import confirm_purchases
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
"""
"""What is left of the small world, without ids and instants."""


REACHED = ("planned", "sent", "asked", "noted", "left", "weighed", "signed")
ON_THE_WAY = {
    "asked": (Case.propose,),
    "left": (Case.dispatch_all,),
    "weighed": (Case.receive,),
    "signed": (Case.sign, Case.countersign),
}
"""What is done with the order to come to a stage, after its notes are made; one further on is not asked."""


class World:
    """A week of two kitchens and two cooperatives, one order of which has come as far as a stage; begun ever anew.

    Each stage is reached by the deeds of those before it. With a repair there is one of each, whose plan comes of a
    run; the kitchen has come to want more since, and the plan of a repair that brings it waits to be published.
    """

    def __init__(self, engine: AsyncEngine, units: UnitsOfWork, stage: str, *, has_repair: bool) -> None:
        self.units, self.stage, self.has_repair = units, stage, has_repair
        self.rewinding = Rewinding(engine)

    def has_reached(self, stage: str) -> bool:
        return REACHED.index(self.stage) >= REACHED.index(stage)

    async def make(self) -> Case:
        async with self.units.begin() as work:
            of_each = 1 if self.has_repair else 2
            week = await add_planned_week(work.session, kitchens=of_each, cooperatives=of_each, items=2)
            await work.session.execute(sa.update(Wholesaler).values(min_order_idr=0))
        if self.has_repair:
            week.plan = await self.solved(week)
        if self.stage == "planned":
            case = Case(week)
        else:
            case = await self.come_so_far(week)
        if self.has_repair:
            async with self.units.begin() as work:
                await want_more(work.session, week, LINE_QTY)
            case.repair = await self.solved(week)
        await self.rewinding.remember()
        return case

    async def solved(self, week: PlannedWeek) -> Plan:
        run = await start(self.units, week)
        await work_on(self.units, run)
        [plan] = await plans_of(self.units, run)
        assert len(await rows(self.units, Allocation, plan_id=plan.id)) >= len(week.items)
        return plan

    async def come_so_far(self, week: PlannedWeek) -> Case:
        async with self.units.begin(actor=week.operator) as work:
            orders = (await publish_plan(work, PublishPlan(week.plan.id, week.plan.version))).orders
        order = min(orders, key=lambda order: order.number)
        if self.has_reached("noted"):
            await self.do((await self.case(week, order.id)).answer())
            async with self.units.begin() as work:
                await confirm_purchases(work)
            await self.do((None, lambda work: prepare_deliveries(work, PrepareDeliveries(order.id))))
        case = await self.case(week, order.id)
        for stage, deeds in ON_THE_WAY.items():
            if self.stage == stage or (stage != "asked" and self.has_reached(stage)):
                for deed in deeds:
                    await self.do(deed(case))
                case = await self.case(week, order.id)
        return case

    async def do(self, deed: Deed) -> None:
        actor, do = deed
        async with self.units.begin(actor=actor) as work:
            await do(work)

    async def case(self, week: PlannedWeek, order_id: Any) -> Case:
        async with self.units.begin() as work:
            ask = work.session.scalars
            order = await work.session.get_one(Order, order_id)
            lines = list(await ask(sa.select(OrderLine).where(OrderLine.order_id == order_id).order_by("position")))
            drops = list(
                await ask(
                    sa.select(DeliveryLine)
                    .where(DeliveryLine.order_line_id.in_([line.id for line in lines]))
                    .order_by("position")
                )
            )
            note = await work.session.get_one(Delivery, drops[0].delivery_id) if drops else None
            case = Case(week, order, lines, note, drops)
            asked = await ask(sa.select(PriceProposal).where(PriceProposal.order_id == order_id))
            case.proposal = asked.one_or_none()
            if note is not None:
                receipts = sa.select(Receipt.id).where(Receipt.delivery_id == note.id)
                weighed = sa.select(ReceiptLine).join(DeliveryLine, DeliveryLine.id == ReceiptLine.delivery_line_id)
                weighed = weighed.where(ReceiptLine.receipt_id.in_(receipts)).order_by(DeliveryLine.position)
                case.weighed = list(await ask(weighed))
                case.invoice = (await ask(sa.select(Invoice).where(Invoice.receipt_id.in_(receipts)))).one_or_none()
        return case

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


async def try_all(
    engine: AsyncEngine, units: UnitsOfWork, stage: str, pairs: Sequence[Pair], *, has_repair: bool = False
) -> Tried:
    """Interleave pairs of deeds at every step of the first; with each pair its reverse must be among them."""
    world = World(engine, units, stage, has_repair=has_repair)
    case = await world.make()
    watch(engine)
    tried = Tried(0, set(), [])
    turns: dict[Any, tuple[tuple[str, str], Any, int]] = {}
    for first, second in pairs:
        one, other, steps = await in_turn(units, first(case), second(case))
        turns[first, second] = (one, other), await world.left(), steps
        tried.done |= {first.__name__} if one == "done" else set()
    for first, second in pairs:
        came_so, left_so, steps = turns[first, second]
        came_back, left_back, _ = turns[second, first]
        for stop in range(1, steps + 1):
            name = f"{first.__name__} stopped before step {stop}, {second.__name__}"
            came = await interleave(engine, units, first(case), second(case), stop)
            left = await world.left()
            tried.count += 1
            is_explained = (came, left) in ((came_so, left_so), (came_back[::-1], left_back))
            is_refused = set(came) != {"done"} and left in (left_so, left_back)
            if left[1] or not (is_explained or is_refused):
                tried.unexplained.append(f"{name}: {came}, {left}")
    return tried
