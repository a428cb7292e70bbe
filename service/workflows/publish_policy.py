"""The city operator publishes a new version of the city's policy; earlier ones stay as plans name them."""

from __future__ import annotations

from dataclasses import dataclass

from service.database.queries.policies import find_policy_in_force, lock_region
from service.database.unit_of_work import UnitOfWork
from service.domain.events import EventType
from service.domain.permissions import Action, require
from service.domain.policies import Policy, PolicyValues, require_sound_values
from service.workflows.acting import acting


@dataclass(frozen=True, slots=True)
class PublishPolicy:
    """All values of the new version, and what it is about."""

    note: str
    values: PolicyValues


async def publish_policy(work: UnitOfWork, command: PublishPolicy) -> Policy:
    """Put the next version of the region's policy in force.

    Raises
    ------
    InvalidField
        If a need class has no shortage price, or the shortage steps do not rise.
    """
    actor = acting(work)
    require(actor, Action.POLICIES_WRITE)
    require_sound_values(command.values)
    await lock_region(work.session, actor.region_code)
    current = await find_policy_in_force(work.session, actor.region_code)
    policy = Policy(
        id=work.new_id(),
        created_at=work.now,
        region_code=actor.region_code,
        number=current.number + 1 if current else 1,
        note=command.note,
        values=command.values.model_dump(mode="json"),
        published_by=actor.user_id,
    )
    work.session.add(policy)
    await work.session.flush()
    work.record(
        "policy.publish",
        "policy",
        policy.id,
        before={"number": current.number, "values": current.values} if current else None,
        after={"number": policy.number, "values": policy.values, "note": policy.note},
    )
    work.announce(
        EventType.POLICY_PUBLISHED,
        entity="policy",
        entity_id=policy.id,
        region_code=policy.region_code,
        facts={"number": policy.number, "note": policy.note},
    )
    return policy
