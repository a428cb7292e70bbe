"""Users: list, show, add, deactivate."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter, Request, Response

from service.api.dependencies import USUAL_PER_PAGE, AfterCode, Caller, IfMatch, Limit, Work, allows
from service.api.etags import set_etag
from service.api.idempotency import keep_instead
from service.api.invitation_links import invitation_out, without_secret
from service.api.list_files import FILES, Kind, as_file
from service.api.member_rows import USERS, user_row
from service.api.pagination import Page, page_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.accounts import InvitationOut, NewUserOut
from service.api.schemas.users import UserIn, UserOut
from service.database.queries import people as queries
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.people import User
from service.domain.permissions import Action, Actor, Reach, require, require_reach
from service.files.bounds import MOST_ROWS
from service.files.tables import FileKind
from service.workflows.create_user import CreateUser, create_user
from service.workflows.deactivate_user import DeactivateUser, deactivate_user
from service.workflows.invite_user import invite_user

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
    rows = await _listed(work, caller, organisation_id, after=after, limit=limit + 1)
    return page_of(rows, limit=limit, key=lambda row: row.username, show=UserOut.of)


@router.get("/export", dependencies=[allows(Action.USERS_READ)], response_class=Response, responses=FILES)
async def export_users(
    *, work: Work, caller: Caller, kind: Kind = FileKind.XLSX, organisation_id: UUID | None = None
) -> Response:
    """Give the list of users as a file, without a secret: those of the caller's organisation, or of the region."""
    rows = await _listed(work, caller, organisation_id, after=None, limit=MOST_ROWS + 1)
    return await as_file(work, "pengguna", kind, USERS, [user_row(row) for row in rows])


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
async def add_user(body: UserIn, request: Request, work: Work, response: Response) -> NewUserOut:
    """Add a user; hand them the link of the invitation, by which they set a password of their own."""
    user = await create_user(work, CreateUser(**body.model_dump()))
    invitation = invitation_out(await invite_user(work, user.id), request)
    response.headers["Location"] = f"/api/v1/users/{user.id}"
    set_etag(response, user.version)
    kept = NewUserOut.of(user, invitation=without_secret(invitation))
    keep_instead(request, kept.model_dump_json().encode())
    return NewUserOut.of(user, invitation=invitation)


@router.post("/{user_id}/invitations", status_code=201, dependencies=[allows(Action.USERS_WRITE)])
async def invite(user_id: UUID, request: Request, work: Work) -> InvitationOut:
    """Make a new link for a person who lost the password; the earlier link is void, the old password is not."""
    invitation = invitation_out(await invite_user(work, user_id), request)
    keep_instead(request, without_secret(invitation).model_dump_json().encode())
    return invitation


@router.post("/{user_id}/deactivate", dependencies=[allows(Action.USERS_WRITE)])
async def deactivate(user_id: UUID, work: Work, version: IfMatch, response: Response) -> UserOut:
    """End a user's logins and API keys at once."""
    user = await deactivate_user(work, DeactivateUser(user_id, version))
    set_etag(response, user.version)
    return UserOut.of(user)


async def _listed(
    work: UnitOfWork, caller: Actor, organisation_id: UUID | None, *, after: str | None, limit: int
) -> Sequence[User]:
    is_own = require(caller, Action.USERS_READ) is Reach.OWN
    return await queries.list_users(
        work.session,
        region_code=caller.region_code,
        organisation_id=caller.organisation_id if is_own else organisation_id,
        after=after,
        limit=limit,
    )
