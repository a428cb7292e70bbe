"""One thing of every kind in a world, for tests that walk over all addresses: its id, and whose it is."""

import uuid
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from service.api.openapi import example_of
from service.api.schemas.plans import TotalsOut
from service.domain.invoices import PaymentKind
from service.domain.orders import Order, OrderLine
from service.domain.organisations import ClosedDay, DayCapacity
from service.domain.people import Role, User
from service.domain.plan_answers import Question
from service.domain.plans import PlanStatus
from service.domain.policies import Policy
from service.domain.purchases import Purchase
from service.domain.runs import MatchingRun, RunKind
from service.domain.stocks import Stock
from service.domain.webhooks import WebhookDeliveryStatus
from service.domain.webhooks import new_delivery as new_webhook_delivery
from service.matching.greedy import greedy
from service.matching.problem import Problem
from tests.factories.catalogue import new_cap, new_exception, new_menu_day, new_recipe
from tests.factories.deliveries import (
    new_credit_note,
    new_delivery,
    new_delivery_line,
    new_delivery_lot,
    new_invoice,
    new_payment,
    new_receipt,
    new_receipt_line,
    new_receipt_photo,
)
from tests.factories.explained import explained_problem, new_allocation, new_plan_answer, solved_files
from tests.factories.items import new_item
from tests.factories.orders import new_order, new_order_line, new_price_proposal
from tests.factories.people import new_api_key, new_login
from tests.factories.places import REGION
from tests.factories.plans import (
    WEEK,
    new_forecast,
    new_forecast_line,
    new_offer,
    new_plan,
    new_policy,
    new_run,
    new_stock,
    new_what_if_plan,
)
from tests.factories.purchases import new_purchase, new_purchase_line, new_purchase_payment
from tests.factories.recalls import new_recall, new_recall_part
from tests.factories.webhooks import new_endpoint, new_event
from tests.factories.worlds import World

A_DAY = date(2026, 12, 1)


@dataclass(frozen=True)
class Thing:
    """What stands in an address; ``owner_ids`` are the organisations (or the one user) who own it."""

    value: str
    missing: str
    owner_ids: frozenset[uuid.UUID] = frozenset()
    is_everybodys: bool = False


def thing(key: object, *owner_ids: uuid.UUID, missing: str | None = None, is_everybodys: bool = False) -> Thing:
    return Thing(str(key), missing or str(uuid.uuid4()), frozenset(owner_ids), is_everybodys)


async def add_catalogue_things(session: AsyncSession) -> dict[str, Thing]:
    """Add what belongs to no region."""
    item, recipe, day = new_item(), new_recipe(), new_menu_day()
    session.add_all([item, recipe, day])
    await session.flush()
    return {
        "item_code": thing(item.code, missing="MISSING", is_everybodys=True),
        "recipe_id": thing(recipe.id, is_everybodys=True),
        "menu_day_id": thing(day.id, is_everybodys=True),
        "closed_date": thing(A_DAY, missing="2026-12-02", is_everybodys=True),
        "capacity_date": thing(A_DAY, missing="2026-12-02", is_everybodys=True),
        "week_start": thing(WEEK, missing="2026-12-07", is_everybodys=True),
    }


async def add_things(session: AsyncSession, world: World) -> dict[str, Thing]:
    """Add one of each kind to a world, by the names of the parameters that address them."""
    return {
        **_places(world),
        **await _members(session, world),
        **await _law(session, world),
        **await _trade(session, world),
    }


def _places(world: World) -> dict[str, Thing]:
    return {
        "region_code": thing(world.region_code, missing="99.99"),
        "kelurahan_code": thing(f"{world.region_code}.01.1001", missing="99.99.01.1001"),
    }


