"""What a what-if asks for, in the words of the trade, turned into a scenario of its base plan's problem."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from service.domain.errors import FieldFault, InvalidField
from service.domain.items import Item
from service.domain.organisations import Kitchen
from service.domain.policies import PolicyValues
from service.matching.errors import InvalidScenario
from service.matching.held_stocks import is_held, stock_id_of
from service.matching.problem import Problem
from service.matching.what_if import apply_scenario, read_scenario
from service.workflows.scenario_policy import changed_values, policy_scenario


@dataclass(frozen=True, slots=True)
class HypotheticalOffer:
    """Goods that a cooperative might sell, quantities in base units, price per kg, litre or piece."""

    cooperative: str
    item_code: str
    offered_qty: int
    price_idr: int
    from_date: date
    to_date: date
    min_qty: int
    cash_bp: int | None


@dataclass(frozen=True, slots=True)
class HypotheticalStock:
    """Packs that a wholesaler might have, price per pack."""

    wholesaler: str
    item_code: str
    packs: int
    pack_qty: int
    price_idr: int
    from_date: date
    to_date: date


@dataclass(frozen=True, slots=True)
class OtherDemand:
    """Demand of a kitchen, of an item, or of both together, in basis points of the base plan's; 0: none."""

    scale_bp: int
    kitchen: str | None
    item_code: str | None


@dataclass(frozen=True, slots=True)
class WhatIfChanges:
    """Everything that is different; organisations by code, offers and stocks by id."""

    policy: Mapping[str, Any] = field(default_factory=dict)
    without_sources: tuple[str, ...] = ()
    suspended: tuple[str, ...] = ()
    offers: tuple[HypotheticalOffer, ...] = ()
    stocks: tuple[HypotheticalStock, ...] = ()
    demand: tuple[OtherDemand, ...] = ()


@dataclass(frozen=True, slots=True)
class ScenarioGround:
    """What a scenario is made on: the base problem and its policy, the catalogue and the kitchens by code."""

    problem: Problem
    values: PolicyValues
    items: Mapping[str, Item]
    kitchens: Mapping[str, Kitchen]


# Where the parts of a scenario come from in the request, for faults.
_PLACES = {"without": "without_sources"}
_FIELDS = {"item": "item_code", "qty": "offered_qty"}


def scenario_of(changes: WhatIfChanges, ground: ScenarioGround) -> dict[str, Any]:
    """Return the scenario's document, once it is sure that the changed problem is valid.

    Parameters
    ----------
    changes
        What is asked for.
    ground
        The base.

    Raises
    ------
    InvalidField
        Naming everything that does not fit the base plan's problem.
    """
    after = changed_values(ground.values, changes.policy)
    document = policy_scenario(
        ground.problem, before=ground.values, after=after, items=ground.items, kitchens=ground.kitchens
    )
    document |= {
        "without": _without(ground.problem, changes.without_sources),
        "suspended": list(changes.suspended),
        "offers": [_offer(ground, n, offer) for n, offer in enumerate(changes.offers)],
        "stocks": [_stock(ground, n, stock) for n, stock in enumerate(changes.stocks)],
        "demand": [_scale(scale) for scale in changes.demand],
    }
    document = {name: part for name, part in document.items() if part}
    if not document:
        raise InvalidField.at(
            "policy", "Change something: a what-if equal to its base tells nothing.", code="no_change"
        )
    try:
        apply_scenario(ground.problem, read_scenario(document))
    except InvalidScenario as error:
        raise InvalidField(
            f"{len(error.faults)} things do not fit the base plan.",
            faults=tuple(FieldFault(_field(fault.pointer), fault.code, fault.message) for fault in error.faults),
        ) from error
    return document


def _without(problem: Problem, sources: Sequence[str]) -> list[str]:
    """Return the names of what is taken away; with a stock goes what orders hold of it."""
    names = {stock.id for stock in problem.stocks}
    held: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted(filter(is_held, names)):
        held[stock_id_of(name)].append(name)
    named = [held[source].pop(0) if source not in names and held[source] else source for source in sources]
    return [*named, *(name for source in dict.fromkeys(sources) for name in held[source])]


def _offer(ground: ScenarioGround, position: int, offer: HypotheticalOffer) -> dict[str, Any]:
    first, last = _days(ground.problem, f"offers.{position}", offer.from_date, offer.to_date)
    return {
        "id": f"hypothetical-offer-{position + 1}",
        "cooperative": offer.cooperative,
        "item": offer.item_code,
        "qty": offer.offered_qty,
        "price_idr": offer.price_idr,
        "from_day": first,
        "to_day": last,
        "min_qty": offer.min_qty,
        "cash_bp": ground.values.cash_bp if offer.cash_bp is None else offer.cash_bp,
        "supplier": offer.cooperative,
    }


def _stock(ground: ScenarioGround, position: int, stock: HypotheticalStock) -> dict[str, Any]:
    first, last = _days(ground.problem, f"stocks.{position}", stock.from_date, stock.to_date)
    return {
        "id": f"hypothetical-stock-{position + 1}",
        "wholesaler": stock.wholesaler,
        "item": stock.item_code,
        "packs": stock.packs,
        "pack_qty": stock.pack_qty,
        "price_idr": stock.price_idr,
        "from_day": first,
        "to_day": last,
        "supplier": stock.wholesaler,
    }


def _scale(demand: OtherDemand) -> dict[str, Any]:
    named = {"kitchen": demand.kitchen, "item": demand.item_code, "scale_bp": demand.scale_bp}
    return {name: value for name, value in named.items() if value is not None}


def _days(problem: Problem, at: str, from_date: date, to_date: date) -> tuple[int, int]:
    """Return the first and last of the problem's days within a window."""
    inside = [n for n, day in enumerate(problem.days) if from_date.isoformat() <= day <= to_date.isoformat()]
    if not inside:
        raise InvalidField.at(
            f"{at}.from_date", f"The base plan's days are {', '.join(problem.days)}.", code="outside_days"
        )
    return inside[0], inside[-1]


def _field(pointer: str) -> str:
    """Return the place in the request of a fault's place in the scenario or in the changed problem."""
    name, *rest = pointer.removeprefix("/").split("/")
    if name in {"offers", "stocks"}:
        rest = rest[1:]  # the reader counts in the changed problem, where the week's own come before or after
    return ".".join([_PLACES.get(name, name), *(_FIELDS.get(part, part) for part in rest)])
