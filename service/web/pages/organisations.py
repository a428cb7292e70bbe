"""Who takes part: the list, and one organisation with its papers, its closed days and its status."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.dependencies import AfterCode, allows
from service.api.memberships import require_visible
from service.api.routers.organisations import list_organisations
from service.database.queries import organisations as queries
from service.database.queries.people import list_users
from service.domain.organisations import (
    ORGANISATION_TRANSITIONS,
    DocumentKind,
    OrganisationKind,
    OrganisationStatus,
)
from service.domain.permissions import Action
from service.web.filters import BLANK
from service.web.forms import Form
from service.web.page import Page
from service.web.routes import PageRoute
from service.words import office_words
from service.workflows.add_document import AddDocument, add_document
from service.workflows.change_organisation_status import ChangeOrganisationStatus, change_organisation_status
from service.workflows.set_closed_day import SetClosedDay, set_closed_day

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PER_PAGE: Final = 50
LONGEST_NUMBER: Final = 80
LONGEST_REASON: Final = 400
LONGEST_CLOSING_REASON: Final = 200
MOST_USERS: Final = 100


@router.get("/organisations", dependencies=[allows(Action.ORGANISATIONS_READ)])
async def show_organisations(
    page: Page,
    after: AfterCode,
    kind: Annotated[OrganisationKind | None, BLANK, Query()] = None,
    status: Annotated[OrganisationStatus | None, BLANK, Query()] = None,
) -> Response:
    """List who takes part: a member sees their own, the city all."""
    listed = await list_organisations(page.work, page.caller, after, kind=kind, status=status, limit=PER_PAGE)
    return await page.show(
        "organisations/organisations.html", listed=listed, kind=kind, chosen=status, words=office_words
    )


@router.get("/organisations/{organisation_id}", dependencies=[allows(Action.ORGANISATIONS_READ)])
async def show_organisation(organisation_id: UUID, page: Page) -> Response:
    """Show one organisation."""
    session = page.work.session
    organisation = require_visible(page.caller, await queries.find_organisation(session, organisation_id))
    today = await page.today()
    users = (
        await list_users(
            session, region_code=organisation.region_code, organisation_id=organisation.id, after=None, limit=MOST_USERS
        )
        if page.may(Action.USERS_READ)
        else []
    )
    return await page.show(
        "organisations/organisation.html",
        organisation=organisation,
        details=await queries.find_details(session, organisation),
        documents=await queries.list_documents(session, organisation.id),
        closed_days=await queries.list_closed_days(session, organisation.id, from_date=today),
        users=users,
        today=today,
        may_follow=[
            (status, words)
            for status, words in page.worded(office_words.STATUS_CHOICES)
            if OrganisationStatus(status) in ORGANISATION_TRANSITIONS[organisation.status]
        ],
        document_kinds=page.worded(office_words.DOCUMENTS),
        words=office_words,
    )


@router.post("/organisations/{organisation_id}/status", dependencies=[allows(Action.ORGANISATIONS_ADMIT)])
async def send_status(organisation_id: UUID, page: Page, form: Form) -> Response:
    """Make it active, suspend it or close it, with the reason that its people read."""
    status = form.choice("status", OrganisationStatus)
    reason = form.words("reason", longest=LONGEST_REASON, needed=True)
    version = form.whole("version", least=1)
    form.require()
    if status is not None:
        await change_organisation_status(
            page.work, ChangeOrganisationStatus(organisation_id, version or 0, status, reason or "")
        )
    return page.leave(f"/organisations/{organisation_id}", said="status_changed")


@router.post("/organisations/{organisation_id}/documents", dependencies=[allows(Action.ORGANISATIONS_WRITE)])
async def send_document(organisation_id: UUID, page: Page, form: Form) -> Response:
    """Put a paper on record."""
    kind = form.choice("kind", DocumentKind)
    number = form.words("number", longest=LONGEST_NUMBER, needed=True)
    valid_from, valid_to = form.day("valid_from"), form.day("valid_to")
    form.require()
    if kind is not None and valid_from is not None and valid_to is not None:
        await add_document(page.work, AddDocument(organisation_id, kind, number or "", valid_from, valid_to))
    return page.leave(f"/organisations/{organisation_id}", said="saved")


@router.post("/organisations/{organisation_id}/closed-days", dependencies=[allows(Action.ORGANISATIONS_WRITE)])
async def send_closed_day(organisation_id: UUID, page: Page, form: Form) -> Response:
    """Close a day, or open it again."""
    closed_date = form.day("closed_date")
    is_opened = bool(form.text("open"))
    reason = None if is_opened else form.words("reason", longest=LONGEST_CLOSING_REASON, needed=True)
    version = form.whole("version", least=1)
    form.require()
    if closed_date is not None:
        await set_closed_day(page.work, SetClosedDay(organisation_id, version or 0, closed_date, reason))
    return page.leave(f"/organisations/{organisation_id}", said="saved")
