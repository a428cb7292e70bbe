"""Wholesalers: list, show, admit, change."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from service.api import memberships
from service.api.dependencies import USUAL_PER_PAGE, AfterCode, Caller, IfMatch, Limit, Work, allows
from service.api.list_exports import exported
from service.api.pagination import Page
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.wholesalers import WholesalerChange, WholesalerIn, WholesalerOut
from service.domain.organisations import OrganisationKind, OrganisationStatus, Wholesaler
from service.domain.permissions import Action

router = APIRouter(prefix="/wholesalers", tags=["wholesalers"], route_class=UnitOfWorkRoute)


@exported(router, "grosir")
@router.get("", dependencies=[allows(Action.ORGANISATIONS_READ)])
async def list_wholesalers(
    work: Work,
    caller: Caller,
    after: AfterCode,
    status: OrganisationStatus | None = None,
    limit: Limit = USUAL_PER_PAGE,
) -> Page[WholesalerOut]:
    """List wholesalers by code: the caller's own, or those of the region."""
    return await memberships.page_of_members(
        work, caller, Wholesaler, WholesalerOut, status=status, after=after, limit=limit
    )


@router.get("/{wholesaler_id}", dependencies=[allows(Action.ORGANISATIONS_READ)])
async def read_wholesaler(wholesaler_id: UUID, work: Work, caller: Caller, response: Response) -> WholesalerOut:
    """Show one wholesaler; its ETag is needed for changes."""
    return await memberships.member(work, caller, wholesaler_id, Wholesaler, WholesalerOut, response=response)


@router.post("", status_code=201, dependencies=[allows(Action.ORGANISATIONS_ADMIT)])
async def admit_wholesaler(body: WholesalerIn, work: Work, caller: Caller, response: Response) -> WholesalerOut:
    """Admit a wholesaler, registered and not yet active: make it active with `POST /organisations/{id}/status`."""
    wholesaler_id = await memberships.admit(work, OrganisationKind.WHOLESALER, body)
    response.headers["Location"] = f"/api/v1/wholesalers/{wholesaler_id}"
    return await memberships.member(work, caller, wholesaler_id, Wholesaler, WholesalerOut, response=response)


@router.patch("/{wholesaler_id}", dependencies=[allows(Action.ORGANISATIONS_WRITE)])
async def change_wholesaler(
    wholesaler_id: UUID, body: WholesalerChange, work: Work, caller: Caller, version: IfMatch, response: Response
) -> WholesalerOut:
    """Change the fields that are sent; name, place and what the city watches by the city operator only."""
    await memberships.change(work, OrganisationKind.WHOLESALER, wholesaler_id, version, body)
    return await memberships.member(work, caller, wholesaler_id, Wholesaler, WholesalerOut, response=response)
