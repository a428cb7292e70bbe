"""Rows of photos: counted, listed, and which files nobody refers to."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.receipt_photos import ReceiptPhoto


async def photos_of_line(session: AsyncSession, receipt_line_id: UUID) -> list[ReceiptPhoto]:
    """Return the photos of a line, the first first; they stand still while the delivery is held."""
    query = sa.select(ReceiptPhoto).where(col(ReceiptPhoto.receipt_line_id) == receipt_line_id)
    return list(await session.scalars(query.order_by(col(ReceiptPhoto.created_at), col(ReceiptPhoto.id))))


async def photos_of_receipt(session: AsyncSession, receipt_id: UUID) -> list[ReceiptPhoto]:
    """Return the photos of a receipt, the first first."""
    query = sa.select(ReceiptPhoto).where(col(ReceiptPhoto.receipt_id) == receipt_id)
    return list(await session.scalars(query.order_by(col(ReceiptPhoto.created_at), col(ReceiptPhoto.id))))


async def hold_digest(session: AsyncSession, digest: str) -> None:
    """Keep a picture's file from being taken away until the unit of work ends, though no row names it yet."""
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(_lock_number(digest))))


async def free_digests(session: AsyncSession, digests: Collection[str]) -> list[str]:
    """Hold those of some pictures that nobody is just adding, until the unit of work ends; no waiting."""
    held = sa.func.pg_try_advisory_xact_lock
    return [one for one in digests if await session.scalar(sa.select(held(_lock_number(one))))]


def _lock_number(digest: str) -> int:
    return int.from_bytes(bytes.fromhex(digest[:16]), signed=True)


async def known_digests(session: AsyncSession, digests: Collection[str]) -> frozenset[str]:
    """Return those of some files that a row refers to."""
    query = sa.select(col(ReceiptPhoto.sha256)).where(col(ReceiptPhoto.sha256).in_(digests)).distinct()
    return frozenset(await session.scalars(query))
