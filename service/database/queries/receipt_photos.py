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


async def known_digests(session: AsyncSession, digests: Collection[str]) -> frozenset[str]:
    """Return those of some files that a row refers to."""
    query = sa.select(col(ReceiptPhoto.sha256)).where(col(ReceiptPhoto.sha256).in_(digests)).distinct()
    return frozenset(await session.scalars(query))
