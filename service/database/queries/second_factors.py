"""Second factors, held by one transaction at a time so that a code is taken once."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.second_factors import SecondFactor


async def find_factor(session: AsyncSession, user_id: UUID) -> SecondFactor | None:
    """Return a person's second factor, confirmed or not."""
    query = sa.select(SecondFactor).where(col(SecondFactor.user_id) == user_id)
    return (await session.scalars(query)).one_or_none()


async def hold_factor(session: AsyncSession, user_id: UUID) -> SecondFactor | None:
    """Return a person's second factor as it is now, and keep others from it until the transaction ends."""
    query = sa.select(SecondFactor).where(col(SecondFactor.user_id) == user_id).with_for_update()
    return (await session.scalars(query.execution_options(populate_existing=True))).one_or_none()


async def delete_factor(session: AsyncSession, user_id: UUID) -> None:
    """Take a person's second factor away; the caller holds the person."""
    await session.execute(sa.delete(SecondFactor).where(col(SecondFactor.user_id) == user_id))
