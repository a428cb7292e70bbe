"""The administrator hands a person a link by which they set a password of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

from service.database.queries.logins import void_invitations
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import Conflict, NotFound
from service.domain.events import EventType
from service.domain.people import Invitation, User
from service.domain.permissions import Action, require_reach
from service.workflows.acting import acting
from service.workflows.credentials import hash_secret, new_invitation_token

INVITATION_FOR: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Invited:
    """The invitation, and its token, which is kept as a hash only."""

    invitation: Invitation
    token: str = field(repr=False)


async def invite_user(work: UnitOfWork, user_id: UUID) -> Invited:
    """Make a link for a new person, or for one who lost the password; an earlier one is void.

    The old password counts until the link is used, so that a link that nobody asked for locks nobody out.

    Raises
    ------
    NotFound
        If there is no such user in the region.
    Conflict
        If they are deactivated.
    """
    actor = acting(work)
    user = await work.session.get(User, user_id, with_for_update=True)
    if user is None:
        raise NotFound("No such user.")
    organisations = (user.organisation_id,)
    require_reach(actor, Action.USERS_WRITE, region_code=user.region_code, organisation_ids=organisations, what="user")
    if not user.is_active:
        raise Conflict("The user is deactivated.")
    await void_invitations(work.session, user.id, work.now)
    token = new_invitation_token()
    invitation = Invitation(
        id=work.new_id(),
        created_at=work.now,
        user_id=user.id,
        token_hash=hash_secret(token),
        expires_at=work.now + INVITATION_FOR,
    )
    work.session.add(invitation)
    await work.session.flush()
    work.record("user.invite", "app_user", user.id, after={"expires_at": invitation.expires_at.isoformat()})
    work.announce(
        EventType.USER_INVITED,
        entity="app_user",
        entity_id=user.id,
        region_code=user.region_code,
        concerns=[user.organisation_id],
    )
    return Invited(invitation, token)
