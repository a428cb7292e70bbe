"""Entities and their rules: SQLModel classes and pure functions; no session, no I/O, no clock, no randomness."""

from service.domain import (
    audits,
    forecasts,
    items,
    menus,
    offers,
    orders,
    organisations,
    people,
    places,
    plan_answers,
    plans,
    policies,
    price_caps,
    repair_requests,
    runs,
    stocks,
    what_ifs,
)
from service.domain.tables import metadata

__all__ = [
    "audits",
    "forecasts",
    "items",
    "menus",
    "metadata",
    "offers",
    "orders",
    "organisations",
    "people",
    "places",
    "plan_answers",
    "plans",
    "policies",
    "price_caps",
    "repair_requests",
    "runs",
    "stocks",
    "what_ifs",
]
