"""A person sets the password of their own by the link that they were given."""

from __future__ import annotations

from dataclasses import dataclass, field

from service.database.queries.logins import end_logins, hold_invitation
from service.database.queries.people import user_with_organisation
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.passwords import require_password
from service.domain.people import User, is_invitation_live, may_log_in
from service.workflows.credentials import hash_password, hash_secret


@dataclass(frozen=True, slots=True)
class AcceptInvitation:
    """The link's token and the password that was chosen."""

    token: str = field(repr=False)
    password: str = field(repr=False)


async def accept_invitation(work: UnitOfWork, command: AcceptInvitation) -> User:
    """Set the password; the link is used up, and every earlier session ends. A second factor stays.

    Raises
    ------
    NotFound
        If the link was never made, is used up or too old, or its person may not enter: all in the same words.
    InvalidField
        If the password is short or easily guessed; the link stays good.
    """
    invitation = await hold_invitation(work.session, hash_secret(command.token))
    if invitation is None or not is_invitation_live(invitation, work.now):
        raise NotFound("The link is not valid, or no longer: ask for a new one.")
    user, organisation = await user_with_organisation(work.session, invitation.user_id)
    if not may_log_in(user, organisation):
        raise NotFound("The link is not valid, or no longer: ask for a new one.")
    require_password(command.password, username=user.username, full_name=user.full_name)
    user.password_hash = await hash_password(command.password)
    invitation.used_at = work.now
    await end_logins(work.session, user.id, work.now)
    await work.session.flush()
    work.record("user.accept_invitation", "app_user", user.id, region_code=user.region_code)
    return user
