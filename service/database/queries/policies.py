"""The versions of a region's policy."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.places import Region
from service.domain.policies import Policy


async def find_policy(session: AsyncSession, *, region_code: str, number: int) -> Policy | None:
    """Return a version of a region's policy."""
    query = sa.select(Policy).where(col(Policy.region_code) == region_code, col(Policy.number) == number)
    return (await session.scalars(query)).one_or_none()


async def find_policy_in_force(session: AsyncSession, region_code: str) -> Policy | None:
    """Return the version with the highest number."""
    rows = await list_policies(session, region_code=region_code, before=None, limit=1)
    return rows[0] if rows else None


async def list_policies(session: AsyncSession, *, region_code: str, before: int | None, limit: int) -> list[Policy]:
    """Return the versions of a region's policy, highest number first."""
    query = sa.select(Policy).where(col(Policy.region_code) == region_code)
    if before is not None:
        query = query.where(col(Policy.number) < before)
    return list((await session.scalars(query.order_by(col(Policy.number).desc()).limit(limit))).all())


async def lock_region(session: AsyncSession, region_code: str) -> None:
    """Hold a region, so that its policy gets one new version at a time."""
    await session.execute(sa.select(Region).where(col(Region.code) == region_code).with_for_update(key_share=True))
