"""Reads a problem or a plan from a parsed JSON document and names every fault by its JSON pointer."""

from __future__ import annotations

import json
from operator import itemgetter
from typing import Final

from service.matching.canonical import canonical
from service.matching.errors import Fault, InvalidDocument, InvalidPlan, InvalidProblem
from service.matching.fields import Faults, Record
from service.matching.plan import PackPurchase, Plan, PlanStatus
from service.matching.problem import (
    Cooperative,
    Demand,
    Item,
    Kitchen,
    Line,
    Offer,
    PricedPolicy,
    Problem,
    ShortageStep,
    Stock,
    Substitute,
    TierPrices,
    Wholesaler,
)
from service.matching.references import check_references
from service.matching.schema import PLAN_DOCUMENT, PROBLEM_DOCUMENT

_ALLOCATION: Final = itemgetter("demand", "source", "cooperative", "item", "qty")
_PURCHASE: Final = itemgetter("stock", "cooperative", "packs")


def parse_problem(content: bytes) -> Problem:
    """Read a problem from the bytes of its file.

    Parameters
    ----------
    content
        JSON in UTF-8, of format ``pasok-problem/1``.

    Returns
    -------
    Problem
        As ``read_problem`` returns it.

    Raises
    ------
    InvalidProblem
        If it is no JSON, or with every fault of the document.
    """
    return read_problem(_parse(content, InvalidProblem))


def parse_plan(content: bytes) -> Plan:
    """Read a plan from the bytes of its file.

    Parameters
    ----------
    content
        JSON in UTF-8, of format ``pasok-plan/1``.

    Returns
    -------
    Plan
        As ``read_plan`` returns it.

    Raises
    ------
    InvalidPlan
        If it is no JSON, or with every fault of the document's shape.
    """
    return read_plan(_parse(content, InvalidPlan))


def checked_problem(content: bytes) -> Problem:
    """Read a problem whose bytes ``parse_problem`` took before, in a third of its time: faults are not looked for."""
    return _problem(json.loads(content))


def checked_plan(content: bytes) -> Plan:
    """Read a plan whose bytes ``parse_plan`` took before; faults are not looked for."""
    return _plan(json.loads(content))


def read_problem(document: object) -> Problem:
    """Read a problem from a parsed JSON document.

    Parameters
    ----------
    document
        What a JSON parser returned for a file of format ``pasok-problem/1``.

    Returns
    -------
    Problem
        In canonical order: every list by its ids, so the order in the file never changes a plan.

    Raises
    ------
    InvalidProblem
        With every fault of the document: shape, ranges, references, contradictions.
    """
    faults = Faults()
    record = PROBLEM_DOCUMENT.read(document, "", faults)
    if record is not None:
        check_references(record, faults)
    if record is None or faults.found():
        raise InvalidProblem(faults.found())
    return _problem(record)


def read_plan(document: object) -> Plan:
    """Read a plan from a parsed JSON document; whether it is allowed is for ``check`` to say.

    Parameters
    ----------
    document
        What a JSON parser returned for a file of format ``pasok-plan/1``. Unknown fields are ignored, since a plan may
        come from another program.

    Returns
    -------
    Plan
        In the file's order, which the check's messages refer to.

    Raises
    ------
    InvalidPlan
        With every fault of the document's shape.
    """
    faults = Faults()
    record = PLAN_DOCUMENT.read(document, "", faults)
    if record is None or faults.found():
        raise InvalidPlan(faults.found())
    if "objective_idr" not in record:
        faults.add("/objective_idr", "wrong_type", "must be a number, is null")
        raise InvalidPlan(faults.found())
    return _plan(record)


def _problem(record: Record) -> Problem:
    """Build the problem from a record without faults."""
    return canonical(
        Problem(
            name=record["name"],
            days=tuple(record["days"]),
            policy=_policy(record["policy"]),
            items=tuple(Item(**x) for x in record["items"]),
            kitchens=tuple(Kitchen(**x) for x in record["kitchens"]),
            cooperatives=tuple(_cooperative(x) for x in record["cooperatives"]),
            wholesalers=tuple(Wholesaler(**x) for x in record["wholesalers"]),
            offers=tuple(Offer(**x) for x in record["offers"]),
            stocks=tuple(Stock(**x) for x in record["stocks"]),
            demands=tuple(_demand(x) for x in record["demands"]),
            fixed=tuple(Line(**x) for x in record.get("fixed", ())),
            previous=tuple(Line(**x) for x in record.get("previous", ())),
        )
    )


def _plan(record: Record) -> Plan:
    """Build the plan from a record without faults; what it has beside the format's fields is left out."""
    return Plan(
        allocations=tuple(Line(*_ALLOCATION(line)) for line in record["allocations"]),
        purchases=tuple(PackPurchase(*_PURCHASE(purchase)) for purchase in record["purchases"]),
        objective_idr=record["objective_idr"],
        bound_idr=record.get("bound_idr"),
        status=PlanStatus(record.get("status", PlanStatus.FEASIBLE.value)),
        broken=tuple(record.get("broken", ())),
    )


def _policy(record: Record) -> PricedPolicy:
    tiers = TierPrices(**record["tier_idr_per_kg"])
    steps = tuple(ShortageStep(**step) for step in record["shortage_steps"])
    return PricedPolicy(**record | {"tier_idr_per_kg": tiers, "shortage_steps": steps})


def _cooperative(record: Record) -> Cooperative:
    return Cooperative(**record | {"handling_g": tuple(record["handling_g"]), "cold_g": tuple(record["cold_g"])})


def _demand(record: Record) -> Demand:
    return Demand(**record | {"substitutes": tuple(Substitute(**x) for x in record["substitutes"])})


def _parse(content: bytes, invalid: type[InvalidDocument]) -> object:
    """Parse JSON; a key that stands twice in one object is a fault, since one of the two would be lost."""
    try:
        return json.loads(content, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as fault:
        raise invalid((Fault("", "not_json", f"is no valid JSON: {fault}"),)) from None


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    record = dict(pairs)
    if len(record) != len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"the key {next(key for key in keys if keys.count(key) > 1)!r} stands twice in one object")
    return record
