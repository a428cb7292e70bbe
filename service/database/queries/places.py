"""Regions and their kelurahan."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.cursors import beyond
from service.domain.places import Kecamatan, Kelurahan, Region


async def read_region(session: AsyncSession, code: str) -> Region:
    """Return a region that is known to exist: somebody's own."""
    return await session.get_one(Region, code)


async def find_kelurahan(session: AsyncSession, *, region_code: str, code: str) -> Kelurahan | None:
    """Return a kelurahan of a region."""
    query = _of_region(region_code).where(col(Kelurahan.code) == code)
    return (await session.scalars(query)).one_or_none()


async def list_kelurahan(
    session: AsyncSession, *, region_code: str, kecamatan_code: str | None, after: str | None, limit: int
) -> list[Kelurahan]:
    """Return the kelurahan of a region by code."""
    query = _of_region(region_code).where(beyond(after, col(Kelurahan.code)))
    if kecamatan_code is not None:
        query = query.where(col(Kelurahan.kecamatan_code) == kecamatan_code)
    return list((await session.scalars(query.order_by(col(Kelurahan.code)).limit(limit))).all())


def _of_region(region_code: str) -> sa.Select[Kelurahan]:
    return (
        sa.select(Kelurahan)
        .join(Kecamatan, col(Kecamatan.code) == col(Kelurahan.kecamatan_code))
        .where(col(Kecamatan.region_code) == region_code)
    )


async def is_region_known(session: AsyncSession, code: str) -> bool:
    """Tell whether a region is set up."""
    return await session.get(Region, code) is not None
