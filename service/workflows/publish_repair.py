"""A repair that declines asked for publishes itself; what cannot be published waits for the city's operator."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from uuid import UUID

from service.database.queries.due_orders import ask_for_repair, count_refused_repairs
from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.errors import Conflict, PlanOutdated, SupplyExhausted
from service.domain.events import EventType
from service.domain.plans import Plan, PlanStatus
from service.domain.repair_requests import COLLECTED_FOR, MOST_TRIES
from service.domain.runs import MatchingRun, RunFailure, RunKind
from service.workflows.publish_plan import put_in_force

logger = logging.getLogger(__name__)

PUBLISH_REPAIR = "publish_repair"
"""Name of the job; its argument is ``plan_id``."""


@dataclass(frozen=True, slots=True)
class PublishRepair:
    """The plan of a repair run that nobody asked for by hand."""

    plan_id: UUID


async def defer_publishing(work: UnitOfWork, run: MatchingRun, plan: Plan) -> None:
    """Let the plan of a repair that started by itself be published once this unit commits."""
    if run.kind is RunKind.REPAIR and run.requested_by is None:
        await work.defer(PUBLISH_REPAIR, plan_id=str(plan.id))


async def publish_repair(units: UnitsOfWork, command: PublishRepair) -> bool:
    """Publish the plan; if its ground has moved, ask for another repair instead, a few times. May be repeated.

    Returns
    -------
    bool
        Whether the plan is in force now.
    """
    try:
        async with units.begin() as work:
            plan = await work.session.get_one(Plan, command.plan_id)
            if plan.status is PlanStatus.PROPOSED:
                await put_in_force(work, plan, expected_version=plan.version)
            return plan.status is PlanStatus.PUBLISHED
    except Conflict as refusal:
        logger.warning("repair_not_published", extra={"plan_id": str(command.plan_id), "code": refusal.code})
        await _record_refusal(units, command, refusal)
        return False


async def give_up_publishing(work: UnitOfWork, command: PublishRepair, reason: str) -> None:
    """Tell the city's operator of a repair that stays a proposal since its job was given up, and why it was."""
    plan = await work.session.get_one(Plan, command.plan_id)
    if plan.status is PlanStatus.PROPOSED:
        _hold_back(work, plan, {"code": RunFailure.INTERNAL_ERROR.value, "detail": reason})


async def _record_refusal(units: UnitsOfWork, command: PublishRepair, refusal: Conflict) -> None:
    async with units.begin() as work:
        plan = await work.session.get_one(Plan, command.plan_id)
        code, week = plan.region_code, plan.week_start
        has_moved = isinstance(refusal, PlanOutdated | SupplyExhausted)
        # Whatever keeps refusing it, repairs must not be made without end.
        if has_moved and await count_refused_repairs(work.session, region_code=code, week_start=week) + 1 < MOST_TRIES:
            await ask_for_repair(work.session, region_code=code, week_start=week, due_at=work.now + COLLECTED_FOR)
        after = {"code": refusal.code, "detail": refusal.detail}
        _hold_back(work, plan, after)


def _hold_back(work: UnitOfWork, plan: Plan, after: dict[str, str]) -> None:
    work.record("plan.not_published", "plan", plan.id, region_code=plan.region_code, after=after)
    facts = {"week_start": plan.week_start, **after}
    work.announce(EventType.PLAN_HELD_BACK, entity="plan", entity_id=plan.id, region_code=plan.region_code, facts=facts)
