"""The city makes an organisation active, suspends it, takes it up again, or closes it for good."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.database.unit_of_work import UnitOfWork
from service.domain.events import EventType
from service.domain.organisations import ORGANISATION_TRANSITIONS, Organisation, OrganisationKind, OrganisationStatus
from service.domain.permissions import Action
from service.domain.status import transition
from service.workflows.clear_suspended import CLEAR_SUSPENDED
from service.workflows.organisation_steps import organisation_to_change
from service.workflows.resume_supply import RESUME_SUPPLY


@dataclass(frozen=True, slots=True)
class ChangeOrganisationStatus:
    """The status to come, and why."""

    organisation_id: UUID
    expected_version: int
    status: OrganisationStatus
    reason: str


async def change_organisation_status(work: UnitOfWork, command: ChangeOrganisationStatus) -> Organisation:
    """Move an organisation to another status; only an active one takes part.

    What orders still expect of one that is active no more is cleared right after (``clear_suspended``), and what a
    kitchen lacks that is active again is looked for (``resume_supply``).

    Raises
    ------
    IllegalTransition
        If the status may not follow the present one.
    NotFound, StaleVersion
        As for every change of an organisation.
    """
    organisation = await organisation_to_change(
        work,
        command.organisation_id,
        action=Action.ORGANISATIONS_ADMIT,
        expected_version=command.expected_version,
    )
    before = organisation.status
    organisation.status = transition(ORGANISATION_TRANSITIONS, before, command.status, what="organisation")
    work.record(
        "organisation.change_status",
        "organisation",
        organisation.id,
        before={"status": before.value},
        after={"status": command.status.value, "reason": command.reason},
    )
    work.announce(
        EventType.ORGANISATION_STATUS_CHANGED,
        entity="organisation",
        entity_id=organisation.id,
        region_code=organisation.region_code,
        concerns=[organisation.id],
        facts={"before": before.value, "status": command.status.value, "reason": command.reason},
    )
    if before is OrganisationStatus.ACTIVE:
        await work.defer(CLEAR_SUSPENDED, organisation_id=str(organisation.id))
    is_back = before is OrganisationStatus.SUSPENDED and organisation.status is OrganisationStatus.ACTIVE
    if is_back and organisation.kind is OrganisationKind.KITCHEN:
        await work.defer(RESUME_SUPPLY, organisation_id=str(organisation.id))
    await work.session.flush()
    return organisation
