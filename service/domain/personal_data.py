"""What the service knows of a person, and what is left when they are erased.

Their name, login, phone and addresses, messages, sessions and keys go. What they did stays under their id, which then
leads to nobody: orders, receipts and books are owed to others and to the law. A name under a signed handover minute
stays too, since the minute is a document of both sides.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from service.domain.errors import Conflict
from service.domain.people import Role, User

ERASED_NAME: Final = "Anonim"


def erased_username(user_id: UUID) -> str:
    """Return a login name that nobody can have chosen and that tells nothing."""
    return f"~{user_id.hex}"


def erase(user: User, now: datetime) -> None:
    """Take a person's name and way in away.

    Raises
    ------
    Conflict
        If that was done before.
    """
    if user.erased_at is not None:
        raise Conflict("The user is erased already.", erased_at=user.erased_at.isoformat())
    user.username = erased_username(user.id)
    user.full_name = ERASED_NAME
    user.password_hash = None
    user.second_factor_at = None
    user.is_active = False
    user.erased_at = now


def require_self_erasure(user: User) -> None:
    """Refuse an administrator who would leave a region without one.

    Raises
    ------
    Conflict
        If the user is an administrator: another one does it.
    """
    if user.role is Role.ADMINISTRATOR:
        raise Conflict("An administrator is erased by another one, so that a region never lacks one.")
