"""Everything that the database holds of a person: rows that are theirs alone, and how often others name them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.idempotency import IdempotentAnswer
from service.domain.audits import AuditEntry
from service.domain.contacts import Contact
from service.domain.notifications import Notification
from service.domain.people import ApiKey, Invitation, LoginSession
from service.domain.receipts import Signature
from service.domain.second_factors import SecondFactor
from service.domain.short_replies import InboundMessage
from service.domain.tables import Row, metadata

OWN: Final[tuple[type[Row], ...]] = (
    Contact,
    LoginSession,
    ApiKey,
    Invitation,
    SecondFactor,
    Notification,
    InboundMessage,
    Signature,
)
"""Tables whose rows are a person's own; told whole but for their secrets."""

SECRETS: Final = frozenset({"token_hash", "secret_hash", "salt", "recovery_hashes", "last_step", "password_hash"})
_USER: Final = "app_user"


def references() -> list[tuple[str, str]]:
    """Return every column that names a person, as table and column."""
    return sorted(
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name == _USER
    )


async def own_rows(session: AsyncSession, user_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Return a person's own rows by table, without secrets."""
    found: dict[str, list[dict[str, Any]]] = {}
    for kind in OWN:
        table = metadata.tables[str(kind.__tablename__)]
        shown = [column for column in table.columns if column.name not in SECRETS]
        rows = await session.execute(sa.select(*shown).where(table.c.user_id == user_id).order_by(*table.primary_key))
        found[table.name] = [dict(row._mapping) for row in rows]  # noqa: SLF001 (its documented name)
    return found


async def times_named(session: AsyncSession, user_id: UUID) -> dict[str, int]:
    """Return how often other tables name a person: ``order_answer.answered_by``."""
    own = {str(kind.__tablename__) for kind in OWN}
    counted: dict[str, int] = {}
    for table_name, column_name in references():
        if table_name in own:
            continue
        column = metadata.tables[table_name].c[column_name]
        count = await session.scalar(sa.select(sa.func.count()).where(column == user_id))
        if count:
            counted[f"{table_name}.{column_name}"] = count
    return counted


async def deeds_of(session: AsyncSession, user_id: UUID, limit: int) -> list[AuditEntry]:
    """Return what a person did, newest first."""
    query = sa.select(AuditEntry).where(col(AuditEntry.actor_user_id) == user_id)
    newest = query.order_by(col(AuditEntry.at).desc(), col(AuditEntry.id).desc()).limit(limit)
    return list((await session.scalars(newest)).all())


async def erase_own_rows(session: AsyncSession, user_id: UUID, now: datetime) -> None:
    """Delete a person's own rows and the answers kept for them; signatures and keys stay without what tells of them."""
    for kind in (Contact, LoginSession, Invitation, SecondFactor, Notification, IdempotentAnswer):
        table = metadata.tables[str(kind.__tablename__)]
        await session.execute(sa.delete(table).where(table.c.user_id == user_id))
    keys = sa.update(ApiKey).where(col(ApiKey.user_id) == user_id)
    revoked = sa.func.coalesce(ApiKey.revoked_at, now)
    await session.execute(keys.values(name="-", revoked_at=revoked).execution_options(synchronize_session=False))
    messages = sa.update(InboundMessage).where(col(InboundMessage.user_id) == user_id)
    await session.execute(messages.values(text=None, reply=None).execution_options(synchronize_session=False))
