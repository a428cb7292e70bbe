"""Receipts with their lines and signatures."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.receipts import Receipt, ReceiptLine, Signature


async def receipt_of(session: AsyncSession, delivery_id: UUID) -> Receipt | None:
    """Return what was taken in of a delivery; it stands still while the delivery is held."""
    query = sa.select(Receipt).where(col(Receipt.delivery_id) == delivery_id)
    return (await session.scalars(query.execution_options(populate_existing=True))).one_or_none()


async def receipt_lines(session: AsyncSession, receipt_id: UUID) -> list[ReceiptLine]:
    """Return the lines that were weighed."""
    query = sa.select(ReceiptLine).where(col(ReceiptLine.receipt_id) == receipt_id).order_by(col(ReceiptLine.id))
    return list(await session.scalars(query))


async def signatures_of(session: AsyncSession, receipt_id: UUID) -> list[Signature]:
    """Return who signed, the first first."""
    query = sa.select(Signature).where(col(Signature.receipt_id) == receipt_id).order_by(col(Signature.signed_at))
    return list(await session.scalars(query))
