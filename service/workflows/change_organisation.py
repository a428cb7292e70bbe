"""An organisation's calendar, capacity or other details change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from service.database.queries.organisations import find_details
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.events import EventType
from service.domain.memberships import require_free_to_change, require_sound
from service.domain.organisations import Organisation, OrganisationKind
from service.domain.permissions import Action, require
from service.workflows.acting import acting
from service.workflows.admit_organisation import require_head_office, require_kelurahan
from service.workflows.changes import apply_changes, raise_version
from service.workflows.organisation_steps import organisation_to_change


@dataclass(frozen=True, slots=True)
class ChangeOrganisation:
    """New values by field name, of the organisation and of the details of its kind."""

    organisation_id: UUID
    kind: OrganisationKind
    expected_version: int
    changes: Mapping[str, object]


async def change_organisation(work: UnitOfWork, command: ChangeOrganisation) -> Organisation:
    """Change an organisation and its details.

    Raises
    ------
    NotFound
        If there is none of the kind, or it is another's.
    NotPermitted
        If its own people would change what only the city may.
    InvalidField
        If the new details contradict each other.
    StaleVersion
        If it was changed since.
    """
    organisation = await organisation_to_change(
        work,
        command.organisation_id,
        action=Action.ORGANISATIONS_WRITE,
        expected_version=command.expected_version,
    )
    details = await find_details(work.session, organisation)
    if details is None or organisation.kind is not command.kind:
        raise NotFound("No such organisation.")
    require_free_to_change(command.changes, require(acting(work), Action.ORGANISATIONS_WRITE))
    own = {name: value for name, value in command.changes.items() if name in Organisation.model_fields}
    if "kelurahan_code" in own:
        await require_kelurahan(work, organisation.region_code, str(own["kelurahan_code"]))
    head_office_id = command.changes.get("head_office_id")
    if isinstance(head_office_id, UUID):
        await require_head_office(work, organisation.region_code, head_office_id)
    of_kind = {name: value for name, value in command.changes.items() if name not in own}
    difference = apply_changes(organisation, own) | apply_changes(details, of_kind)
    require_sound(details)
    if difference:
        raise_version(organisation)
        work.record(
            "organisation.change",
            "organisation",
            organisation.id,
            before=difference.before,
            after=difference.after,
        )
        work.announce(
            EventType.ORGANISATION_CHANGED,
            entity="organisation",
            entity_id=organisation.id,
            region_code=organisation.region_code,
            concerns=[organisation.id],
            facts={"changed": sorted(difference.after)},
        )
    await work.session.flush()
    return organisation
