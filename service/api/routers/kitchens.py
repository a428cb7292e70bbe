"""Kitchens: list, show, admit, change."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from service.api import memberships
from service.api.dependencies import USUAL_PER_PAGE, AfterCode, Caller, IfMatch, Limit, Work, allows
from service.api.list_exports import exported
from service.api.pagination import Page
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.kitchens import KitchenChange, KitchenIn, KitchenOut
from service.domain.organisations import Kitchen, OrganisationKind, OrganisationStatus
from service.domain.permissions import Action

router = APIRouter(prefix="/kitchens", tags=["kitchens"], route_class=UnitOfWorkRoute)


@exported(router, "dapur")
@router.get("", dependencies=[allows(Action.ORGANISATIONS_READ)])
async def list_kitchens(
    work: Work,
    caller: Caller,
    after: AfterCode,
    status: OrganisationStatus | None = None,
    limit: Limit = USUAL_PER_PAGE,
) -> Page[KitchenOut]:
    """List kitchens by code: the caller's own, or those of the region."""
    return await memberships.page_of_members(work, caller, Kitchen, KitchenOut, status=status, after=after, limit=limit)


@router.get("/{kitchen_id}", dependencies=[allows(Action.ORGANISATIONS_READ)])
async def read_kitchen(kitchen_id: UUID, work: Work, caller: Caller, response: Response) -> KitchenOut:
    """Show one kitchen; its ETag is needed for changes."""
    return await memberships.member(work, caller, kitchen_id, Kitchen, KitchenOut, response=response)


@router.post("", status_code=201, dependencies=[allows(Action.ORGANISATIONS_ADMIT)])
async def admit_kitchen(body: KitchenIn, work: Work, caller: Caller, response: Response) -> KitchenOut:
    """Admit a kitchen, registered and not yet active: make it active with `POST /organisations/{id}/status`."""
    kitchen_id = await memberships.admit(work, OrganisationKind.KITCHEN, body)
    response.headers["Location"] = f"/api/v1/kitchens/{kitchen_id}"
    return await memberships.member(work, caller, kitchen_id, Kitchen, KitchenOut, response=response)


@router.patch("/{kitchen_id}", dependencies=[allows(Action.ORGANISATIONS_WRITE)])
async def change_kitchen(
    kitchen_id: UUID, body: KitchenChange, work: Work, caller: Caller, version: IfMatch, response: Response
) -> KitchenOut:
    """Change the fields that are sent; name, place and what the city watches by the city operator only."""
    await memberships.change(work, OrganisationKind.KITCHEN, kitchen_id, version, body)
    return await memberships.member(work, caller, kitchen_id, Kitchen, KitchenOut, response=response)
