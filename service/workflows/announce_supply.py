"""A published plan tells each kitchen once what it means for its goods: who brings what anew, what stays short."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from service.database.queries.catalogue import substitutes_of
from service.database.queries.plans import published_plan
from service.database.queries.publishing import PlanParts
from service.database.queries.shortages import PlannedShortage, missed_shortages, planned_shortages
from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import local_day
from service.domain.events import EventType
from service.domain.places import Region
from service.domain.plans import Plan
from service.domain.publishing import PlannedDelivery
from service.domain.runs import MatchingRun, is_idle_repair


async def announce_supply(work: UnitOfWork, plan: Plan, parts: PlanParts, *, is_repair: bool) -> None:
    """Tell the kitchens whose supply a repair changes, and those that a week's first plan leaves short.

    What a kitchen was told before and a repair does not change is no news; of a kitchen that has news all is told that
    stays short, so that its message stands for itself.

    Parameters
    ----------
    parts
        Of a repair: its ``allocations`` are what it orders anew.
    """
    short = await planned_shortages(work.session, plan.id)
    covered = _by_kitchen(parts.allocations) if is_repair else {}
    grown = {str(row["demand"]) for row in (plan.repair or {}).get("new_shortages", ())}
    news = {one.kitchen_id for one in short if not is_repair or str(one.forecast_line_id) in grown}
    swaps = await _substitutes(work, parts, {one.item_code for one in short if one.can_substitute})
    planned = {one.forecast_line_id for one in short}
    missed = [one for one in await _missed(work, plan) if one.forecast_line_id not in planned] if is_repair else []
    by_kitchen = _short_by_kitchen([*missed, *short])
    for kitchen_id in sorted(covered.keys() | news | {one.kitchen_id for one in missed}):
        facts = {
            "is_repair": is_repair,
            "covered": _covered(covered.get(kitchen_id, ())),
            "short": [_short(one, swaps) for one in by_kitchen[kitchen_id]],
        }
        _tell(work, plan, kitchen_id, facts)


async def announce_idle(work: UnitOfWork, run: MatchingRun) -> None:
    """Tell the kitchens that wait for a repair which ended with nothing to do since their day had begun.

    What else leaves a repair nothing to do leaves nobody waiting: somebody brings the goods by now, which its kitchen
    heard, or they are not needed any more.

    Parameters
    ----------
    run
        At its end; other runs are left alone.
    """
    if is_idle_repair(run):
        await announce_missed(work, region_code=run.region_code, week_start=run.week_start)


async def announce_missed(work: UnitOfWork, *, region_code: str, week_start: date) -> None:
    """Tell each kitchen what was looked for until its cooking day began, unless it heard of its supply since."""
    plan = await published_plan(work.session, region_code=region_code, week_start=week_start)
    for kitchen_id, short in _short_by_kitchen(await _missed(work, plan)).items():
        facts = {"is_repair": True, "covered": [], "short": [_short(one, {}) for one in short]}
        _tell(work, plan, kitchen_id, facts)


async def _missed(work: UnitOfWork, plan: Plan) -> list[PlannedShortage]:
    """Return what was looked for until its cooking day began."""
    region = await work.session.get_one(Region, plan.region_code)
    today = local_day(work.now, timezone=region.timezone)
    return await missed_shortages(work.session, region_code=plan.region_code, week_start=plan.week_start, today=today)


def _tell(work: UnitOfWork, plan: Plan, kitchen_id: UUID, facts: Mapping[str, Any]) -> None:
    work.announce(
        EventType.SUPPLY_PLANNED,
        entity="plan",
        entity_id=plan.id,
        region_code=plan.region_code,
        concerns=[kitchen_id],
        facts={"week_start": plan.week_start, **facts},
    )


def _short_by_kitchen(short: Iterable[PlannedShortage]) -> defaultdict[UUID, list[PlannedShortage]]:
    found: defaultdict[UUID, list[PlannedShortage]] = defaultdict(list)
    for one in short:
        found[one.kitchen_id].append(one)
    return found


def _by_kitchen(parts: Iterable[PlannedDelivery]) -> dict[UUID, list[PlannedDelivery]]:
    found: defaultdict[UUID, list[PlannedDelivery]] = defaultdict(list)
    for part in parts:
        found[part.kitchen_id].append(part)
    return found


def _covered(parts: Sequence[PlannedDelivery]) -> list[dict[str, Any]]:
    """Return who is asked for how much of what (base units), by day."""
    qty: defaultdict[tuple[date, str, UUID], int] = defaultdict(int)
    for part in parts:
        qty[part.needed_date, part.item_code, part.cooperative_id] += part.allocated_qty
    return [
        {"needed_date": day, "item_code": item_code, "cooperative_id": cooperative_id, "qty": total}
        for (day, item_code, cooperative_id), total in sorted(qty.items())
    ]


def _short(one: PlannedShortage, swaps: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    return {
        "needed_date": one.needed_date,
        "item_code": one.item_code,
        "short_qty": one.short_qty,
        "reason": one.reason,
        "substitutes": list(swaps.get(one.item_code, ())) if one.can_substitute else [],
    }


async def _substitutes(work: UnitOfWork, parts: PlanParts, codes: Collection[str]) -> dict[str, list[str]]:
    """Return what may stand in for items in kitchens, the nearest to what was asked for first."""
    found = await substitutes_of(work.session, codes) if codes else {}
    return {
        code: [
            swap.substitute_code
            for swap in sorted(swaps, key=lambda swap: (swap.penalty_idr, swap.substitute_code))
            if parts.items[swap.substitute_code].is_for_kitchens
        ]
        for code, swaps in found.items()
    }
