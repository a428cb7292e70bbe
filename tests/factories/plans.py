"""A planned week's rows, one at a time: policies, runs, plans, offers, stocks, forecasts."""

import uuid
from datetime import UTC, date, datetime, timedelta

from service.domain.forecasts import Forecast, ForecastLine, ForecastSource, ForecastStatus
from service.domain.items import BudgetLine
from service.domain.offers import Offer, OfferLot, OfferStatus
from service.domain.organisations import Organisation
from service.domain.people import User
from service.domain.permissions import Actor
from service.domain.plans import Plan, PlanStatus
from service.domain.policies import Policy
from service.domain.runs import MatchingRun, RunStatus
from service.domain.stocks import Stock, StockStatus
from service.domain.what_ifs import WhatIfPlan
from tests.factories.organisations import CREATED_AT
from tests.factories.places import REGION

WEEK = date(2026, 11, 30)
BEFORE_CUT_OFF = datetime(2026, 11, 24, tzinfo=UTC)
LINE_QTY = 40_000
OFFER_PRICE_IDR = 16_000
PACK_QTY = 25_000
PACK_PRICE_IDR = 300_000
LIMIT_IDR = 20_000


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


def new_offer_lot(offer: Offer, **changes: object) -> OfferLot:
    fields = {
        "id": uuid.uuid4(),
        "offer_id": offer.id,
        "cooperative_id": offer.cooperative_id,
        "item_code": offer.item_code,
        "lot_code": "L-1",
        "lot_qty": offer.offered_qty,
    }
    return OfferLot(**{**fields, **changes})


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
