"""Messages to the caller, and how people are reached."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from service.api.dependencies import USUAL_PER_PAGE, After, Caller, Limit, Work, allows
from service.api.list_exports import exported
from service.api.pagination import Page, page_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.notifications import ContactIn, ContactOut, NotificationOut
from service.database.cursors import Cursor
from service.database.queries.notifications import contact_of, list_notifications
from service.domain.contacts import Channel, Contact
from service.domain.notifications import NotificationStatus
from service.domain.permissions import Action
from service.workflows.set_contact import SetContact, set_contact

router = APIRouter(tags=["notifications"], route_class=UnitOfWorkRoute)


@exported(router, "pemberitahuan")
@router.get("/notifications", dependencies=[allows(Action.ACCOUNT)])
async def list_my_notifications(
    work: Work,
    caller: Caller,
    after: After,
    channel: Channel = Channel.SCREEN,
    status: NotificationStatus | None = None,
    limit: Limit = USUAL_PER_PAGE,
) -> Page[NotificationOut]:
    """List the messages to the caller, newest first; `channel` shows what became of those to the phone."""
    rows = await list_notifications(
        work.session, user_id=caller.user_id, channel=channel, status=status, after=after, limit=limit + 1
    )
    return page_of(rows, limit=limit, key=lambda row: Cursor(row.created_at, row.id), show=NotificationOut.of)


@router.get("/me/contact", dependencies=[allows(Action.ACCOUNT)])
async def read_my_contact(work: Work, caller: Caller) -> ContactOut:
    """Show how the caller is reached."""
    contact = await contact_of(work.session, caller.user_id)
    return ContactOut.of(contact or Contact(id=caller.user_id, created_at=work.now, user_id=caller.user_id))


@router.put("/me/contact", dependencies=[allows(Action.CREDENTIALS)])
async def set_my_contact(body: ContactIn, work: Work, caller: Caller) -> ContactOut:
    """Say how the caller is reached; what is left out is as at the beginning. With a session only, not with a key."""
    return ContactOut.of(await set_contact(work, SetContact(caller.user_id, body.model_dump())))


@router.put("/users/{user_id}/contact", dependencies=[allows(Action.USERS_WRITE)])
async def set_contact_of_user(user_id: UUID, body: ContactIn, work: Work) -> ContactOut:
    """Say how a user is reached, for officers who never log in."""
    return ContactOut.of(await set_contact(work, SetContact(user_id, body.model_dump())))
