"""Users, their roles, sessions and API keys. Secrets are stored as hashes only."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from service.domain.errors import Conflict, InvalidField
from service.domain.organisations import Organisation, OrganisationKind, OrganisationStatus
from service.domain.tables import UTC_INSTANT, Entity, one_of

USUAL_KEY_LIFE: Final = timedelta(days=90)
LONGEST_KEY_LIFE: Final = timedelta(days=366)


class Role(StrEnum):
    """What a user is in their organisation; ``permissions.py`` says what each may do."""

    KITCHEN_HEAD = "kitchen_head"
    KITCHEN_ACCOUNTANT = "kitchen_accountant"
    FIELD_ASSISTANT = "field_assistant"
    COOP_OFFICER = "coop_officer"
    WHOLESALER = "wholesaler"
    CITY_OPERATOR = "city_operator"
    FOOD_OFFICER = "food_officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


KIND_OF_ROLE: dict[Role, OrganisationKind] = {
    Role.KITCHEN_HEAD: OrganisationKind.KITCHEN,
    Role.KITCHEN_ACCOUNTANT: OrganisationKind.KITCHEN,
    Role.FIELD_ASSISTANT: OrganisationKind.KITCHEN,
    Role.COOP_OFFICER: OrganisationKind.COOPERATIVE,
    Role.WHOLESALER: OrganisationKind.WHOLESALER,
    Role.CITY_OPERATOR: OrganisationKind.CITY_OFFICE,
    Role.FOOD_OFFICER: OrganisationKind.CITY_OFFICE,
    Role.AUDITOR: OrganisationKind.CITY_OFFICE,
    Role.ADMINISTRATOR: OrganisationKind.CITY_OFFICE,
}
"""Where somebody with a role works."""


class User(Entity, table=True):
    """A person with one role in one organisation."""

    __tablename__ = "app_user"
    __table_args__ = (
        sa.CheckConstraint("username = lower(username)", name="username_lower"),
        sa.UniqueConstraint("username"),
    )
    region_code: str = Field(foreign_key="region.code", index=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    username: str = Field(max_length=80)
    full_name: str = Field(max_length=120)
    role: Role = Field(sa_type=one_of(Role))
    password_hash: str | None = Field(default=None, max_length=200)
    """Without one nobody can log in as this user; the account only stands for who acted."""
    is_active: bool = Field(default=True)
    second_factor_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    """Since when a code is asked for after the password."""
    erased_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    """Since when nothing tells who it was."""


class LoginSession(Entity, table=True):
    """A browser's or program's login: an opaque token of which only the SHA-256 is kept."""

    user_id: UUID = Field(foreign_key="app_user.id", index=True)
    token_hash: str = Field(max_length=64, unique=True)
    expires_at: datetime = Field(sa_type=UTC_INSTANT)
    revoked_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    last_seen_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    """To the minute; whoever is away for too long has to log in again."""
    device: str | None = Field(default=None, max_length=200)
    """What the browser or program called itself, so that its owner knows it again."""


class Invitation(Entity, table=True):
    """A link by which a person sets a password of their own, once: at the beginning, or when the old one is lost."""

    user_id: UUID = Field(foreign_key="app_user.id", index=True)
    token_hash: str = Field(max_length=64, unique=True)
    expires_at: datetime = Field(sa_type=UTC_INSTANT)
    used_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    """Also when a newer one took its place."""


class ApiKey(Entity, table=True):
    """A program's key that acts as its user, within its scopes: a public prefix and the hash of a secret."""

    __table_args__ = (sa.Index("ix_api_key_user_created", "user_id", "created_at", "id"),)
    user_id: UUID = Field(foreign_key="app_user.id")
    name: str = Field(max_length=80)
    prefix: str = Field(max_length=16, unique=True)
    secret_hash: str = Field(max_length=64)
    scopes: list[str] = Field(sa_type=JSONB)
    expires_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    last_used_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    revoked_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)


def is_login_live(login: LoginSession, now: datetime, longest_idle: timedelta) -> bool:
    """Tell whether a login is neither expired nor revoked, and was used lately."""
    is_idle = login.last_seen_at is not None and login.last_seen_at + longest_idle <= now
    return login.revoked_at is None and now < login.expires_at and not is_idle


def is_invitation_live(invitation: Invitation, now: datetime) -> bool:
    """Tell whether an invitation was not used and is not expired."""
    return invitation.used_at is None and now < invitation.expires_at


def is_key_live(key: ApiKey, now: datetime) -> bool:
    """Tell whether an API key is neither expired nor revoked."""
    return key.revoked_at is None and (key.expires_at is None or now < key.expires_at)


def key_expiry(asked: datetime | None, now: datetime) -> datetime:
    """Return until when a new API key is good: as asked within a year, else 90 days.

    Raises
    ------
    InvalidField
        If it would have expired already, or would outlive a year.
    """
    if asked is None:
        return now + USUAL_KEY_LIFE
    if not now < asked <= now + LONGEST_KEY_LIFE:
        latest = (now + LONGEST_KEY_LIFE).isoformat()
        raise InvalidField.at("expires_at", f"After now ({now.isoformat()}), at the latest {latest}.")
    return asked


def may_log_in(user: User, organisation: Organisation) -> bool:
    """Tell whether a user may enter: not deactivated, and their organisation is not closed."""
    return user.is_active and organisation.status is not OrganisationStatus.CLOSED


def require_role_fits(role: Role, organisation: Organisation) -> None:
    """Refuse a role that does not exist in this kind of organisation.

    Raises
    ------
    InvalidField
        Naming the roles that do.
    """
    if KIND_OF_ROLE[role] is not organisation.kind:
        valid = ", ".join(known.value for known, kind in KIND_OF_ROLE.items() if kind is organisation.kind)
        raise InvalidField.at("role", f"A {organisation.kind.value} has: {valid}.", code="role_does_not_fit")


def revoke_key(key: ApiKey, now: datetime) -> None:
    """End an API key.

    Raises
    ------
    Conflict
        If that was done before.
    """
    if key.revoked_at is not None:
        raise Conflict("The key is revoked already.", revoked_at=key.revoked_at.isoformat())
    key.revoked_at = now


def deactivate(user: User, *, by_user_id: UUID) -> None:
    """Let a user in no more.

    Raises
    ------
    Conflict
        If that was done before, or somebody would lock themselves out.
    """
    if not user.is_active:
        raise Conflict("The user is deactivated already.")
    if user.id == by_user_id:
        raise Conflict("Nobody deactivates their own account.")
    user.is_active = False
