"""Organisations with their details, papers, closed days and day capacities."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.cursors import beyond
from service.database.queries.locks import for_change
from service.domain.memberships import DETAILS, Details
from service.domain.organisations import (
    ClosedDay,
    DayCapacity,
    Document,
    Organisation,
    OrganisationKind,
    OrganisationStatus,
)
from service.domain.places import Kecamatan, Kelurahan

D = TypeVar("D", bound=Details)


@dataclass(frozen=True, slots=True)
class OrganisationFilter:
    """What a list is narrowed to; ``None``: not narrowed."""

    organisation_id: UUID | None = None
    kind: OrganisationKind | None = None
    status: OrganisationStatus | None = None


async def find_organisation(session: AsyncSession, organisation_id: UUID) -> Organisation | None:
    """Return an organisation."""
    return await session.get(Organisation, organisation_id)


async def lock_organisation(session: AsyncSession, organisation_id: UUID) -> Organisation | None:
    """Return an organisation as it is now, held against every other change until the unit ends."""
    query = for_change(sa.select(Organisation).where(col(Organisation.id) == organisation_id))
    return (await session.scalars(query.execution_options(populate_existing=True))).one_or_none()


async def find_details(session: AsyncSession, organisation: Organisation) -> Details | None:
    """Return the row that completes an organisation; a city office has none."""
    table = DETAILS.get(organisation.kind)
    return None if table is None else await session.get(table, organisation.id)


async def find_with_details(
    session: AsyncSession, organisation_id: UUID, table: type[D]
) -> tuple[Organisation, D] | None:
    """Return an organisation of one kind with its details."""
    query = (
        sa.select(Organisation, table)
        .join(table, col(table.organisation_id) == col(Organisation.id))
        .where(col(Organisation.id) == organisation_id)
    )
    row = (await session.execute(query)).one_or_none()
    return None if row is None else (row[0], row[1])


async def list_organisations(
    session: AsyncSession, *, region_code: str, wanted: OrganisationFilter, after: str | None, limit: int
) -> list[Organisation]:
    """Return organisations of a region by code."""
    query = _narrowed(sa.select(Organisation), region_code, wanted, after)
    return list((await session.scalars(query.limit(limit))).all())


async def list_with_details(
    session: AsyncSession,
    table: type[D],
    *,
    region_code: str,
    wanted: OrganisationFilter,
    after: str | None,
    limit: int,
) -> list[tuple[Organisation, D]]:
    """Return the organisations of one kind with their details, by code."""
    joined = sa.select(Organisation, table).join(table, col(table.organisation_id) == col(Organisation.id))
    rows = await session.execute(_narrowed(joined, region_code, wanted, after).limit(limit))
    return [(row[0], row[1]) for row in rows]


async def is_code_taken(session: AsyncSession, *, region_code: str, code: str) -> bool:
    """Tell whether an organisation of the region has the code."""
    query = sa.select(col(Organisation.id)).where(
        col(Organisation.region_code) == region_code, col(Organisation.code) == code
    )
    return (await session.scalar(query)) is not None


async def is_kelurahan_of(session: AsyncSession, *, region_code: str, kelurahan_code: str) -> bool:
    """Tell whether a kelurahan exists in the region."""
    query = (
        sa.select(col(Kelurahan.code))
        .join(Kecamatan, col(Kecamatan.code) == col(Kelurahan.kecamatan_code))
        .where(col(Kelurahan.code) == kelurahan_code, col(Kecamatan.region_code) == region_code)
    )
    return (await session.scalar(query)) is not None


async def list_documents(session: AsyncSession, organisation_id: UUID) -> list[Document]:
    """Return an organisation's papers by kind, the one that is valid longest first."""
    query = (
        sa.select(Document)
        .where(col(Document.organisation_id) == organisation_id)
        .order_by(col(Document.kind), col(Document.valid_to).desc(), col(Document.id))
    )
    return list((await session.scalars(query)).all())


async def list_closed_days(session: AsyncSession, organisation_id: UUID, *, from_date: date) -> list[ClosedDay]:
    """Return an organisation's closed days from a day on."""
    query = (
        sa.select(ClosedDay)
        .where(col(ClosedDay.organisation_id) == organisation_id, col(ClosedDay.closed_date) >= from_date)
        .order_by(col(ClosedDay.closed_date))
    )
    return list((await session.scalars(query)).all())


async def list_day_capacities(session: AsyncSession, cooperative_id: UUID, *, from_date: date) -> list[DayCapacity]:
    """Return the days from one on on which a cooperative's capacity differs."""
    query = (
        sa.select(DayCapacity)
        .where(col(DayCapacity.cooperative_id) == cooperative_id, col(DayCapacity.capacity_date) >= from_date)
        .order_by(col(DayCapacity.capacity_date))
    )
    return list((await session.scalars(query)).all())


def _narrowed(
    query: sa.Select[*tuple[Any, ...]], region_code: str, wanted: OrganisationFilter, after: str | None
) -> sa.Select[*tuple[Any, ...]]:
    query = query.where(col(Organisation.region_code) == region_code, beyond(after, col(Organisation.code)))
    if wanted.organisation_id is not None:
        query = query.where(col(Organisation.id) == wanted.organisation_id)
    if wanted.kind is not None:
        query = query.where(col(Organisation.kind) == wanted.kind)
    if wanted.status is not None:
        query = query.where(col(Organisation.status) == wanted.status)
    return query.order_by(col(Organisation.code))
