"""Another policy on a problem that is made already: prices, shortages, budgets and fair values as they would be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from service.domain.errors import DomainError, FieldFault, InvalidField
from service.domain.items import Item
from service.domain.organisations import Kitchen
from service.domain.policies import PolicyValues, day_budget_idr, require_sound_values, shortage_price_idr
from service.domain.units import BP
from service.matching.problem import Problem

TIERS: Final = {f"tier_{tier}_idr_per_kg": tier for tier in ("kelurahan", "kecamatan", "city")}
PER_PORTION: Final = frozenset(
    {"ingredient_idr_per_small_portion", "ingredient_idr_per_large_portion", "operations_idr_per_portion"}
)
NO_PLAN: Final = "No plan depends on this."
WITHOUT_EFFECT: Final[Mapping[str, str]] = {
    "cut_off_weekday": NO_PLAN,
    "cut_off_minute": NO_PLAN,
    "respond_within_minutes": NO_PLAN,
    "remind_before_minutes": NO_PLAN,
    "undo_minutes": NO_PLAN,
    "fallen_lines": NO_PLAN,
    "cash_bp": NO_PLAN,
    "invoice_due_days": NO_PLAN,
    "late_reject_days": NO_PLAN,
    "late_reject_keeping_days": NO_PLAN,
    "trial_share_bp": "A made problem does not say who is new; publish the value and start a run.",
}
"""Values that decide when things happen, that offers carry themselves or that are in no problem, and why."""
ELSEWHERE: Final = PER_PORTION | frozenset(TIERS) | {"shortage_factor_bp", "fair_need_share_bp"}


def changed_values(values: PolicyValues, changes: Mapping[str, Any]) -> PolicyValues:
    """Return the policy's values with some of them changed.

    Parameters
    ----------
    values
        Of the base plan's policy.
    changes
        Names and values, as they are published; of ``shortage_factor_bp`` any need classes.

    Raises
    ------
    InvalidField
        Naming every value that is not known, not valid, or without effect on a plan.
    """
    if not changes:
        return values
    idle = sorted(WITHOUT_EFFECT & changes.keys())
    if idle:
        faults = tuple(FieldFault(f"policy.{name}", "no_effect", WITHOUT_EFFECT[name]) for name in idle)
        raise InvalidField("Some values have no effect on a plan.", faults=faults)
    document = {**values.model_dump(), **changes}
    document["shortage_factor_bp"] = {**values.shortage_factor_bp, **changes.get("shortage_factor_bp", {})}
    try:
        changed = PolicyValues.model_validate(document)
    except ValidationError as error:
        raise InvalidField(
            f"{error.error_count()} values of the policy are not valid.",
            faults=tuple(
                FieldFault(".".join(["policy", *map(str, fault["loc"])]), fault["type"], fault["msg"])
                for fault in error.errors()
            ),
        ) from error
    try:
        require_sound_values(changed)
    except DomainError as error:
        faults = tuple(
            FieldFault(fault.field.replace("values", "policy", 1), fault.code, fault.message) for fault in error.faults
        )
        raise InvalidField(error.detail, faults=faults) from error
    return changed


def policy_scenario(
    problem: Problem,
    *,
    before: PolicyValues,
    after: PolicyValues,
    items: Mapping[str, Item],
    kitchens: Mapping[str, Kitchen],
) -> dict[str, Any]:
    """Return what a changed policy changes of a problem, as a scenario's document.

    Parameters
    ----------
    problem
        Made with ``before``.
    before, after
        The values.
    items, kitchens
        Of the catalogue and the region, by code: reference prices and portions are not in the problem.
    """
    old, new = before.model_dump(), after.model_dump()
    changed = {name: value for name, value in new.items() if value != old[name]}
    document: dict[str, Any] = {}
    priced = {name: value for name, value in changed.items() if name not in ELSEWHERE}
    tiers = {tier: changed[name] for name, tier in TIERS.items() if name in changed}
    if tiers:
        priced["tier_idr_per_kg"] = tiers
    if priced:
        document["policy"] = priced
    if "shortage_factor_bp" in changed:
        known = (item.id for item in problem.items if item.id in items)
        document["shortage_idr"] = {code: shortage_price_idr(after, items[code]) for code in known}
    if PER_PORTION & changed.keys():
        document["budget_idr"] = _budgets(problem, before, after, kitchens)
    if "fair_need_share_bp" in changed:
        document["fair_value_idr"] = _fair_values(problem, before, after)
    return document


def _budgets(
    problem: Problem, before: PolicyValues, after: PolicyValues, kitchens: Mapping[str, Kitchen]
) -> dict[str, dict[str, int]]:
    """Scale each budget line as the amount for a day changes; the week has as many cooking days as before."""
    budgets: dict[str, dict[str, int]] = {}
    for kitchen in problem.kitchens:
        details = kitchens[kitchen.id]
        portions = {"portions_small": details.portions_small, "portions_large": details.portions_large}
        old, new = day_budget_idr(before, **portions), day_budget_idr(after, **portions)
        budgets[kitchen.id] = {
            name.value: kitchen.budget_idr[name.value] * new[name] // old[name]
            for name in old
            if old[name] and name.value in kitchen.budget_idr
        }
    return budgets


def _fair_values(problem: Problem, before: PolicyValues, after: PolicyValues) -> dict[str, int]:
    """Add or take each cooperative's part of the difference; what past weeks owe it stays in its fair value."""
    per = {item.id: item.per for item in problem.items}
    need_idr = sum(x.qty * x.max_price_idr // per[x.item] for x in problem.demands)
    capacity = {x.id: sum(x.handling_g) for x in problem.cooperatives}
    total = sum(capacity.values()) or 1
    more_idr = need_idr * (after.fair_need_share_bp - before.fair_need_share_bp) // BP
    return {x.id: max(0, x.fair_value_idr + more_idr * capacity[x.id] // total) for x in problem.cooperatives}
