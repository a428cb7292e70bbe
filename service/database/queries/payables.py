"""Payments of purchases."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.payables import PurchasePayment


async def payments_of_purchase(session: AsyncSession, purchase_id: UUID) -> list[PurchasePayment]:
    """Return what was paid for a purchase and taken back, the first first."""
    query = sa.select(PurchasePayment).where(col(PurchasePayment.purchase_id) == purchase_id)
    order = (col(PurchasePayment.paid_on), col(PurchasePayment.created_at), col(PurchasePayment.id))
    return list(await session.scalars(query.order_by(*order)))


async def is_reversed(session: AsyncSession, payment_id: UUID) -> bool:
    """Tell whether a payment was taken back; it stands still while its purchase is held."""
    return bool(await session.scalar(sa.select(sa.exists().where(col(PurchasePayment.reverses_id) == payment_id))))
