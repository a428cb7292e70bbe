"""Price caps and exceptions: lists, and those in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.cursors import Cursor, older_than
from service.domain.price_caps import CapKind, PriceCap, PriceException


@dataclass(frozen=True, slots=True)
class CapFilter:
    """What a list is narrowed to; ``None``: not narrowed."""

    item_code: str | None = None
    kind: CapKind | None = None
    on: date | None = None
    """In force on this day."""


async def find_cap(session: AsyncSession, cap_id: UUID) -> PriceCap | None:
    """Return a price cap."""
    return await session.get(PriceCap, cap_id)


async def find_exception(session: AsyncSession, exception_id: UUID) -> PriceException | None:
    """Return an exception."""
    return await session.get(PriceException, exception_id)


async def caps_of_item(session: AsyncSession, *, item_code: str, zone: int) -> list[PriceCap]:
    """Return all caps of an item in a zone, past ones too."""
    query = sa.select(PriceCap).where(col(PriceCap.item_code) == item_code, col(PriceCap.zone) == zone)
    return list((await session.scalars(query.order_by(col(PriceCap.valid_from)))).all())


async def list_caps(
    session: AsyncSession, *, zone: int, wanted: CapFilter, after: Cursor | None, limit: int
) -> list[PriceCap]:
    """Return the caps of a zone, newest first."""
    query = _narrowed(sa.select(PriceCap), PriceCap, wanted, after).where(col(PriceCap.zone) == zone)
    if wanted.kind is not None:
        query = query.where(col(PriceCap.kind) == wanted.kind)
    return list((await session.scalars(query.limit(limit))).all())


async def list_exceptions(
    session: AsyncSession, *, region_code: str, wanted: CapFilter, after: Cursor | None, limit: int
) -> list[PriceException]:
    """Return the exceptions of a region, newest first; a day leaves out what is revoked."""
    query = _narrowed(sa.select(PriceException), PriceException, wanted, after)
    query = query.where(col(PriceException.region_code) == region_code)
    if wanted.on is not None:
        query = query.where(col(PriceException.revoked_at).is_(None))
    return list((await session.scalars(query.limit(limit))).all())


def _narrowed(
    query: sa.Select[Any], table: type[PriceCap | PriceException], wanted: CapFilter, after: Cursor | None
) -> sa.Select[Any]:
    query = query.where(older_than(after, col(table.created_at), col(table.id)))
    if wanted.item_code is not None:
        query = query.where(col(table.item_code) == wanted.item_code)
    if wanted.on is not None:
        open_end = col(table.valid_to).is_(None)
        query = query.where(col(table.valid_from) <= wanted.on, sa.or_(open_end, col(table.valid_to) >= wanted.on))
    return query.order_by(col(table.created_at).desc(), col(table.id).desc())
