"""Logins and API keys with their users, and the lists of users and keys."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.cursors import Cursor, beyond, older_than
from service.domain.organisations import Organisation
from service.domain.people import ApiKey, LoginSession, User

KEY_USE_GRAIN: Final = timedelta(minutes=1)


async def login_with_user(session: AsyncSession, token_hash: str) -> tuple[LoginSession, User, Organisation] | None:
    """Return the login of a token with its user and their organisation."""
    query = (
        sa.select(LoginSession, User, Organisation)
        .join(User, col(User.id) == col(LoginSession.user_id))
        .join(Organisation, col(Organisation.id) == col(User.organisation_id))
        .where(col(LoginSession.token_hash) == token_hash)
    )
    row = (await session.execute(query)).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


async def api_key_with_user(session: AsyncSession, prefix: str) -> tuple[ApiKey, User, Organisation] | None:
    """Return the API key of a prefix with its user and their organisation."""
    query = (
        sa.select(ApiKey, User, Organisation)
        .join(User, col(User.id) == col(ApiKey.user_id))
        .join(Organisation, col(Organisation.id) == col(User.organisation_id))
        .where(col(ApiKey.prefix) == prefix)
    )
    row = (await session.execute(query)).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


async def note_key_use(session: AsyncSession, key: ApiKey, now: datetime) -> None:
    """Note that a key is used, to the minute; requests at the same time do not wait for each other."""
    if key.last_used_at is not None and key.last_used_at > now - KEY_USE_GRAIN:
        return
    stale = sa.or_(col(ApiKey.last_used_at).is_(None), col(ApiKey.last_used_at) <= now - KEY_USE_GRAIN)
    free = sa.select(col(ApiKey.id)).where(col(ApiKey.id) == key.id, stale).with_for_update(skip_locked=True)
    change = sa.update(ApiKey).where(col(ApiKey.id).in_(free)).values(last_used_at=now)
    await session.execute(change.execution_options(synchronize_session=False))


async def note_login_use(session: AsyncSession, login: LoginSession, now: datetime) -> None:
    """Note that a login is used, to the minute; requests at the same time do not wait for each other."""
    if login.last_seen_at is not None and login.last_seen_at > now - KEY_USE_GRAIN:
        return
    free = sa.select(col(LoginSession.id)).where(col(LoginSession.id) == login.id).with_for_update(skip_locked=True)
    change = sa.update(LoginSession).where(col(LoginSession.id).in_(free)).values(last_seen_at=now)
    await session.execute(change.execution_options(synchronize_session=False))


async def user_by_name(session: AsyncSession, username: str) -> tuple[User, Organisation] | None:
    """Return the user of a login name with their organisation."""
    query = (
        sa.select(User, Organisation)
        .join(Organisation, col(Organisation.id) == col(User.organisation_id))
        .where(col(User.username) == username)
    )
    row = (await session.execute(query)).one_or_none()
    return None if row is None else (row[0], row[1])


async def user_with_organisation(session: AsyncSession, user_id: UUID) -> tuple[User, Organisation]:
    """Return a user who is known to exist, with their organisation."""
    query = (
        sa.select(User, Organisation)
        .join(Organisation, col(Organisation.id) == col(User.organisation_id))
        .where(col(User.id) == user_id)
    )
    row = (await session.execute(query)).one()
    return row[0], row[1]


async def keep_user(session: AsyncSession, user_id: UUID) -> tuple[User, Organisation]:
    """Return a user as they are now, with their organisation, and let nobody change them until the transaction ends."""
    query = (
        sa.select(User, Organisation)
        .join(Organisation, col(Organisation.id) == col(User.organisation_id))
        .where(col(User.id) == user_id)
        .with_for_update(read=True, of=User)
    )
    row = (await session.execute(query.execution_options(populate_existing=True))).one()
    return row[0], row[1]


async def list_users(
    session: AsyncSession, *, region_code: str, organisation_id: UUID | None, after: str | None, limit: int
) -> list[User]:
    """Return the users of a region, or of one organisation, by login name."""
    query = (
        sa.select(User)
        .where(col(User.region_code) == region_code, beyond(after, col(User.username)))
        .order_by(col(User.username))
        .limit(limit)
    )
    if organisation_id is not None:
        query = query.where(col(User.organisation_id) == organisation_id)
    return list((await session.scalars(query)).all())


async def list_api_keys(session: AsyncSession, *, user_id: UUID, after: Cursor | None, limit: int) -> list[ApiKey]:
    """Return the API keys of a user, revoked ones too, newest first."""
    query = (
        sa.select(ApiKey)
        .where(col(ApiKey.user_id) == user_id, older_than(after, col(ApiKey.created_at), col(ApiKey.id)))
        .order_by(col(ApiKey.created_at).desc(), col(ApiKey.id).desc())
        .limit(limit)
    )
    return list((await session.scalars(query)).all())


async def find_user(session: AsyncSession, user_id: UUID) -> User | None:
    """Return a user."""
    return await session.get(User, user_id)


async def find_api_key(session: AsyncSession, api_key_id: UUID) -> ApiKey | None:
    """Return an API key."""
    return await session.get(ApiKey, api_key_id)


async def active_members(session: AsyncSession, region_code: str) -> list[tuple[User, Organisation]]:
    """Return the active users of a region with their organisations, by login name."""
    query = (
        sa.select(User, Organisation)
        .join(Organisation, col(Organisation.id) == col(User.organisation_id))
        .where(col(User.region_code) == region_code, col(User.is_active))
        .order_by(col(User.username))
    )
    return [(user, organisation) for user, organisation in await session.execute(query)]


async def names_of(session: AsyncSession, user_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the full names of users by id."""
    query = sa.select(col(User.id), col(User.full_name)).where(col(User.id).in_(user_ids))
    return {row[0]: row[1] for row in (await session.execute(query)).all()}
