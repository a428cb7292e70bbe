"""Cooperatives: list, show, admit, change."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from service.api import memberships
from service.api.dependencies import USUAL_PER_PAGE, AfterCode, Caller, IfMatch, Limit, Work, allows
from service.api.list_exports import exported
from service.api.pagination import Page
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.cooperatives import CooperativeChange, CooperativeIn, CooperativeOut
from service.domain.organisations import Cooperative, OrganisationKind, OrganisationStatus
from service.domain.permissions import Action

router = APIRouter(prefix="/cooperatives", tags=["cooperatives"], route_class=UnitOfWorkRoute)


@exported(router, "koperasi")
@router.get("", dependencies=[allows(Action.ORGANISATIONS_READ)])
async def list_cooperatives(
    work: Work,
    caller: Caller,
    after: AfterCode,
    status: OrganisationStatus | None = None,
    limit: Limit = USUAL_PER_PAGE,
) -> Page[CooperativeOut]:
    """List cooperatives by code: the caller's own, or those of the region."""
    return await memberships.page_of_members(
        work, caller, Cooperative, CooperativeOut, status=status, after=after, limit=limit
    )


@router.get("/{cooperative_id}", dependencies=[allows(Action.ORGANISATIONS_READ)])
async def read_cooperative(cooperative_id: UUID, work: Work, caller: Caller, response: Response) -> CooperativeOut:
    """Show one cooperative; its ETag is needed for changes."""
    return await memberships.member(work, caller, cooperative_id, Cooperative, CooperativeOut, response=response)


@router.post("", status_code=201, dependencies=[allows(Action.ORGANISATIONS_ADMIT)])
async def admit_cooperative(body: CooperativeIn, work: Work, caller: Caller, response: Response) -> CooperativeOut:
    """Admit a cooperative, registered and not yet active: make it active with `POST /organisations/{id}/status`."""
    cooperative_id = await memberships.admit(work, OrganisationKind.COOPERATIVE, body)
    response.headers["Location"] = f"/api/v1/cooperatives/{cooperative_id}"
    return await memberships.member(work, caller, cooperative_id, Cooperative, CooperativeOut, response=response)


@router.patch("/{cooperative_id}", dependencies=[allows(Action.ORGANISATIONS_WRITE)])
async def change_cooperative(
    cooperative_id: UUID, body: CooperativeChange, work: Work, caller: Caller, version: IfMatch, response: Response
) -> CooperativeOut:
    """Change the fields that are sent; name, place and what the city watches by the city operator only."""
    await memberships.change(work, OrganisationKind.COOPERATIVE, cooperative_id, version, body)
    return await memberships.member(work, caller, cooperative_id, Cooperative, CooperativeOut, response=response)