async def _members(session: AsyncSession, world: World) -> dict[str, Thing]:
    user = world.users[Role.COOP_OFFICER]
    key = new_api_key(user, prefix=f"k{world.region_code}", secret="x", scopes=["account"])
    login = new_login(user, f"st_thing_{world.region_code}")
    session.add_all([key, login])
    session.add(ClosedDay(organisation_id=world.cooperative.id, closed_date=A_DAY, reason="Holiday"))
    session.add(DayCapacity(cooperative_id=world.cooperative.id, capacity_date=A_DAY, handling_g=1, cold_g=0))
    await session.flush()
    return {
        "organisation_id": thing(world.cooperative.id, world.cooperative.id),
        "kitchen_id": thing(world.kitchen.id, world.kitchen.id),
        "cooperative_id": thing(world.cooperative.id, world.cooperative.id),
        "wholesaler_id": thing(world.wholesaler.id, world.wholesaler.id),
        "user_id": thing(user.id, world.cooperative.id),
        "api_key_id": thing(key.id, user.id),
        "session_id": thing(login.id, user.id),
        **await _webhooks(session, world, user),
    }


async def _webhooks(session: AsyncSession, world: World, user: User) -> dict[str, Thing]:
    endpoint = new_endpoint(world.cooperative)
    event = new_event(user)
    session.add_all([endpoint, event])
    await session.flush()
    delivery = new_webhook_delivery(endpoint, event, delivery_id=uuid.uuid4(), now=event.at)
    delivery.status = WebhookDeliveryStatus.DEAD
    session.add(delivery)
    await session.flush()
    return {
        "webhook_id": thing(endpoint.id, world.cooperative.id),
        "webhook_delivery_id": thing(delivery.id, world.cooperative.id),
    }


async def _law(session: AsyncSession, world: World) -> dict[str, Thing]:
    zone = 1 if world.region_code == REGION else 2
    cap = new_cap("RICE-M", zone=zone)
    exception = new_exception("RICE-M", world.users[Role.FOOD_OFFICER])
    session.add_all([cap, exception])
    await session.flush()
    return {"price_cap_id": thing(cap.id), "price_exception_id": thing(exception.id)}


async def _trade(session: AsyncSession, world: World) -> dict[str, Thing]:
    policy = new_policy(world.region_code, number=1 if world.region_code == REGION else 7)
    session.add(policy)
    await session.flush()
    run = new_run(policy)
    session.add(run)
    await session.flush()
    plan = new_plan(run, status=PlanStatus.PUBLISHED, figures=_figures())
    forecast, offer, stock = new_forecast(world.kitchen), new_offer(world.cooperative), new_stock(world.wholesaler)
    session.add_all([plan, forecast, offer, stock])
    await session.flush()
    line = new_forecast_line(forecast)
    session.add(line)
    await session.flush()
    allocation = new_allocation(plan, line, offer, world.kitchen.id)
    problem = explained_problem(world, line, offer, stock)
    session.add_all([allocation, *await _files(session, policy, run, problem)])
    session.add_all(new_plan_answer(plan, question) for question in Question)
    order = new_order(
        plan_id=plan.id,
        cooperative_id=world.cooperative.id,
        region_code=world.region_code,
        number=f"PO-{world.region_code}",
    )
    session.add(order)
    await session.flush()
    order_line = new_order_line(order, kitchen_id=world.kitchen.id)
    session.add(order_line)
    await session.flush()
    purchase = await _purchase(session, world, order, stock)
    paid = new_purchase_payment(purchase, world.users[Role.COOP_OFFICER])
    session.add(paid)
    proposal = new_price_proposal(order, order_line, world.users[Role.COOP_OFFICER])
    session.add(proposal)
    await session.flush()
    goods_and_money = await _goods_and_money(session, world, order, order_line)
    what_if = (await session.scalars(sa.select(MatchingRun).where(col(MatchingRun.base_run_id) == run.id))).one()
    parties = (world.kitchen.id, world.cooperative.id)
    return {
        "number": thing(policy.number, missing="99"),
        "run_id": thing(run.id),
        "what_if_id": thing(what_if.id),
        "plan_id": thing(plan.id, *parties, world.wholesaler.id),
        "forecast_id": thing(forecast.id, world.kitchen.id),
        "forecast_line_id": thing(line.id, world.kitchen.id),
        "allocation_id": thing(allocation.id, *parties),
        "offer_id": thing(offer.id, world.cooperative.id),
        "stock_id": thing(stock.id, world.wholesaler.id),
        "order_id": thing(order.id, *parties),
        "price_proposal_id": thing(proposal.id, *parties),
        "purchase_id": thing(purchase.id, world.cooperative.id, world.wholesaler.id),
        "purchase_payment_id": thing(paid.id, world.cooperative.id, world.wholesaler.id),
        **goods_and_money,
    }


