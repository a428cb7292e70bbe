"""People and their roles: the list, a new one, and the end of a login."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.dependencies import AfterCode, allows
from service.api.routers.users import list_users, read_user
from service.database.queries.organisations import OrganisationFilter, find_organisation, list_organisations
from service.domain.people import Role
from service.domain.permissions import Action
from service.web import office_words
from service.web.filters import BLANK
from service.web.forms import Form
from service.web.page import Page
from service.web.routes import PageRoute
from service.workflows.create_user import CreateUser, create_user
from service.workflows.credentials import SHORTEST_PASSWORD
from service.workflows.deactivate_user import DeactivateUser, deactivate_user

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PER_PAGE: Final = 50
LONGEST_NAME: Final = 120
LONGEST_PASSWORD: Final = 200
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
async def send_user(page: Page, form: Form) -> Response:
    """Add a person with a first password."""
    username = form.text("username").lower()
    if _USERNAME.fullmatch(username) is None:
        form.faults.add("username", "bad_username", "3 to 80 letters, digits, dots or dashes, for example siti.rahma.")
    full_name = form.words("full_name", longest=LONGEST_NAME, needed=True)
    organisation_id = form.identifier("organisation_id")
    role = form.choice("role", Role)
    password = form.words("password", longest=LONGEST_PASSWORD, needed=True)
    if password and len(password) < SHORTEST_PASSWORD:
        form.faults.add("password", "too_short", f"At least {SHORTEST_PASSWORD} characters.")
    form.require()
    if organisation_id is None or role is None:
        return page.leave("/users")
    made = await create_user(page.work, CreateUser(organisation_id, username, full_name or "", role, password))
    return page.leave(f"/users/{made.id}", said="user_added")


@router.post("/users/{user_id}/deactivate", dependencies=[allows(Action.USERS_WRITE)])
async def send_deactivation(user_id: UUID, page: Page, form: Form) -> Response:
    """End a person's logins and keys at once."""
    version = form.whole("version", least=1)
    form.require()
    await deactivate_user(page.work, DeactivateUser(user_id, version or 0))
    return page.leave(f"/users/{user_id}", said="user_ended")


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
