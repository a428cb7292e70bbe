"""Put a proposed plan aside."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.database.queries.plans import lock_plan
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.events import EventType
from service.domain.permissions import Action, require_actor, require_reach
from service.domain.plans import Plan, discard
from service.domain.tables import require_version


@dataclass(frozen=True, slots=True)
class DiscardPlan:
    """Which plan, in the version that the caller saw."""

    plan_id: UUID
    expected_version: int


async def discard_plan(work: UnitOfWork, command: DiscardPlan) -> Plan:
    """Discard a plan, so that it cannot be published.

    Parameters
    ----------
    work
        The unit of work.
    command
        The plan and its version.

    Returns
    -------
    Plan
        Discarded.

    Raises
    ------
    NotFound
        If there is no such plan in the caller's region.
    StaleVersion
        If somebody changed it since.
    IllegalTransition
        If it is published or discarded.
    """
    actor = require_actor(work.actor)
    plan = await lock_plan(work.session, command.plan_id)
    if plan is None:
        raise NotFound("No such plan.")
    require_reach(actor, Action.PLANS_PUBLISH, region_code=plan.region_code, organisation_ids=(), what="plan")
    require_version(plan, command.expected_version)
    before = plan.status
    discard(plan)
    work.record(
        "plan.discard",
        "plan",
        plan.id,
        region_code=plan.region_code,
        before={"status": before.value},
        after={"status": plan.status.value},
    )
    work.announce(
        EventType.PLAN_DISCARDED,
        entity="plan",
        entity_id=plan.id,
        region_code=plan.region_code,
        facts={"week_start": plan.week_start},
    )
    await work.session.flush()
    return plan
