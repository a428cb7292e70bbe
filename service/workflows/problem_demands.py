"""Demand of the problem: what submitted forecasts still need, with lawful price limits and substitutes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from service.domain.eligibility import Ineligibility, Refusal
from service.domain.forecasts import ForecastLine
from service.domain.items import Item
from service.domain.organisations import Organisation, OrganisationStatus
from service.domain.units import BP, round_up_to_step
from service.matching.problem import Demand, Substitute
from service.workflows.problem_week import Excluded, Ordered, Week


@dataclass(frozen=True, slots=True)
class OpenNeed:
    """What a line still needs, in base units, and the highest price that is lawful for it."""

    kitchen: Organisation
    line: ForecastLine
    qty: int
    max_price_idr: int


def open_needs(week: Week) -> tuple[list[OpenNeed], list[Excluded]]:
    """Return the lines that a run is to cover, and those that a rule keeps out."""
    kitchens = {organisation.id: organisation for organisation, _ in week.snapshot.kitchens}
    covered, kept = _covered_qty(week, week.taken_off), _covered_qty(week, week.kept)
    needs, excluded = [], []
    for kitchen_id, line in week.snapshot.demand:
        kitchen, item = kitchens[kitchen_id], week.snapshot.items[line.item_code]
        left = line.demanded_qty - covered[line.id]
        # What lacks less than a step nobody can bring.
        is_covered = covered[line.id] > 0 and left < item.step_qty and not kept[line.id]
        refused = _refusal(week, kitchen, item, line.needed_date, Fraction(0) if is_covered else left)
        if refused is not None:
            excluded.append(Excluded("demand", str(line.id), refused, (line.needed_date,)))
            continue
        limit = week.limits_idr[item.code, line.needed_date]
        price = line.max_price_idr if limit is None else min(line.max_price_idr, limit)
        qty = _open_qty(line.demanded_qty, covered[line.id], kept[line.id], step_qty=item.step_qty)
        needs.append(OpenNeed(kitchen, line, qty, price))
    return needs, excluded


def _open_qty(demanded: int, covered: Fraction, kept: Fraction, *, step_qty: int) -> int:
    """Return what the problem asks for of a line, whole steps: no further step where what is kept is enough already.

    A plan may bring a line up to a step too much. Were the part of a step that substitutes leave of a line rounded up,
    it could bring a second one, and publishing would refuse it however often it is made.
    """
    left = demanded - covered
    enough = round_up_to_step(left, step_qty=step_qty)
    if kept >= left:
        return max(step_qty, min(enough, int(kept) // step_qty * step_qty))
    return max(step_qty, int(left) // step_qty * step_qty) if covered else enough


def demands_of(week: Week, needs: list[OpenNeed], position: dict[date, int]) -> tuple[Demand, ...]:
    """Return the problem's demand lines."""
    return tuple(
        Demand(
            id=str(need.line.id),
            kitchen=need.kitchen.code,
            item=need.line.item_code,
            day=position[need.line.needed_date],
            qty=need.qty,
            max_price_idr=need.max_price_idr,
            budget=need.line.budget_line.value,
            substitutes=_substitutes(week, need.line),
        )
        for need in needs
    )


def _refusal(week: Week, kitchen: Organisation, item: Item, day: date, left: Fraction) -> Refusal | None:
    if kitchen.status is not OrganisationStatus.ACTIVE:
        return Refusal(Ineligibility.ORGANISATION_INACTIVE, kitchen.status.value)
    if day <= week.ordered_date:
        return Refusal(Ineligibility.DAY_BEGUN, f"goods for {day.isoformat()} had to come the evening before")
    if not week.is_open(kitchen, day):
        return Refusal(Ineligibility.CLOSED_DAY, f"{kitchen.code} does not cook on {day.isoformat()}")
    if not item.is_for_kitchens:
        return Refusal(Ineligibility.NOT_FOR_KITCHENS, item.refusal_reason or item.code)
    if left <= 0:
        return Refusal(Ineligibility.ALREADY_ORDERED, "orders of this week cover the line")
    return None


def _covered_qty(week: Week, lines: Iterable[Ordered]) -> defaultdict[UUID, Fraction]:
    """Return what order lines cover of each line of the week, in base units of the line's item."""
    asked = {line.id: line.item_code for _, line in week.snapshot.demand}
    covers_bp = {(swap.item_code, swap.substitute_code): swap.covers_bp for swap in week.snapshot.substitutions}
    covered: defaultdict[UUID, Fraction] = defaultdict(Fraction)
    for _, ordered, _ in lines:
        if ordered.forecast_line_id in asked:
            share_bp = covers_bp.get((asked[ordered.forecast_line_id], ordered.item_code), BP)
            covered[ordered.forecast_line_id] += Fraction(week.coming_qty(ordered) * share_bp, BP)
    return covered


def _substitutes(week: Week, line: ForecastLine) -> tuple[Substitute, ...]:
    if not line.can_substitute:
        return ()
    return tuple(
        Substitute(
            item=swap.substitute_code,
            covers_bp=swap.covers_bp,
            max_price_idr=_substitute_price_idr(week, swap.substitute_code, line.needed_date),
            penalty_idr=swap.penalty_idr,
        )
        for swap in week.swaps.get(line.item_code, ())
    )


def _substitute_price_idr(week: Week, item_code: str, day: date) -> int:
    """Return what a kitchen may pay for a substitute: the cap, or the top of its usual range where there is none."""
    limit = week.limits_idr[item_code, day]
    return week.snapshot.items[item_code].price_high_idr if limit is None else limit
