"""Users: list, show, add, deactivate."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from service.api.dependencies import USUAL_PER_PAGE, AfterCode, Caller, IfMatch, Limit, Work, allows
from service.api.etags import set_etag
from service.api.pagination import Page, page_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.users import UserIn, UserOut
from service.database.queries import people as queries
from service.domain.errors import NotFound
from service.domain.permissions import Action, Reach, require, require_reach
from service.workflows.create_user import CreateUser, create_user
from service.workflows.deactivate_user import DeactivateUser, deactivate_user

router = APIRouter(prefix="/users", tags=["users"], route_class=UnitOfWorkRoute)


@router.get("", dependencies=[allows(Action.USERS_READ)])
async def list_users(
    work: Work,
    caller: Caller,
    after: AfterCode,
    organisation_id: UUID | None = None,
    limit: Limit = USUAL_PER_PAGE,
) -> Page[UserOut]:
    """List users by login name: those of the caller's organisation, or of the region."""
    is_own = require(caller, Action.USERS_READ) is Reach.OWN
    rows = await queries.list_users(
        work.session,
        region_code=caller.region_code,
        organisation_id=caller.organisation_id if is_own else organisation_id,
        after=after,
        limit=limit + 1,
    )
    return page_of(rows, limit=limit, key=lambda row: row.username, show=UserOut.of)


@router.get("/{user_id}", dependencies=[allows(Action.USERS_READ)])
async def read_user(user_id: UUID, work: Work, caller: Caller, response: Response) -> UserOut:
    """Show one user."""
    user = await queries.find_user(work.session, user_id)
    if user is None:
        raise NotFound("No such user.")
    require_reach(
        caller,
        Action.USERS_READ,
        region_code=user.region_code,
        organisation_ids=(user.organisation_id,),
        what="user",
    )
    set_etag(response, user.version)
    return UserOut.of(user)


@router.post("", status_code=201, dependencies=[allows(Action.USERS_WRITE)])
async def add_user(body: UserIn, work: Work, response: Response) -> UserOut:
    """Add a user with a first password."""
    sent = body.model_dump(exclude={"password"})
    user = await create_user(work, CreateUser(**sent, password=body.password.get_secret_value()))
    response.headers["Location"] = f"/api/v1/users/{user.id}"
    set_etag(response, user.version)
    return UserOut.of(user)


@router.post("/{user_id}/deactivate", dependencies=[allows(Action.USERS_WRITE)])
async def deactivate(user_id: UUID, work: Work, version: IfMatch, response: Response) -> UserOut:
    """End a user's logins and API keys at once."""
    user = await deactivate_user(work, DeactivateUser(user_id, version))
    set_etag(response, user.version)
    return UserOut.of(user)
