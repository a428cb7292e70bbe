"""Payments of purchases, and those that are late."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.payables import PurchasePayment
from service.domain.places import Region
from service.domain.purchases import Purchase


async def payments_of_purchase(session: AsyncSession, purchase_id: UUID) -> list[PurchasePayment]:
    """Return what was paid for a purchase and taken back, the first first."""
    query = sa.select(PurchasePayment).where(col(PurchasePayment.purchase_id) == purchase_id)
    order = (col(PurchasePayment.paid_on), col(PurchasePayment.created_at), col(PurchasePayment.id))
    return list(await session.scalars(query.order_by(*order)))


async def late_purchase_ids(session: AsyncSession, now: datetime) -> list[UUID]:
    """Return the purchases that are paid late and nobody was told of, in the order of regions and ids."""
    today = sa.cast(sa.func.timezone(col(Region.timezone), now), sa.Date)
    query = (
        sa.select(col(Purchase.id))
        .join(Region, col(Region.code) == col(Purchase.region_code))
        .where(
            col(Purchase.paid_idr) < col(Purchase.total_idr),
            col(Purchase.overdue_told_at).is_(None),
            col(Purchase.owed_on) + col(Purchase.due_days) < today,
        )
    )
    return list(await session.scalars(query.order_by(col(Purchase.region_code), col(Purchase.id))))


async def reversal_of(session: AsyncSession, payment_id: UUID) -> PurchasePayment | None:
    """Return what took a payment back, if anything did; it stands still while its purchase is held."""
    query = sa.select(PurchasePayment).where(col(PurchasePayment.reverses_id) == payment_id)
    return (await session.scalars(query)).one_or_none()
