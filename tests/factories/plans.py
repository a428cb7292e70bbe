"""A week that is planned and not published yet: kitchens with forecasts, cooperatives with offers, a stock, a plan."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from service.database.queries.orders import copy_rows
from service.domain.forecasts import Forecast, ForecastLine, ForecastSource, ForecastStatus
from service.domain.items import BudgetLine, Item
from service.domain.offers import Offer, OfferStatus
from service.domain.organisations import Organisation, OrganisationKind
from service.domain.people import Role, User
from service.domain.permissions import Actor
from service.domain.plans import Allocation, Plan, PlanPurchase, PlanStatus
from service.domain.policies import Policy
from service.domain.runs import MatchingRun, RunStatus
from service.domain.stocks import Stock, StockStatus, packs_for
from service.domain.units import pack_price_to_kitchen_idr
from service.domain.what_ifs import WhatIfPlan
from tests.factories.items import new_item
from tests.factories.organisations import CREATED_AT, completed, new_document, new_organisation
from tests.factories.people import new_user
from tests.factories.places import REGION, new_region

WEEK = date(2026, 11, 30)
BEFORE_CUT_OFF = datetime(2026, 11, 24, tzinfo=UTC)
LINE_QTY = 40_000
OFFER_PRICE_IDR = 16_000
PACK_QTY = 25_000
PACK_PRICE_IDR = 300_000
LIMIT_IDR = 20_000
MANY = 1000


def new_policy(region_code: str = REGION, **changes: object) -> Policy:
    values = {
        "cut_off_weekday": 3,
        "cut_off_minute": 720,
        "respond_within_minutes": 1440,
        "ingredient_idr_per_small_portion": 8000,
        "ingredient_idr_per_large_portion": 10_000,
        "operations_idr_per_portion": 3000,
        "drop_idr": 25_000,
        "drop_idr_per_km": 2000,
        "carry_idr_per_kg_km": 15,
        "freight_idr_per_kg_km": 10,
        "tier_kelurahan_idr_per_kg": 0,
        "tier_kecamatan_idr_per_kg": 50,
        "tier_city_idr_per_kg": 150,
        "wholesale_idr_per_kg": 100,
        "fairness_bp": 500,
        "fair_need_share_bp": 6000,
        "share_bp": 500,
        "supplier_gap_idr": 50_000,
        "supplier_min_value_idr": 100_000,
        "change_idr_per_kg": 500,
        "shortage_steps": [{"above_bp": 0, "factor_bp": 10_000}],
        "shortage_factor_bp": {"staple": 80_000},
        "cash_bp": 7000,
    }
    fields = {"id": uuid.uuid4(), "created_at": CREATED_AT, "region_code": region_code, "number": 1, "note": "test"}
    return Policy(**{**fields, "values": values, **changes})


def new_run(policy: Policy, week_start: date = WEEK, **changes: object) -> MatchingRun:
    fields = {
        "id": uuid.uuid4(),
        "created_at": BEFORE_CUT_OFF,
        "region_code": policy.region_code,
        "week_start": week_start,
        "status": RunStatus.SUCCEEDED,
        "policy_id": policy.id,
        "time_limit_s": 60,
        "effort": 1.0,
    }
    return MatchingRun(**{**fields, **changes})


def new_plan(run: MatchingRun, **changes: object) -> Plan:
    fields = {
        "id": uuid.uuid4(),
        "created_at": BEFORE_CUT_OFF,
        "region_code": run.region_code,
        "week_start": run.week_start,
        "run_id": run.id,
        "policy_id": run.policy_id,
        "status": PlanStatus.PROPOSED,
        "solver_status": "feasible",
        "solver_version": "test",
        "objective_idr": 100,
        "bound_idr": 90,
        "gap_bp": 1000,
        "solve_ms": 1,
        "figures": {},
        "sha256": "0" * 64,
    }
    return Plan(**{**fields, **changes})


def new_what_if_plan(run: MatchingRun, **changes: object) -> WhatIfPlan:
    fields = {
        "run_id": run.id,
        "solver_status": "feasible",
        "solver_version": "test",
        "objective_idr": 100,
        "bound_idr": 90,
        "gap_bp": 1000,
        "solve_ms": 1,
        "figures": {},
        "difference": {"lines": None, "shortages": []},
        "sha256": "0" * 64,
    }
    return WhatIfPlan(**{**fields, **changes})


def new_offer(cooperative: Organisation, item_code: str = "RICE-M", **changes: object) -> Offer:
    fields = {
        "id": uuid.uuid4(),
        "created_at": BEFORE_CUT_OFF,
        "region_code": cooperative.region_code,
        "cooperative_id": cooperative.id,
        "item_code": item_code,
        "status": OfferStatus.OPEN,
        "offered_qty": 100_000,
        "price_idr": OFFER_PRICE_IDR,
        "cash_bp": 7000,
        "from_date": WEEK,
        "to_date": WEEK + timedelta(days=6),
    }
    return Offer(**{**fields, **changes})


def new_stock(wholesaler: Organisation, item_code: str = "RICE-M", **changes: object) -> Stock:
    fields = {
        "id": uuid.uuid4(),
        "created_at": BEFORE_CUT_OFF,
        "region_code": wholesaler.region_code,
        "wholesaler_id": wholesaler.id,
        "item_code": item_code,
        "status": StockStatus.OPEN,
        "packs": 100,
        "pack_qty": PACK_QTY,
        "price_idr": PACK_PRICE_IDR,
        "from_date": WEEK,
        "to_date": WEEK + timedelta(days=6),
    }
    return Stock(**{**fields, **changes})


def new_forecast(kitchen: Organisation, **changes: object) -> Forecast:
    fields = {
        "id": uuid.uuid4(),
        "created_at": BEFORE_CUT_OFF,
        "region_code": kitchen.region_code,
        "kitchen_id": kitchen.id,
        "week_start": WEEK,
        "revision": 1,
        "status": ForecastStatus.SUBMITTED,
        "source": ForecastSource.LINES,
    }
    return Forecast(**{**fields, **changes})


def new_forecast_line(forecast: Forecast, item_code: str = "RICE-M", **changes: object) -> ForecastLine:
    fields = {
        "id": uuid.uuid4(),
        "forecast_id": forecast.id,
        "item_code": item_code,
        "needed_date": WEEK,
        "demanded_qty": LINE_QTY,
        "max_price_idr": LIMIT_IDR,
        "budget_line": BudgetLine.INGREDIENT,
    }
    return ForecastLine(**{**fields, **changes})


def actor_of(user: User) -> Actor:
    return Actor(user.id, user.organisation_id, user.region_code, user.role)


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
    session: AsyncSession, *, kitchens: int = 2, cooperatives: int = 2, items: int = 2, days: int = 1
) -> PlannedWeek:
    """Add a planned week; even items come in packs from the wholesaler's stock, odd ones from own offers."""
    session.add(new_region())
    await session.flush()
    week = PlannedWeek(policy=new_policy())
    week.items = [new_item(f"ITEM-{number:02}") for number in range(items)]
    session.add_all([week.policy, *week.items])
    office = new_organisation(OrganisationKind.CITY_OFFICE, code="OFFICE")
    await _add_organisation(session, week, office, Role.CITY_OPERATOR)
    week.operator = actor_of(week.users[Role.CITY_OPERATOR, office.id])
    for number in range(kitchens):
        week.kitchens.append(new_organisation(OrganisationKind.KITCHEN, code=f"K{number:03}"))
        await _add_organisation(session, week, week.kitchens[-1], Role.KITCHEN_HEAD)
    for number in range(cooperatives):
        place = {"latitude": -6.6 + number * 0.001}
        week.cooperatives.append(new_organisation(OrganisationKind.COOPERATIVE, code=f"C{number:03}", **place))
        await _add_organisation(session, week, week.cooperatives[-1], Role.COOP_OFFICER)
    session.add_all([new_document(cooperative) for cooperative in week.cooperatives])
    week.wholesaler = new_organisation(OrganisationKind.WHOLESALER, code="W000")
    await _add_organisation(session, week, week.wholesaler, Role.WHOLESALER)
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
