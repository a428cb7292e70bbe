"""Users, their roles, sessions and API keys. Secrets are stored as hashes only."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from service.domain.organisations import Organisation, OrganisationStatus
from service.domain.tables import UTC_INSTANT, Entity, one_of


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
    password_hash: str = Field(max_length=200)
    is_active: bool = Field(default=True)


class LoginSession(Entity, table=True):
    """A browser's or program's login: an opaque token of which only the SHA-256 is kept."""

    user_id: UUID = Field(foreign_key="app_user.id", index=True)
    token_hash: str = Field(max_length=64, unique=True)
    expires_at: datetime = Field(sa_type=UTC_INSTANT)
    revoked_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)


class ApiKey(Entity, table=True):
    """A program's key that acts as its user, within its scopes: a public prefix and the hash of a secret."""

    user_id: UUID = Field(foreign_key="app_user.id", index=True)
    name: str = Field(max_length=80)
    prefix: str = Field(max_length=16, unique=True)
    secret_hash: str = Field(max_length=64)
    scopes: list[str] = Field(sa_type=JSONB)
    expires_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    last_used_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    revoked_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)


def is_login_live(login: LoginSession, now: datetime) -> bool:
    """Tell whether a login is neither expired nor revoked."""
    return login.revoked_at is None and now < login.expires_at


def is_key_live(key: ApiKey, now: datetime) -> bool:
    """Tell whether an API key is neither expired nor revoked."""
    return key.revoked_at is None and (key.expires_at is None or now < key.expires_at)


def may_log_in(user: User, organisation: Organisation) -> bool:
    """Tell whether a user may enter: not deactivated, and their organisation is not closed."""
    return user.is_active and organisation.status is not OrganisationStatus.CLOSED
