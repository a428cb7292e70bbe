"""All organisations: list, show, status, papers, closed days."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.dependencies import USUAL_PER_PAGE, AfterCode, Caller, IfMatch, Limit, Work, allows
from service.api.etags import set_etag
from service.api.list_exports import exported
from service.api.list_files import FILES, Kind, as_file
from service.api.member_rows import ORGANISATIONS, organisation_row
from service.api.memberships import require_visible, within_reach
from service.api.pagination import Page, page_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.organisations import (
    ClosedDayIn,
    ClosedDayOut,
    DocumentIn,
    DocumentOut,
    OrganisationOut,
    StatusChangeIn,
)
from service.database.queries import organisations as queries
from service.domain.organisations import OrganisationKind, OrganisationStatus
from service.domain.permissions import Action
from service.files.bounds import MOST_ROWS
from service.files.tables import FileKind
from service.workflows.add_document import AddDocument, add_document
from service.workflows.change_organisation_status import ChangeOrganisationStatus, change_organisation_status
from service.workflows.set_closed_day import SetClosedDay, set_closed_day

router = APIRouter(prefix="/organisations", tags=["organisations"], route_class=UnitOfWorkRoute)

FromDate = Annotated[date | None, Query(description="First day to list; today if left out", examples=["2026-12-01"])]


@router.get("", dependencies=[allows(Action.ORGANISATIONS_READ)])
async def list_organisations(
    work: Work,
    caller: Caller,
    after: AfterCode,
    kind: OrganisationKind | None = None,
    status: OrganisationStatus | None = None,
    limit: Limit = USUAL_PER_PAGE,
) -> Page[OrganisationOut]:
    """List organisations by code: the caller's own, or those of the region."""
    rows = await queries.list_organisations(
        work.session,
        region_code=caller.region_code,
        wanted=within_reach(caller, kind=kind, status=status),
        after=after,
        limit=limit + 1,
    )
    return page_of(rows, limit=limit, key=lambda row: row.code, show=OrganisationOut.of)


@router.get("/export", dependencies=[allows(Action.ORGANISATIONS_READ)], response_class=Response, responses=FILES)
async def export_organisations(
    *,
    work: Work,
    caller: Caller,
    file_kind: Kind = FileKind.XLSX,
    kind: OrganisationKind | None = None,
    status: OrganisationStatus | None = None,
) -> Response:
    """Give the list of organisations as a file: the caller's own, or those of the region."""
    rows = await queries.list_organisations(
        work.session,
        region_code=caller.region_code,
        wanted=within_reach(caller, kind=kind, status=status),
        after=None,
        limit=MOST_ROWS + 1,
    )
    return await as_file(work, "organisasi", file_kind, ORGANISATIONS, [organisation_row(row) for row in rows])


@router.get("/{organisation_id}", dependencies=[allows(Action.ORGANISATIONS_READ)])
async def read_organisation(organisation_id: UUID, work: Work, caller: Caller, response: Response) -> OrganisationOut:
    """Show one organisation; its ETag is needed for changes."""
    organisation = require_visible(caller, await queries.find_organisation(work.session, organisation_id))
    set_etag(response, organisation.version)
    return OrganisationOut.of(organisation)


@router.post("/{organisation_id}/status", dependencies=[allows(Action.ORGANISATIONS_ADMIT)])
async def change_status(
    organisation_id: UUID, body: StatusChangeIn, work: Work, version: IfMatch, response: Response
) -> OrganisationOut:
    """Make an organisation active, suspend it, take it up again, or close it for good."""
    command = ChangeOrganisationStatus(organisation_id, version, body.status, body.reason)
    organisation = await change_organisation_status(work, command)
    set_etag(response, organisation.version)
    return OrganisationOut.of(organisation)


@exported(router, "surat-izin")
@router.get("/{organisation_id}/documents", dependencies=[allows(Action.ORGANISATIONS_READ)])
async def list_documents(organisation_id: UUID, work: Work, caller: Caller) -> list[DocumentOut]:
    """List the papers of an organisation, expired ones too."""
    organisation = require_visible(caller, await queries.find_organisation(work.session, organisation_id))
    return [DocumentOut.of(paper) for paper in await queries.list_documents(work.session, organisation.id)]


@router.post("/{organisation_id}/documents", status_code=201, dependencies=[allows(Action.ORGANISATIONS_WRITE)])
async def create_document(organisation_id: UUID, body: DocumentIn, work: Work, response: Response) -> DocumentOut:
    """Put a paper on record; what the city operator enters counts as verified."""
    document = await add_document(work, AddDocument(organisation_id, **body.model_dump()))
    response.headers["Location"] = f"/api/v1/organisations/{organisation_id}/documents"
    set_etag(response, document.version)
    return DocumentOut.of(document)


@exported(router, "hari-tutup")
@router.get("/{organisation_id}/closed-days", dependencies=[allows(Action.ORGANISATIONS_READ)])
async def list_closed_days(
    organisation_id: UUID, work: Work, caller: Caller, response: Response, from_date: FromDate = None
) -> list[ClosedDayOut]:
    """List the days on which an organisation does not work; the ETag is the organisation's."""
    organisation = require_visible(caller, await queries.find_organisation(work.session, organisation_id))
    set_etag(response, organisation.version)
    first = from_date or work.now.date()
    days = await queries.list_closed_days(work.session, organisation.id, from_date=first)
    return [ClosedDayOut.of(day) for day in days]


@router.put("/{organisation_id}/closed-days/{closed_date}", dependencies=[allows(Action.ORGANISATIONS_WRITE)])
async def close_day(
    organisation_id: UUID, closed_date: date, body: ClosedDayIn, work: Work, version: IfMatch, response: Response
) -> ClosedDayOut:
    """Close a day; If-Match names the organisation's version."""
    organisation = await set_closed_day(work, SetClosedDay(organisation_id, version, closed_date, body.reason))
    set_etag(response, organisation.version)
    return ClosedDayOut(closed_date=closed_date, reason=body.reason)


@router.delete(
    "/{organisation_id}/closed-days/{closed_date}",
    status_code=204,
    dependencies=[allows(Action.ORGANISATIONS_WRITE)],
)
async def open_day(organisation_id: UUID, closed_date: date, work: Work, version: IfMatch, response: Response) -> None:
    """Open a closed day again; If-Match names the organisation's version."""
    organisation = await set_closed_day(work, SetClosedDay(organisation_id, version, closed_date, None))
    set_etag(response, organisation.version)
