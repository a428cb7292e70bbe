"""A planned week whose orders were published, answered and put on delivery notes."""

from dataclasses import dataclass, field, replace
from uuid import UUID

import sqlalchemy as sa

from service.database.unit_of_work import UnitOfWork
from service.domain.deliveries import Delivery, DeliveryLine
from service.domain.orders import Order, OrderLine
from service.domain.people import Role, User
from service.domain.permissions import Actor
from service.domain.receipts import Receipt
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.dispatch_delivery import DispatchDelivery, dispatch_delivery
from service.workflows.prepare_deliveries import PrepareDeliveries, prepare_deliveries
from service.workflows.publish_plan import PublishPlan, publish_plan
from service.workflows.receive_delivery import ReceiveDelivery, receive_delivery
from service.workflows.sign_receipt import SignReceipt, sign_receipt
from tests.factories.deliveries import all_of, taking_all
from tests.factories.orders import accepting
from tests.factories.people import new_user
from tests.factories.planned_weeks import PlannedWeek, add_planned_week
from tests.factories.plans import actor_of
from tests.factories.purchases import confirm_purchases


@dataclass
class DeliveredWeek:
    """The week with its orders and the notes of the first cooperative's order."""

    week: PlannedWeek
    orders: list[Order]
    notes: list[Delivery] = field(default_factory=list)
    people: dict[Role, Actor] = field(default_factory=dict)

    @property
    def officer(self) -> Actor:
        return self.week.officer()

    @property
    def head(self) -> Actor:
        return self.week.head()

    def head_of(self, kitchen_id: UUID) -> Actor:
        return actor_of(self.week.users[Role.KITCHEN_HEAD, kitchen_id])


async def add_delivered_week(work: UnitOfWork, *, items: int = 2, kitchens: int = 2) -> DeliveredWeek:
    """Publish a week of one cooperative, accept everything, and make the notes."""
    week = await add_planned_week(work.session, kitchens=kitchens, cooperatives=1, items=items)
    done = await publish_plan(replace(work, actor=week.operator), PublishPlan(week.plan.id, 1))
    delivered = DeliveredWeek(week, list(done.orders))
    accountant: User = new_user(week.kitchens[0], Role.KITCHEN_ACCOUNTANT)
    work.session.add(accountant)
    await work.session.flush()
    delivered.people[Role.KITCHEN_ACCOUNTANT] = actor_of(accountant)
    [order] = delivered.orders
    lines = await lines_of(work, order)
    by = replace(work, actor=week.officer())
    await answer_order(by, AnswerOrder(order.id, tuple(accepting(line) for line in lines)))
    await confirm_purchases(replace(work, actor=None))
    delivered.notes = await prepare_deliveries(replace(work, actor=None), PrepareDeliveries(order.id))
    return delivered


async def lines_of(work: UnitOfWork, order: Order) -> list[OrderLine]:
    query = sa.select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.position)
    return list(await work.session.scalars(query))


async def note_lines_of(work: UnitOfWork, note: Delivery) -> list[DeliveryLine]:
    query = sa.select(DeliveryLine).where(DeliveryLine.delivery_id == note.id).order_by(DeliveryLine.position)
    return list(await work.session.scalars(query))


async def send_out(work: UnitOfWork, delivered: DeliveredWeek, note: Delivery) -> None:
    """Let all of a note leave."""
    loads = tuple(all_of(line) for line in await note_lines_of(work, note))
    await dispatch_delivery(
        replace(work, actor=delivered.officer), DispatchDelivery(note.id, loads, expected_version=note.version)
    )


async def take_in(work: UnitOfWork, delivered: DeliveredWeek, note: Delivery) -> Receipt:
    """Let the kitchen take all that left."""
    weighings = tuple(taking_all(line) for line in await note_lines_of(work, note))
    head = delivered.head_of(note.kitchen_id)
    return await receive_delivery(replace(work, actor=head), ReceiveDelivery(note.id, weighings))


async def sign_both(work: UnitOfWork, delivered: DeliveredWeek, receipt: Receipt) -> None:
    """Let both sides sign."""
    for actor in (delivered.head_of(receipt.kitchen_id), delivered.officer):
        await sign_receipt(replace(work, actor=actor), SignReceipt(receipt.id))