async def _purchase(session: AsyncSession, world: World, order: Order, stock: Stock) -> Purchase:
    purchase = new_purchase(order, world.wholesaler.id)
    session.add(purchase)
    await session.flush()
    session.add(new_purchase_line(purchase, stock))
    await session.flush()
    return purchase


async def _goods_and_money(session: AsyncSession, world: World, order: Order, line: OrderLine) -> dict[str, Thing]:
    """Add a delivery of an order line with its lot, receipt, invoice, a payment and a recall of the lot."""
    delivery = new_delivery(order, line)
    session.add(delivery)
    await session.flush()
    receipt, noted = new_receipt(delivery), new_delivery_line(delivery, line, shipped_qty=line.ordered_qty)
    session.add_all([noted, receipt])
    await session.flush()
    weighed = new_receipt_line(receipt, noted)
    session.add(weighed)
    await session.flush()
    photo = new_receipt_photo(receipt, weighed, world.users[Role.FIELD_ASSISTANT])
    session.add(photo)
    lot, invoice = new_delivery_lot(noted, lot_code=f"L-{world.region_code}"), new_invoice(receipt)
    session.add_all([lot, invoice])
    await session.flush()
    payment = new_payment(invoice, world.users[Role.KITCHEN_ACCOUNTANT])
    refund = new_payment(
        invoice, world.users[Role.COOP_OFFICER], kind=PaymentKind.REFUND, amount_idr=-1_000, reference="TRX-2"
    )
    note = new_credit_note(invoice, world.users[Role.FIELD_ASSISTANT])
    session.add(note)
    await session.flush()
    recall = new_recall(world.users[Role.FOOD_OFFICER], lot_code=lot.lot_code)
    session.add_all([payment, refund, recall])
    await session.flush()
    session.add(new_recall_part(recall, world.kitchen))
    await session.flush()
    parties = (world.kitchen.id, world.cooperative.id)
    return {
        "delivery_id": thing(delivery.id, *parties),
        "delivery_line_id": thing(noted.id, *parties),
        "receipt_line_id": thing(weighed.id, *parties),
        "receipt_photo_id": thing(photo.id, *parties),
        "receipt_id": thing(receipt.id, *parties),
        "invoice_id": thing(invoice.id, *parties),
        "credit_note_id": thing(note.id, *parties),
        "payment_id": thing(payment.id, *parties),
        "refund_id": thing(refund.id, *parties),
        "lot_code": thing(lot.lot_code, missing="MISSING"),
        "recall_id": thing(recall.id, world.kitchen.id),
    }


async def _files(session: AsyncSession, policy: Policy, run: MatchingRun, problem: Problem) -> list[SQLModel]:
    """Add a what-if beside the run; return the files of both."""
    what_if = new_run(policy, kind=RunKind.WHAT_IF, base_run_id=run.id, scenario={"asked": {}, "changes": {}})
    session.add(what_if)
    await session.flush()
    files = [file for one in (run, what_if) for file in solved_files(one, problem, greedy(problem))]
    return [new_what_if_plan(what_if, figures=_figures()), *files]


def _figures() -> dict:
    schema = TotalsOut.model_json_schema()
    totals = example_of(schema, schema["$defs"])
    return {"plan": {**totals, "kitchens": [], "cooperatives": []}, "greedy": totals}
