"""What the addresses of kitchens, cooperatives and wholesalers have in common: find, list, admit and change them."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from fastapi import Response

from service.api.etags import set_etag
from service.api.pagination import Page, page_of
from service.api.schemas.organisations import OrganisationChange, OrganisationIn, OrganisationOut
from service.database.queries.organisations import OrganisationFilter, find_with_details, list_with_details
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.memberships import Details
from service.domain.organisations import Organisation, OrganisationKind, OrganisationStatus
from service.domain.permissions import Action, Actor, Reach, require, require_reach
from service.workflows.admit_organisation import AdmitOrganisation, admit_organisation
from service.workflows.change_organisation import ChangeOrganisation, change_organisation

D = TypeVar("D", bound=Details)
T = TypeVar("T", bound=OrganisationOut)


def within_reach(caller: Actor, **narrowed: OrganisationKind | OrganisationStatus | None) -> OrganisationFilter:
    """Return the filter of the organisations that a caller may see."""
    is_own = require(caller, Action.ORGANISATIONS_READ) is Reach.OWN
    return OrganisationFilter(organisation_id=caller.organisation_id if is_own else None, **narrowed)  # type: ignore[arg-type]


def require_visible(caller: Actor, organisation: Organisation | None, what: str = "organisation") -> Organisation:
    """Refuse an organisation that is not there for the caller."""
    if organisation is None:
        raise NotFound(f"No such {what}.")
    require_reach(
        caller,
        Action.ORGANISATIONS_READ,
        region_code=organisation.region_code,
        organisation_ids=(organisation.id,),
        what=what,
    )
    return organisation


async def page_of_members(
    work: UnitOfWork,
    caller: Actor,
    table: type[D],
    shown: type[T],
    *,
    status: OrganisationStatus | None,
    after: str | None,
    limit: int,
) -> Page[T]:
    """List the organisations of one kind."""
    rows = await list_with_details(
        work.session,
        table,
        region_code=caller.region_code,
        wanted=within_reach(caller, status=status),
        after=after,
        limit=limit + 1,
    )
    return page_of(rows, limit=limit, key=lambda row: row[0].code, show=lambda row: shown.of(*row))


async def member(
    work: UnitOfWork, caller: Actor, organisation_id: UUID, table: type[D], shown: type[T], *, response: Response
) -> T:
    """Show one organisation with its details and its version."""
    what = table.__name__.lower()
    found = await find_with_details(work.session, organisation_id, table)
    organisation = require_visible(caller, found[0] if found else None, what)
    set_etag(response, organisation.version)
    return shown.of(organisation, found[1]) if found else shown.of(organisation)


async def admit(work: UnitOfWork, kind: OrganisationKind, body: OrganisationIn) -> UUID:
    """Admit an organisation with what was sent."""
    sent = body.model_dump()
    own = {name: sent.pop(name) for name in OrganisationIn.model_fields}
    organisation = await admit_organisation(work, AdmitOrganisation(kind=kind, details=sent, **own))
    return organisation.id


async def change(
    work: UnitOfWork, kind: OrganisationKind, organisation_id: UUID, version: int, body: OrganisationChange
) -> None:
    """Change an organisation to what was sent."""
    command = ChangeOrganisation(organisation_id, kind, expected_version=version, changes=body.changes())
    await change_organisation(work, command)
