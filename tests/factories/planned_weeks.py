"""A week that is planned and not published yet: kitchens with forecasts, cooperatives with offers, a stock, a plan."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from service.database.copying import copy_rows
from service.domain.forecasts import Forecast, ForecastLine
from service.domain.items import Item
from service.domain.offers import Offer
from service.domain.organisations import Organisation, OrganisationKind
from service.domain.people import Role, User
from service.domain.permissions import Actor
from service.domain.plans import Allocation, Plan, PlanPurchase
from service.domain.policies import Policy
from service.domain.stocks import Stock, packs_for
from service.domain.units import pack_price_to_kitchen_idr
from tests.factories.items import new_item
from tests.factories.organisations import completed, new_document, new_organisation
from tests.factories.people import new_user
from tests.factories.places import REGION, new_region
from tests.factories.plans import (
    LINE_QTY,
    OFFER_PRICE_IDR,
    PACK_PRICE_IDR,
    PACK_QTY,
    WEEK,
    actor_of,
    new_forecast,
    new_forecast_line,
    new_offer,
    new_plan,
    new_policy,
    new_run,
    new_stock,
)

MANY = 1000


@dataclass
class PlannedWeek:
    """Kitchen ``i`` is served by cooperative ``i`` modulo their number: items in turn from stock and own offer."""

    policy: Policy
    items: list[Item] = field(default_factory=list)
    kitchens: list[Organisation] = field(default_factory=list)
    cooperatives: list[Organisation] = field(default_factory=list)
    wholesaler: Organisation | None = None
    users: dict[tuple[Role, uuid.UUID], User] = field(default_factory=dict)
    forecasts: list[Forecast] = field(default_factory=list)
    demand: list[ForecastLine] = field(default_factory=list)
    offers: dict[tuple[uuid.UUID, str], Offer] = field(default_factory=dict)
    stocks: dict[str, Stock] = field(default_factory=dict)
    plan: Plan | None = None
    operator: Actor | None = None

    def officer(self, index: int = 0) -> Actor:
        return actor_of(self.users[Role.COOP_OFFICER, self.cooperatives[index].id])

    def head(self, index: int = 0) -> Actor:
        return actor_of(self.users[Role.KITCHEN_HEAD, self.kitchens[index].id])


async def add_planned_week(
    session: AsyncSession,
    *,
    region_code: str = REGION,
    kitchens: int = 2,
    cooperatives: int = 2,
    items: int = 2,
    days: int = 1,
) -> PlannedWeek:
    """Add a planned week; even items come in packs from the wholesaler's stock, odd ones from own offers.

    Weeks of several regions want the same items.
    """
    session.add(new_region(region_code))
    await session.flush()
    week = PlannedWeek(policy=new_policy(region_code))
    week.items = [new_item(f"ITEM-{number:02}") for number in range(items)]
    known = set(await session.scalars(sa.select(Item.code)))
    session.add_all([week.policy, *(item for item in week.items if item.code not in known)])
    office = new_organisation(OrganisationKind.CITY_OFFICE, region_code, code="OFFICE")
    await _add_organisation(session, week, office, Role.CITY_OPERATOR)
    week.operator = actor_of(week.users[Role.CITY_OPERATOR, office.id])
    for number in range(kitchens):
        week.kitchens.append(new_organisation(OrganisationKind.KITCHEN, region_code, code=f"K{number:03}"))
        await _add_organisation(session, week, week.kitchens[-1], Role.KITCHEN_HEAD)
    for number in range(cooperatives):
        place = {"latitude": -6.6 + number * 0.001}
        week.cooperatives.append(
            new_organisation(OrganisationKind.COOPERATIVE, region_code, code=f"C{number:03}", **place)
        )
        await _add_organisation(session, week, week.cooperatives[-1], Role.COOP_OFFICER)
    week.wholesaler = new_organisation(OrganisationKind.WHOLESALER, region_code, code="W000")
    await _add_organisation(session, week, week.wholesaler, Role.WHOLESALER)
    session.add_all([new_document(supplier) for supplier in [*week.cooperatives, week.wholesaler]])
    await _add_demand(session, week, [WEEK + timedelta(days=day) for day in range(days)])
    await _add_supply(session, week, kitchens * days)
    week.plan = await add_plan(session, week)
    return week


async def _add_organisation(session: AsyncSession, week: PlannedWeek, organisation: Organisation, role: Role) -> None:
    session.add(organisation)
    await session.flush()
    user = new_user(organisation, role)
    session.add_all([*completed(organisation)[1:], user])
    await session.flush()
    week.users[role, organisation.id] = user


async def _add_demand(session: AsyncSession, week: PlannedWeek, days: Sequence[date]) -> None:
    week.forecasts = [new_forecast(kitchen) for kitchen in week.kitchens]
    session.add_all(week.forecasts)
    await session.flush()
    week.demand = [
        new_forecast_line(forecast, item.code, needed_date=day)
        for forecast in week.forecasts
        for day in days
        for item in week.items
    ]
    await _add_many(session, week.demand)


async def _add_many(session: AsyncSession, rows: Sequence[ForecastLine | Allocation]) -> None:
    """Add rows to the session; a city's thousands straight to the table."""
    if len(rows) > MANY:
        await copy_rows(session, type(rows[0]), [row.model_dump() for row in rows])
        return
    session.add_all(rows)
    await session.flush()


