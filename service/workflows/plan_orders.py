"""How a plan's allocations become orders, lines in the order of the week, and packs reserved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import count
from typing import Any
from uuid import UUID

from service.database.queries.publishing import PlanParts, Supply
from service.database.unit_of_work import UnitOfWork
from service.domain.eligibility import refusal
from service.domain.events import EventType
from service.domain.orders import Order, OrderLineStatus, OrderOrigin, OrderStatus, PackReservation
from service.domain.organisations import Organisation, OrganisationStatus, serves_on
from service.domain.plans import Plan
from service.domain.publishing import PlannedDelivery, order_number, remind_at, respond_by_at
from service.domain.standbys import StandbyMarket, StandbyNeed

LineRow = dict[str, Any]
"""An order line as the row to be: a city has ten thousand, of which an object each would take seconds."""


@dataclass(frozen=True, slots=True)
class OrderTerms:
    """Minutes until an answer is due, and from a reminder to it; where and when that is, and new ids."""

    respond_within_minutes: int
    remind_before_minutes: int
    timezone: str
    now: datetime
    new_id: Callable[[], UUID]


def make_orders(
    plan: Plan, parts: PlanParts, supply: Supply, terms: OrderTerms
) -> tuple[list[Order], list[LineRow], list[PackReservation]]:
    """Return one order for each cooperative of the plan, its lines by day, kitchen and item, and its packs."""
    market = _standby_market(parts, supply)
    by_cooperative: defaultdict[UUID, list[PlannedDelivery]] = defaultdict(list)
    for part in parts.allocations:
        by_cooperative[part.cooperative_id].append(part)
    orders, lines = [], []
    for cooperative_id in sorted(by_cooperative, key=lambda key: supply.cooperatives[key][0].code):
        allocations = sorted(by_cooperative[cooperative_id], key=lambda part: _place_in_order(part, supply))
        order = _order(plan, parts, supply.cooperatives[cooperative_id][0], allocations, terms)
        orders.append(order)
        for position, part in enumerate(allocations, start=1):
            lines.append(_line(order, position, part, market.standby_for(_standby_need(part, parts)), terms))
    order_ids = {order.cooperative_id: order.id for order in orders}
    reservations = [
        PackReservation(order_id=order_ids[bought.cooperative_id], stock_id=bought.stock_id, packs=bought.packs)
        for bought in parts.purchases
    ]
    return orders, lines, reservations


def _place_in_order(part: PlannedDelivery, supply: Supply) -> tuple[date, str, str, UUID]:
    return part.needed_date, supply.kitchens[part.kitchen_id][0].code, part.item_code, part.id


def _order(
    plan: Plan, parts: PlanParts, cooperative: Organisation, allocations: list[PlannedDelivery], terms: OrderTerms
) -> Order:
    return new_order(
        plan,
        cooperative,
        numbers=parts.numbers,
        first_needed_date=min(part.needed_date for part in allocations),
        terms=terms,
        origin=OrderOrigin.PLAN,
    )


def new_order(
    plan: Plan,
    cooperative: Organisation,
    *,
    numbers: AbstractSet[str],
    first_needed_date: date,
    terms: OrderTerms,
    origin: OrderOrigin,
) -> Order:
    """Return an order under the first free number of its cooperative and week, with its times to answer and remind."""
    number = order_number(region_code=plan.region_code, week_start=plan.week_start, cooperative_code=cooperative.code)
    free = (number if again == 1 else f"{number}-{again}" for again in count(1))
    until = respond_by_at(
        terms.now,
        respond_within_minutes=terms.respond_within_minutes,
        first_needed_date=first_needed_date,
        timezone=terms.timezone,
    )
    return Order(
        id=terms.new_id(),
        created_at=terms.now,
        region_code=plan.region_code,
        number=next(candidate for candidate in free if candidate not in numbers),
        week_start=plan.week_start,
        plan_id=plan.id,
        cooperative_id=cooperative.id,
        status=OrderStatus.SENT,
        respond_by_at=until,
        origin=origin,
        remind_at=remind_at(terms.now, respond_by_at=until, remind_before_minutes=terms.remind_before_minutes),
    )


def _line(order: Order, position: int, part: PlannedDelivery, standby_id: UUID | None, terms: OrderTerms) -> LineRow:
    return LineRow(
        id=terms.new_id(),
        created_at=terms.now,
        order_id=order.id,
        position=position,
        kitchen_id=part.kitchen_id,
        forecast_line_id=part.forecast_line_id,
        offer_id=part.offer_id,
        stock_id=part.stock_id,
        item_code=part.item_code,
        needed_date=part.needed_date,
        ordered_qty=part.allocated_qty,
        price_idr=part.price_idr,
        status=OrderLineStatus.AWAITING_ANSWER,
        accepted_qty=None,
        version=1,
        standby_cooperative_id=standby_id,
        expired_at=None,
        replaces_line_id=None,
        told_fallen_qty=0,
    )


def _standby_need(part: PlannedDelivery, parts: PlanParts) -> StandbyNeed:
    """Return the need; a substitute's limit is the planned price, since the kitchen's speaks of another item."""
    item_code, limit_idr = parts.line_limits[part.forecast_line_id]
    return StandbyNeed(
        kitchen_id=part.kitchen_id,
        cooperative_id=part.cooperative_id,
        stock_id=part.stock_id,
        item_code=part.item_code,
        needed_date=part.needed_date,
        qty=part.allocated_qty,
        max_price_idr=limit_idr if item_code == part.item_code else part.price_idr,
    )


def _standby_market(parts: PlanParts, supply: Supply) -> StandbyMarket:
    taken: defaultdict[UUID, int] = defaultdict(int)
    delivering: defaultdict[tuple[UUID, date], set[UUID]] = defaultdict(set)
    for part in parts.planned or parts.allocations:
        delivering[part.kitchen_id, part.needed_date].add(part.cooperative_id)
    for part in parts.allocations:
        if part.offer_id:
            taken[part.offer_id] += part.allocated_qty
    for bought in parts.purchases:
        taken[bought.stock_id] += bought.packs

    @cache
    def may_deliver(cooperative_id: UUID, day: date) -> bool:
        organisation = supply.cooperatives[cooperative_id][0]
        closed = supply.closed_dates.get(cooperative_id, frozenset())
        return organisation.status is OrganisationStatus.ACTIVE and serves_on(organisation, day, closed)

    @cache
    def may_supply(cooperative_id: UUID, item_code: str, day: date) -> bool:
        organisation, item = supply.cooperatives[cooperative_id][0], parts.items[item_code]
        papers = supply.documents.get(cooperative_id, [])
        return may_deliver(cooperative_id, day) and refusal(organisation, item, papers, day) is None

    return StandbyMarket(
        cooperatives=supply.cooperatives,
        kitchens=supply.kitchens,
        items=parts.items,
        offers=supply.offers.values(),
        stocks=supply.stocks.values(),
        first_days=supply.first_days,
        taken=taken,
        may_supply=may_supply,
        may_deliver=may_deliver,
        delivering=delivering,
    )


def announce_sent(work: UnitOfWork, order: Order, kitchen_ids: Iterable[UUID], *, lines: int) -> None:
    """Tell a cooperative of its new order, and the kitchens whose lines are in it."""
    work.announce(
        EventType.ORDER_SENT,
        entity="order",
        entity_id=order.id,
        region_code=order.region_code,
        concerns=[order.cooperative_id, *kitchen_ids],
        facts={
            "number": order.number,
            "week_start": order.week_start,
            "respond_by_at": order.respond_by_at,
            "origin": order.origin.value,
            "lines": lines,
        },
    )
