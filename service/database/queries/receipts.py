"""Receipts with their lines and signatures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from service.domain.deliveries import Delivery
from service.domain.items import Item
from service.domain.organisations import Organisation
from service.domain.receipts import Receipt, ReceiptLine, ReceiptStatus, Signature


@dataclass(frozen=True, slots=True)
class ReceiptFilter:
    """What a list is narrowed to; ``None``: not narrowed. Of a side, all that are named must be it."""

    cooperative_ids: tuple[UUID, ...] = ()
    kitchen_ids: tuple[UUID, ...] = ()
    week_start: date | None = None
    status: ReceiptStatus | None = None


@dataclass(frozen=True, slots=True)
class ReceiptSummary:
    """A receipt with its note and the names of both sides."""

    receipt: Receipt
    delivery: Delivery
    cooperative: Organisation
    kitchen: Organisation


@dataclass(frozen=True, slots=True)
class ListedReceiptLine:
    """A weighed line with its receipt and its item."""

    summary: ReceiptSummary
    line: ReceiptLine
    item: Item


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


async def list_receipts(
    session: AsyncSession, *, region_code: str, wanted: ReceiptFilter, after: tuple[date, UUID] | None, limit: int
) -> list[ReceiptSummary]:
    """Return receipts of a region, the latest week first."""
    query = _summaries().where(col(Receipt.region_code) == region_code, *_conditions(wanted))
    place = sa.tuple_(col(Receipt.week_start), col(Receipt.id))
    if after is not None:
        query = query.where(place < sa.tuple_(*(sa.literal(part) for part in after)))
    query = query.order_by(col(Receipt.week_start).desc(), col(Receipt.id).desc()).limit(limit)
    return [ReceiptSummary(*row) for row in await session.execute(query)]


async def list_receipt_lines(
    session: AsyncSession, *, region_code: str, wanted: ReceiptFilter, limit: int
) -> list[ListedReceiptLine]:
    """Return the weighed lines of receipts of a region, the latest week first."""
    query = (
        _summaries()
        .add_columns(ReceiptLine, Item)
        .join(ReceiptLine, col(ReceiptLine.receipt_id) == col(Receipt.id))
        .join(Item, col(Item.code) == col(ReceiptLine.item_code))
        .where(col(Receipt.region_code) == region_code, *_conditions(wanted))
        .order_by(col(Receipt.week_start).desc(), col(Receipt.id).desc(), col(ReceiptLine.id))
    )
    rows = await session.execute(query.limit(limit))
    return [ListedReceiptLine(ReceiptSummary(*sides), line, item) for *sides, line, item in rows]


def _summaries() -> sa.Select[Receipt, Delivery, Organisation, Organisation]:
    cooperative, kitchen = aliased(Organisation), aliased(Organisation)
    return (
        sa.select(Receipt, Delivery, cooperative, kitchen)
        .join(Delivery, col(Delivery.id) == col(Receipt.delivery_id))
        .join(cooperative, col(cooperative.id) == col(Receipt.cooperative_id))
        .join(kitchen, col(kitchen.id) == col(Receipt.kitchen_id))
    )


def _conditions(wanted: ReceiptFilter) -> list[sa.ColumnElement[bool]]:
    asked = (
        *((Receipt.cooperative_id, one) for one in wanted.cooperative_ids),
        *((Receipt.kitchen_id, one) for one in wanted.kitchen_ids),
        (Receipt.week_start, wanted.week_start),
        (Receipt.status, wanted.status),
    )
    return [col(column) == value for column, value in asked if value is not None]
