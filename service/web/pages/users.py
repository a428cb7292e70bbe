"""People and their roles: the list, a new one, and the end of a login."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final
from urllib.parse import urljoin
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from service.api.dependencies import AfterCode, allows
from service.api.idempotency import keep_instead
from service.api.invitation_links import link_to
from service.api.routers.users import list_users, read_user
from service.database.queries.organisations import OrganisationFilter, find_organisation, list_organisations
from service.domain.people import Role, User
from service.domain.permissions import Action
from service.web.filters import BLANK
from service.web.forms import Form
from service.web.page import Page, PageView
from service.web.routes import PageRoute
from service.words import office_words
from service.workflows.create_user import CreateUser, create_user
from service.workflows.deactivate_user import DeactivateUser, deactivate_user
from service.workflows.erase_user import EraseUser, erase_user
from service.workflows.invite_user import invite_user

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PER_PAGE: Final = 50
LONGEST_NAME: Final = 120
MOST_ORGANISATIONS: Final = 1000
_USERNAME: Final = re.compile(r"[a-z0-9][a-z0-9._@\-]{2,79}", re.ASCII)


@router.get("/users", dependencies=[allows(Action.USERS_READ)])
async def show_users(
    page: Page, after: AfterCode, organisation_id: Annotated[UUID | None, BLANK, Query()] = None
) -> Response:
    """List people: a member sees those of their organisation, the city all."""
    listed = await list_users(page.work, page.caller, after, organisation_id=organisation_id, limit=PER_PAGE)
    return await page.show(
        "users/users.html", listed=listed, organisation_id=organisation_id, words=office_words, **await _choices(page)
    )


@router.get("/users/{user_id}", dependencies=[allows(Action.USERS_READ)])
async def show_user(user_id: UUID, page: Page) -> Response:
    """Show one person."""
    user = await read_user(user_id, page.work, page.caller, Response())
    organisation = await find_organisation(page.work.session, user.organisation_id)
    return await page.show("users/user.html", user=user, organisation=organisation, words=office_words)


@router.post("/users", dependencies=[allows(Action.USERS_WRITE)])
async def send_user(page: Page, form: Form, request: Request) -> Response:
    """Add a person and show the link by which they set their password, once."""
    username = form.text("username").lower()
    if _USERNAME.fullmatch(username) is None:
        form.faults.add("username", "bad_username", "3 to 80 letters, digits, dots or dashes, for example siti.rahma.")
    full_name = form.words("full_name", longest=LONGEST_NAME, needed=True)
    organisation_id = form.identifier("organisation_id")
    role = form.choice("role", Role)
    form.require()
    if organisation_id is None or role is None:
        return page.leave("/users")
    made = await create_user(page.work, CreateUser(organisation_id, username, full_name or "", role))
    return await _invited(page, made.id, request)


@router.post("/users/{user_id}/invitations", dependencies=[allows(Action.USERS_WRITE)])
async def send_invitation(user_id: UUID, page: Page, request: Request) -> Response:
    """Show a new link for a person who lost the password, once."""
    return await _invited(page, user_id, request)


async def _invited(page: PageView, user_id: UUID, request: Request) -> Response:
    invited = await invite_user(page.work, user_id)
    user = await page.work.session.get_one(User, user_id)
    link = urljoin(str(request.base_url), link_to(invited, request))
    facts: dict[str, Any] = {"user": user, "expires_at": invited.invitation.expires_at}
    again = await page.show("users/invited.html", link=None, **facts)
    keep_instead(request, bytes(again.body))
    return await page.show("users/invited.html", link=link, **facts)


@router.post("/users/{user_id}/deactivate", dependencies=[allows(Action.USERS_WRITE)])
async def send_deactivation(user_id: UUID, page: Page, form: Form) -> Response:
    """End a person's logins and keys at once."""
    version = form.whole("version", least=1)
    form.require()
    await deactivate_user(page.work, DeactivateUser(user_id, version or 0))
    return page.leave(f"/users/{user_id}", said="user_ended")


@router.post("/users/{user_id}/erase", dependencies=[allows(Action.USERS_WRITE)])
async def send_erasure_of(user_id: UUID, page: Page, form: Form) -> Response:
    """Take a person's name and contact away for good."""
    version = form.whole("version", least=1)
    form.require()
    await erase_user(page.work, EraseUser(user_id, version or 0))
    return page.leave(f"/users/{user_id}", said="user_erased")


async def _choices(page: Page) -> dict[str, Any]:
    """Return what a new person can be, for those who may add one."""
    if not page.may(Action.USERS_WRITE):
        return {"organisations": (), "roles": ()}
    found = await list_organisations(
        page.work.session,
        region_code=page.caller.region_code,
        wanted=OrganisationFilter(),
        after=None,
        limit=MOST_ORGANISATIONS,
    )
    return {
        "organisations": [(str(one.id), f"{one.name} ({one.code})") for one in found],
        "roles": page.worded(office_words.ROLES),
    }
