"""The city's policy."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from service.api.dependencies import USUAL_PER_PAGE, AfterCode, Caller, Limit, Work, allows
from service.api.list_exports import exported
from service.api.pagination import Page, page_of, whole_number
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.policies import PolicyIn, PolicyOut
from service.database.queries import policies as queries
from service.domain.errors import NotFound
from service.domain.permissions import Action
from service.workflows.publish_policy import PublishPolicy, publish_policy

router = APIRouter(prefix="/policies", tags=["policies"], route_class=UnitOfWorkRoute)


@exported(router, "kebijakan")
@router.get("", dependencies=[allows(Action.POLICIES_READ)])
async def list_policies(work: Work, caller: Caller, after: AfterCode, limit: Limit = USUAL_PER_PAGE) -> Page[PolicyOut]:
    """List the versions of the region's policy; the first one is in force."""
    rows = await queries.list_policies(
        work.session, region_code=caller.region_code, before=whole_number(after), limit=limit + 1
    )
    return page_of(rows, limit=limit, key=lambda row: str(row.number), show=PolicyOut.of)


@router.get("/in-force", dependencies=[allows(Action.POLICIES_READ)])
async def read_policy_in_force(work: Work, caller: Caller) -> PolicyOut:
    """Show the version in force."""
    policy = await queries.find_policy_in_force(work.session, caller.region_code)
    if policy is None:
        raise NotFound("The region has no policy yet.")
    return PolicyOut.of(policy)


@router.get("/{number}", dependencies=[allows(Action.POLICIES_READ)])
async def read_policy(number: Annotated[int, Path(ge=1, le=10**6)], work: Work, caller: Caller) -> PolicyOut:
    """Show one version."""
    policy = await queries.find_policy(work.session, region_code=caller.region_code, number=number)
    if policy is None:
        raise NotFound("No such policy.")
    return PolicyOut.of(policy)


@router.post("", status_code=201, dependencies=[allows(Action.POLICIES_WRITE)])
async def create_policy(body: PolicyIn, work: Work, response: Response) -> PolicyOut:
    """Publish a new version: it is in force at once, earlier plans keep theirs."""
    policy = await publish_policy(work, PublishPolicy(body.note, body.values))
    response.headers["Location"] = f"/api/v1/policies/{policy.number}"
    return PolicyOut.of(policy)
