"""What every table shares: constraint names, the entity's key and version, and column types."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

from service.domain.errors import StaleVersion

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING
metadata = SQLModel.metadata

UTC_INSTANT = sa.DateTime(timezone=True)


def one_of(kind: type[StrEnum]) -> sa.Enum:
    """Return a text column type that holds only the values of an enum, repeated as a CHECK in the database."""
    return sa.Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
        name=kind.__name__.lower(),
    )


class Row(SQLModel):
    """A table's row; the table is named like the class, in snake case (``ForecastLine``: ``forecast_line``)."""

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805  (SQLAlchemy calls it on the class)
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


class Part(Row):
    """Part of an aggregate, changed only by whoever holds the aggregate's own row, so it needs no version of its own.

    SQLAlchemy sends many changed parts in one go; rows with a version it sends one by one.
    """

    id: UUID = Field(primary_key=True)
    created_at: datetime = Field(sa_type=UTC_INSTANT)


class Entity(Part):
    """An aggregate or part of one: an id handed in by the caller, the instant it came to be, a version.

    The version rises by one with every change; a change to an older version is refused (``StaleVersion``).
    """

    version: int = Field(default=1, nullable=False)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805  (SQLAlchemy calls it on the class)
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]


def require_version(entity: Entity, expected_version: int) -> None:
    """Refuse a change that was made from another version than the current one.

    Raises
    ------
    StaleVersion
        With the current version.
    """
    if entity.version != expected_version:
        raise StaleVersion(
            f"You saw version {expected_version}; it is version {entity.version} now. Read it again, then decide.",
            expected=expected_version,
            current=entity.version,
        )