async def _add_supply(session: AsyncSession, week: PlannedWeek, lines: int) -> None:
    """Add twice what the plan needs."""
    for number, item in enumerate(week.items):
        if number % 2 == 0:
            packs = 2 * lines * packs_for(LINE_QTY, pack_qty=PACK_QTY)
            week.stocks[item.code] = new_stock(week.wholesaler, item.code, packs=packs)
            continue
        for cooperative in week.cooperatives:
            week.offers[cooperative.id, item.code] = new_offer(cooperative, item.code, offered_qty=2 * lines * LINE_QTY)
    session.add_all([*week.stocks.values(), *week.offers.values()])
    await session.flush()


async def add_plan(session: AsyncSession, week: PlannedWeek, week_start: date = WEEK, **changes: object) -> Plan:
    """Add a proposed plan that covers all demand of the week, under the name of another week if it is told."""
    run = new_run(week.policy, week_start)
    session.add(run)
    await session.flush()
    plan = new_plan(run, **changes)
    session.add(plan)
    await session.flush()
    allocations = _allocations(week, plan)
    bought: defaultdict[tuple[uuid.UUID, uuid.UUID], int] = defaultdict(int)
    for part in allocations:
        if part.stock_id:
            bought[part.stock_id, part.cooperative_id] += part.allocated_qty
    await _add_many(session, allocations)
    session.add_all(
        PlanPurchase(
            plan_id=plan.id, stock_id=stock, cooperative_id=cooperative, packs=packs_for(qty, pack_qty=PACK_QTY)
        )
        for (stock, cooperative), qty in bought.items()
    )
    await session.flush()
    return plan


def _allocations(week: PlannedWeek, plan: Plan) -> list[Allocation]:
    kitchen_of = {forecast.id: number for number, forecast in enumerate(week.forecasts)}
    parts = []
    for line in week.demand:
        number = kitchen_of[line.forecast_id]
        cooperative = week.cooperatives[number % len(week.cooperatives)]
        stock = week.stocks.get(line.item_code)
        offer = None if stock else week.offers[cooperative.id, line.item_code]
        unit = week.items[0].unit
        bought_idr = pack_price_to_kitchen_idr(
            pack_price_idr=PACK_PRICE_IDR, pack_qty=PACK_QTY, unit=unit, markup_bp=500
        )
        parts.append(
            Allocation(
                id=uuid.uuid4(),
                plan_id=plan.id,
                forecast_line_id=line.id,
                kitchen_id=week.kitchens[number].id,
                cooperative_id=cooperative.id,
                offer_id=offer.id if offer else None,
                stock_id=stock.id if stock else None,
                item_code=line.item_code,
                needed_date=line.needed_date,
                allocated_qty=line.demanded_qty,
                price_idr=bought_idr if stock else OFFER_PRICE_IDR,
            )
        )
    return parts
