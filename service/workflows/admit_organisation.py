"""The city takes a kitchen, cooperative or wholesaler in; it takes part once it is made active."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from service.database.queries.organisations import find_with_details, is_code_taken, is_kelurahan_of
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import AlreadyExists, InvalidField
from service.domain.events import EventType
from service.domain.memberships import DETAILS, require_sound
from service.domain.organisations import Organisation, OrganisationKind, OrganisationStatus, Wholesaler
from service.domain.permissions import Action, require
from service.domain.quotas import require_head_office as require_valid_head_office
from service.workflows.acting import acting
from service.workflows.changes import plain


@dataclass(frozen=True, slots=True)
class AdmitOrganisation:
    """Who it is; ``details`` holds the fields of its kind (``Kitchen``, ``Cooperative`` or ``Wholesaler``)."""

    kind: OrganisationKind
    code: str
    name: str
    kelurahan_code: str | None
    latitude: float
    longitude: float
    service_weekdays: int
    details: Mapping[str, Any]


async def admit_organisation(work: UnitOfWork, command: AdmitOrganisation) -> Organisation:
    """Add an organisation to the actor's region, registered and not yet active.

    Raises
    ------
    AlreadyExists
        If the region has one with the code.
    InvalidField
        If the kelurahan is not one of the region, the head office no wholesaler of another, or the details contradict
        each other.
    """
    actor = acting(work)
    require(actor, Action.ORGANISATIONS_ADMIT)
    await require_kelurahan(work, actor.region_code, command.kelurahan_code)
    await require_head_office(work, actor.region_code, command.details.get("head_office_id"))
    if await is_code_taken(work.session, region_code=actor.region_code, code=command.code):
        raise AlreadyExists(f"There is an organisation with the code {command.code}.", field="code")
    organisation = Organisation(
        id=work.new_id(),
        created_at=work.now,
        region_code=actor.region_code,
        kind=command.kind,
        status=OrganisationStatus.REGISTERED,
        code=command.code,
        name=command.name,
        kelurahan_code=command.kelurahan_code,
        latitude=command.latitude,
        longitude=command.longitude,
        service_weekdays=command.service_weekdays,
    )
    work.session.add(organisation)
    await work.session.flush()
    after = plain(organisation) | await _add_details(work, organisation, command.details)
    work.record("organisation.admit", "organisation", organisation.id, after=after)
    work.announce(
        EventType.ORGANISATION_ADMITTED,
        entity="organisation",
        entity_id=organisation.id,
        region_code=organisation.region_code,
        concerns=[organisation.id],
        facts={"kind": organisation.kind.value, "code": organisation.code, "name": organisation.name},
    )
    return organisation


async def _add_details(work: UnitOfWork, organisation: Organisation, values: Mapping[str, Any]) -> dict[str, Any]:
    """Add what completes an organisation of its kind; a city office is complete without."""
    table = DETAILS.get(organisation.kind)
    if table is None:
        return {}
    details = table(organisation_id=organisation.id, **values)
    require_sound(details)
    work.session.add(details)
    await work.session.flush()
    return plain(details)


async def require_kelurahan(work: UnitOfWork, region_code: str, kelurahan_code: str | None) -> None:
    """Refuse a kelurahan that is not one of the region.

    Raises
    ------
    InvalidField
        Naming the list of those that are.
    """
    if kelurahan_code is None:
        return
    if not await is_kelurahan_of(work.session, region_code=region_code, kelurahan_code=kelurahan_code):
        raise InvalidField.at("kelurahan_code", f"No kelurahan of {region_code}; GET /kelurahan lists them.")


async def require_head_office(work: UnitOfWork, region_code: str, head_office_id: UUID | None) -> None:
    """Refuse a head office that no branch in the region may have.

    Raises
    ------
    InvalidField
        If it is no wholesaler of another region, or a branch itself.
    """
    if head_office_id is None:
        return
    found = await find_with_details(work.session, head_office_id, Wholesaler)
    require_valid_head_office(region_code, *(found or (None, None)))
