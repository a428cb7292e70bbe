"""Who did what, when, to which thing: written with every change, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from service.domain.tables import UTC_INSTANT, Row


class AuditEntry(Row, table=True):
    """One change: ``before`` and ``after`` hold the fields that changed; secrets are left out."""

    __table_args__ = (
        sa.Index("ix_audit_entry_region_at", "region_code", "at", "id"),
        sa.Index("ix_audit_entry_thing", "entity", "entity_id"),
        sa.Index("ix_audit_entry_unsealed", "at", "id", postgresql_where=sa.text("sequence IS NULL")),
        sa.Index("uq_audit_entry_sequence", "sequence", unique=True),
        sa.CheckConstraint("num_nulls(sequence, sha256, sealed_at) IN (0, 3)", name="sealed_whole"),
    )
    id: UUID = Field(primary_key=True)
    at: datetime = Field(sa_type=UTC_INSTANT)
    region_code: str | None = Field(default=None, foreign_key="region.code")
    actor_user_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    actor_organisation_id: UUID | None = Field(default=None, foreign_key="organisation.id", index=True)
    action: str = Field(max_length=60)
    entity: str = Field(max_length=40)
    entity_id: str = Field(max_length=60)
    before: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    after: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    correlation_id: str | None = Field(default=None, max_length=64)
    sequence: int | None = Field(default=None, sa_type=sa.BigInteger)
    """Its place in the chain that seals the trail; none until it is sealed, some seconds later."""
    sha256: str | None = Field(default=None, max_length=64)
    sealed_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)


def plain_values(values: Mapping[str, object]) -> dict[str, Any]:
    """Return values as an entry keeps them: dates and ids as text, typed-in parts as their fields."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: object) -> Any:  # noqa: ANN401 (whatever JSON can hold)
    if is_dataclass(value) and not isinstance(value, type):  # an instance, not the class
        return {part.name: _plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, Mapping):
        return plain_values(value)
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
