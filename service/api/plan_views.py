"""How much of a plan a caller sees, and what its parts look like from outside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from service.api.schemas.plans import (
    AllocationOut,
    ComparisonOut,
    HolderOut,
    LineChangesOut,
    PlanDetailOut,
    PlanOut,
    PurchaseOut,
    ShortageOut,
    ShortageReasonOut,
    TotalsOut,
)
from service.database.queries.plans import LineChanges, PlannedPacks, find_plan, organisations_of
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import InvalidField, NotFound
from service.domain.organisations import Organisation
from service.domain.permissions import Action, Actor, Reach, require
from service.domain.plans import ORDERED_PLANS, Allocation, Plan, PlanPurchase, PlanStatus, Shortage


def viewer_of(caller: Actor) -> UUID | None:
    """Return the organisation whose part alone the caller sees; ``None``: everything."""
    return caller.organisation_id if require(caller, Action.PLANS_READ) is Reach.OWN else None


def statuses_for(caller: Actor) -> frozenset[PlanStatus]:
    """Return the plans that the caller sees: members only what is published, since proposals bind nobody."""
    return frozenset(PlanStatus) if viewer_of(caller) is None else ORDERED_PLANS


async def require_plan(work: UnitOfWork, caller: Actor, plan_id: UUID, *, week_start: date | None = None) -> Plan:
    """Return a plan that the caller may see (and, if asked, of one week)."""
    plan = await find_plan(work.session, plan_id, region_code=caller.region_code, statuses=statuses_for(caller))
    if plan is None:
        raise NotFound("No such plan.")
    if week_start is not None and plan.week_start != week_start:
        raise InvalidField.at("with", f"Compare plans of one week: {week_start}.", code="another_week")
    return plan


def id_after(after: str | None) -> UUID | None:
    """Return the id of the last row shown."""
    return None if after is None else _ids(after, 1)[0]


def pair_after(after: str | None) -> tuple[UUID, UUID] | None:
    """Return both ids of the last row shown."""
    if after is None:
        return None
    first, second = _ids(after, 2)
    return first, second


def _ids(after: str, count: int) -> list[UUID]:
    try:
        ids = [UUID(part) for part in after.split("|")]
    except ValueError:
        ids = []
    if len(ids) != count:
        raise InvalidField.at("after", "Send the next_cursor of the page before, unchanged.", code="invalid_cursor")
    return ids


def show_plan(plan: Plan) -> PlanOut:
    """Show a plan's totals."""
    return PlanOut.model_validate(_fields(plan))


async def detailed(work: UnitOfWork, caller: Actor, plan: Plan) -> PlanDetailOut:
    """Show a plan with the rows of organisations, those that the caller may see."""
    viewer_id = viewer_of(caller)
    own = None if viewer_id is None else (await organisations_of(work.session, {viewer_id}))[viewer_id].code
    figures = plan.figures["plan"]
    return PlanDetailOut.model_validate(
        {
            **_fields(plan),
            "repair": plan.repair if viewer_id is None else None,
            "kitchens": [row for row in figures["kitchens"] if own in {None, row["kitchen"]}],
            "cooperatives": [row for row in figures["cooperatives"] if own in {None, row["cooperative"]}],
        }
    )


def show_allocation(row: Allocation, known: Mapping[UUID, Organisation]) -> AllocationOut:
    """Show a delivery with the names of both sides."""
    return AllocationOut.model_validate(
        {**row.model_dump(), **_named("kitchen", row.kitchen_id, known), **_named_cooperative(row, known)}
    )


def show_purchase(row: PlannedPacks, known: Mapping[UUID, Organisation]) -> PurchaseOut:
    """Show what a cooperative is to buy."""
    bought = row.purchase
    of_stock = row.stock.model_dump(include={"item_code", "pack_qty", "price_idr"})
    return PurchaseOut.model_validate({**bought.model_dump(), **of_stock, **_named_cooperative(bought, known)})


def show_shortage(row: Shortage, known: Mapping[UUID, Organisation]) -> ShortageOut:
    """Show what is missing and why."""
    return ShortageOut.model_validate(
        {
            **row.model_dump(),
            **_named("kitchen", row.kitchen_id, known),
            "reasons": [_reason(reason) for reason in row.reasons],
            "contested": [HolderOut.model_validate(holder) for holder in row.contested],
        }
    )


def compared(plan: Plan, other: Plan | None, lines: LineChanges | None) -> ComparisonOut:
    """Set a plan beside another, or beside the clerk's way."""
    ours, theirs = plan.figures["plan"], other.figures["plan"] if other else plan.figures["greedy"]
    return ComparisonOut(
        plan_id=plan.id,
        other_plan_id=other.id if other else None,
        totals=TotalsOut.model_validate(ours),
        other=TotalsOut.model_validate(theirs),
        **difference_fields(ours, theirs),
        lines=LineChangesOut.model_validate(lines) if lines else None,
    )


def difference_fields(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures of one plan less those of another."""
    return {
        "total_difference_idr": ours["total_idr"] - theirs["total_idr"],
        "cost_difference_idr": {term: cost - theirs["cost_idr"][term] for term, cost in ours["cost_idr"].items()},
        "fill_difference": ours["fill_share"] - theirs["fill_share"],
    }


def _fields(plan: Plan) -> dict[str, object]:
    return {**plan.model_dump(), "totals": plan.figures["plan"], "greedy": plan.figures["greedy"]}


def _named(side: str, key: UUID, known: Mapping[UUID, Organisation]) -> dict[str, str]:
    return {f"{side}_code": known[key].code, f"{side}_name": known[key].name}


def _named_cooperative(row: Allocation | PlanPurchase, known: Mapping[UUID, Organisation]) -> dict[str, str]:
    return _named("cooperative", row.cooperative_id, known)


def _reason(stored: Mapping[str, object]) -> ShortageReasonOut:
    """Show a reason of the optimiser (sources counted), or of a cooperative's answer (its source named)."""
    sources = stored.get("sources")
    is_counted = isinstance(sources, int)
    return ShortageReasonOut.model_validate(
        {
            **stored,
            "source_count": sources if is_counted else None,
            "alone_count": stored.get("alone"),
            "source_ids": [] if is_counted else sources or [],
        }
    )
