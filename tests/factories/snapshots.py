"""A region's week in memory, as a matching run reads it: one kitchen, cooperative and wholesaler, rice and chicken."""

import uuid
from dataclasses import replace
from datetime import date, timedelta

from service.database.queries.supply_snapshot import SupplySnapshot
from service.domain.calendars import days_of
from service.domain.forecasts import ForecastLine
from service.domain.items import Item, Substitution
from service.domain.orders import OrderLine, OrderLineStatus
from service.domain.organisations import DocumentKind, Organisation, OrganisationKind
from service.domain.policies import Policy
from service.domain.price_caps import CapKind, PriceCap, PriceException
from service.workflows.build_problem import BuiltProblem, problem_of
from tests.factories.items import new_chicken, new_item
from tests.factories.organisations import (
    CREATED_AT,
    new_cooperative,
    new_document,
    new_kitchen,
    new_organisation,
    new_wholesaler,
)
from tests.factories.places import REGION, new_region
from tests.factories.plans import WEEK, new_forecast, new_forecast_line, new_offer, new_policy, new_stock

ORDERED_DATE = date(2026, 11, 24)
"""The Tuesday before the week."""
IN_WEEK = [WEEK + timedelta(days=offset) for offset in range(5)]
"""Monday to Friday."""
_, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = IN_WEEK
KELURAHAN = f"{REGION}.01.1001"
FACTORS = {"staple": 80_000, "animal": 60_000, "supply": 40_000}


def full_policy(**values: object) -> Policy:
    policy = new_policy()
    policy.values = {**policy.values, "shortage_factor_bp": FACTORS, **values}
    return policy


def a_snapshot(**changes: object) -> SupplySnapshot:
    """Rice is needed on Monday and Friday, 40 kg each; an offer of 100 kg and a stock of 100 packs could serve it."""
    kitchen = new_organisation(OrganisationKind.KITCHEN, code="K1", kelurahan_code=KELURAHAN)
    cooperative = new_organisation(OrganisationKind.COOPERATIVE, code="C1", kelurahan_code=KELURAHAN)
    wholesaler = new_organisation(OrganisationKind.WHOLESALER, code="W1")
    forecast = new_forecast(kitchen)
    fields = {
        "region": new_region(),
        "policy": full_policy(),
        "days": days_of(WEEK),
        "items": {item.code: item for item in (new_item("RICE-M"), new_item("RICE-P"), new_chicken())},
        "substitutions": [],
        "caps": [],
        "exceptions": [],
        "kecamatan_of": {KELURAHAN: f"{REGION}.01"},
        "kitchens": [(kitchen, new_kitchen(kitchen))],
        "cooperatives": [(cooperative, new_cooperative(cooperative))],
        "wholesalers": [(wholesaler, new_wholesaler(wholesaler))],
        "closed_dates": {},
        "capacities": {},
        "documents": {who.id: papers_of(who) for who in (cooperative, wholesaler)},
        "demand": [(kitchen.id, new_forecast_line(forecast, needed_date=day)) for day in (WEEK, FRIDAY)],
        "offers": [new_offer(cooperative)],
        "expiry_dates": {},
        "stocks": [new_stock(wholesaler)],
        "ordered": [],
        "pack_cost_idr": {},
        "past_value_idr": {},
    }
    return SupplySnapshot(**{**fields, **changes})


def papers_of(organisation: Organisation) -> list:
    return [new_document(organisation), new_document(organisation, DocumentKind.HALAL)]


def kitchen_of(snapshot: SupplySnapshot) -> Organisation:
    return snapshot.kitchens[0][0]


def cooperative_of(snapshot: SupplySnapshot) -> Organisation:
    return snapshot.cooperatives[0][0]


def wholesaler_of(snapshot: SupplySnapshot) -> Organisation:
    return snapshot.wholesalers[0][0]


def with_items(snapshot: SupplySnapshot, *items: Item) -> SupplySnapshot:
    return replace(snapshot, items={**snapshot.items, **{item.code: item for item in items}})


def a_line(snapshot: SupplySnapshot, item_code: str = "RICE-M", **changes: object) -> tuple[uuid.UUID, ForecastLine]:
    """Another line of the kitchen."""
    kitchen = kitchen_of(snapshot)
    return kitchen.id, new_forecast_line(new_forecast(kitchen), item_code, **changes)


def a_cap(item_code: str = "RICE-M", **changes: object) -> PriceCap:
    fields = {
        "id": uuid.uuid4(),
        "created_at": CREATED_AT,
        "item_code": item_code,
        "kind": CapKind.HET,
        "zone": 1,
        "price_idr": 14_900,
        "valid_from": date(2025, 8, 22),
        "source": "Keputusan Kepala Bapanas 299/2025",
    }
    return PriceCap(**{**fields, **changes})


def an_exception(item_code: str = "RICE-M", **changes: object) -> PriceException:
    fields = {
        "id": uuid.uuid4(),
        "created_at": CREATED_AT,
        "region_code": REGION,
        "item_code": item_code,
        "price_idr": 17_000,
        "valid_from": WEEK,
        "valid_to": FRIDAY,
        "reason": "The market is above the HAP.",
        "quotes": [{"provider": f"Pasar {n}", "price_idr": 17_000, "quoted_date": "2026-11-20"} for n in range(3)],
        "granted_by": uuid.uuid4(),
    }
    return PriceException(**{**fields, **changes})


def a_swap(item_code: str = "RICE-M", substitute_code: str = "RICE-P", **changes: object) -> Substitution:
    fields = {"item_code": item_code, "substitute_code": substitute_code, "covers_bp": 9000, "penalty_idr": 500}
    return Substitution(**{**fields, **changes})


def an_order_line(snapshot: SupplySnapshot, **changes: object) -> OrderLine:
    """A line that the cooperative was sent for the kitchen's first demand line, 10 kg at Rp 16,000."""
    fields = {
        "id": uuid.uuid4(),
        "created_at": CREATED_AT,
        "order_id": uuid.uuid4(),
        "position": 1,
        "kitchen_id": kitchen_of(snapshot).id,
        "forecast_line_id": snapshot.demand[0][1].id,
        "offer_id": snapshot.offers[0].id,
        "item_code": "RICE-M",
        "needed_date": WEEK,
        "ordered_qty": 10_000,
        "price_idr": 16_000,
        "status": OrderLineStatus.AWAITING_ANSWER,
    }
    return OrderLine(**{**fields, **changes})


def with_order(snapshot: SupplySnapshot, *lines: OrderLine, cash_bp: int | None = 7000) -> SupplySnapshot:
    """The snapshot once these lines are ordered from its cooperative."""
    return replace(snapshot, ordered=[(cooperative_of(snapshot).id, line, cash_bp) for line in lines])


def built(snapshot: SupplySnapshot, *, ordered_date: date = ORDERED_DATE) -> BuiltProblem:
    return problem_of(snapshot, ordered_date=ordered_date)


def reasons(found: BuiltProblem, kind: str) -> list[tuple[str, list[str]]]:
    """Why things of a kind are out, and on which days."""
    return [(row["reason"], row["dates"]) for row in found.excluded if row["kind"] == kind]


def every_day(snapshot, **changes):
    """The snapshot with a line of rice on each day from Monday to Friday."""
    return replace(snapshot, demand=[a_line(snapshot, needed_date=day, **changes) for day in IN_WEEK])
