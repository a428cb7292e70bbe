"""Every pair of deeds on one order, interleaved at each of their lock steps: as if one had come after the other.

The negative control: with the locks taken away two answer the same line, and only the table itself refuses the second.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from service.database.queries.invariants import violations
from service.database.unit_of_work import UnitsOfWork
from service.domain.answers import LineAnswer
from service.domain.deliveries import Delivery, DeliveryLine, RestFate
from service.domain.loads import LineLoad, Lot
from service.domain.orders import DeclineReason, Order, OrderLine
from service.domain.weighings import Weighing
from service.domain.withdrawals import Withdrawal, WithdrawalReason
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.dispatch_delivery import DispatchDelivery, dispatch_delivery
from service.workflows.expire_answers import ExpireOrder, expire_order
from service.workflows.prepare_deliveries import PrepareDeliveries, prepare_deliveries
from service.workflows.publish_plan import PublishPlan, publish_plan
from service.workflows.receive_delivery import ReceiveDelivery, receive_delivery
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


MOST = 90
STAGES = {
    "sent": (Case.answer, Case.decline_one, Case.expire),
    "noted": (Case.withdraw, Case.dispatch_less, Case.prepare),
    "left": (Case.receive, Case.dispatch_all, Case.withdraw),
}


class Orders:
    """Equal orders of a week, one for each interleaving, each with a kitchen and a cooperative of its own."""

    def __init__(self, units: UnitsOfWork, stage: str) -> None:
        self.units, self.stage, self.cases = units, stage, []

    async def make(self, count: int) -> None:
        async with self.units.begin() as work:
            week = await add_planned_week(work.session, kitchens=count, cooperatives=count, items=2)
        async with self.units.begin(actor=week.operator) as work:
            orders = (await publish_plan(work, PublishPlan(week.plan.id, 1))).orders
        if self.stage != "sent":
            for order in orders:
                case = await self.case(week, order.id)
                await self.do(case.answer())
            async with self.units.begin() as work:
                await confirm_purchases(work)
            for order in orders:
                await self.do((None, lambda work, order=order: prepare_deliveries(work, PrepareDeliveries(order.id))))
        self.cases = [await self.case(week, order.id) for order in orders]
        if self.stage == "left":
            for case in self.cases:
                await self.do(case.dispatch_all())

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
        return Case(order, lines, week.officer(place), week.head(place), note, drops)

    async def left(self, case: Case) -> list[Any]:
        async with self.units.begin() as work:
            rows = await work.session.execute(sa.text(LEFT), {"id": case.order.id})
            return sorted((tuple(row) for row in rows), key=str)


@dataclass
class Tried:
    """How many interleavings of a stage there were, and those that no turn explains."""

    count: int
    unexplained: list[str]


async def try_all(engine: Any, units: UnitsOfWork, stage: str, most: int) -> Tried:
    """Interleave every pair of a stage's deeds at every step of the first."""
    orders = Orders(units, stage)
    await orders.make(most)
    watch(engine)
    free, tried = iter(orders.cases), Tried(0, [])
    turns: dict[Any, tuple[tuple[str, str], list[Any], int]] = {}
    for first, second in product(STAGES[stage], STAGES[stage]):
        case = next(free)
        one, other, steps = await in_turn(units, first(case), second(case))
        turns[first, second] = (one, other), await orders.left(case), steps
    for first, second in product(STAGES[stage], STAGES[stage]):
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


@pytest.mark.parametrize("stage", STAGES)
async def test_whatever_the_interleaving_an_order_is_left_as_one_after_the_other_leaves_it(crowd, crowd_engine, stage):
    tried = await try_all(crowd_engine, crowd, stage, MOST)
    assert tried.unexplained == []
    assert tried.count > len(STAGES[stage]) ** 2


async def test_with_the_locks_off_two_answer_the_same_line(crowd, crowd_engine, without_locks):
    with pytest.raises(IntegrityError, match="uq_answer_order_line_id"):
        await try_all(crowd_engine, crowd, "sent", MOST)
