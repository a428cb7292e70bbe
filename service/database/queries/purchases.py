"""Purchases with their lines, and what lies in the outlets: listed, held, shown to whom they concern."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from service.database.queries.locks import for_change
from service.domain.items import Item
from service.domain.organisations import Organisation, Wholesaler
from service.domain.plans import Shortage
from service.domain.purchases import OutletMovement, Purchase, PurchaseLine, PurchaseStatus


@dataclass(frozen=True, slots=True)
class PurchaseFilter:
    """What a list is narrowed to; ``None``: not narrowed. Of a side, all that are named must be it."""

    cooperative_ids: tuple[UUID, ...] = ()
    wholesaler_ids: tuple[UUID, ...] = ()
    week_start: date | None = None
    status: PurchaseStatus | None = None


@dataclass(frozen=True, slots=True)
class PurchaseSummary:
    """A purchase with the names of both sides."""

    purchase: Purchase
    cooperative: Organisation
    wholesaler: Organisation


@dataclass(frozen=True, slots=True)
class ListedPurchaseLine:
    """A line with its purchase and its item."""

    summary: PurchaseSummary
    line: PurchaseLine
    item: Item


@dataclass(frozen=True, slots=True)
class OutletStock:
    """What lies in a cooperative's outlet of an item, base units."""

    cooperative: Organisation
    item: Item
    qty: int


async def wholesalers_by_id(
    session: AsyncSession, ids: Collection[UUID]
) -> dict[UUID, tuple[Organisation, Wholesaler]]:
    """Return wholesalers and their terms."""
    query = (
        sa.select(Organisation, Wholesaler)
        .join(Wholesaler, col(Wholesaler.organisation_id) == col(Organisation.id))
        .where(col(Organisation.id).in_(ids))
    )
    return {row.id: (row, terms) for row, terms in await session.execute(query)}


async def purchases_of_order(session: AsyncSession, order_id: UUID) -> list[tuple[Purchase, PurchaseLine]]:
    """Hold every purchase line of an order, with its purchase; the order is held by the caller."""
    query = (
        sa.select(Purchase, PurchaseLine)
        .join(PurchaseLine, col(PurchaseLine.purchase_id) == col(Purchase.id))
        .where(col(Purchase.order_id) == order_id)
        .order_by(col(Purchase.id), col(PurchaseLine.item_code), col(PurchaseLine.id))
        .with_for_update(key_share=True)
    )
    rows = await session.execute(query.execution_options(populate_existing=True))
    return [(purchase, line) for purchase, line in rows]


async def bought_idr_of(session: AsyncSession, cooperative_id: UUID, wholesaler_id: UUID, week_start: date) -> int:
    """Return what a cooperative's purchases from a wholesaler hold in a week, as in ``held_packs``, in rupiah."""
    packs = sa.func.coalesce(col(PurchaseLine.confirmed_packs), col(PurchaseLine.ordered_packs))
    query = (
        sa.select(sa.func.sum(packs * col(PurchaseLine.price_idr)))
        .join(Purchase, col(Purchase.id) == col(PurchaseLine.purchase_id))
        .where(
            col(Purchase.cooperative_id) == cooperative_id,
            col(Purchase.wholesaler_id) == wholesaler_id,
            col(Purchase.week_start) == week_start,
        )
    )
    return int(await session.scalar(query) or 0)


async def shortages_of_lines(session: AsyncSession, order_line_ids: Collection[UUID]) -> dict[UUID, Shortage]:
    """Return what kitchens lack already of order lines, by line."""
    query = sa.select(Shortage).where(col(Shortage.order_line_id).in_(order_line_ids))
    return {one.order_line_id: one for one in await session.scalars(query) if one.order_line_id}


async def lock_purchase(session: AsyncSession, purchase_id: UUID) -> Purchase:
    """Hold a purchase that was read before; none is ever deleted."""
    query = for_change(sa.select(Purchase).where(col(Purchase.id) == purchase_id))
    return (await session.scalars(query.execution_options(populate_existing=True))).one()


async def due_purchase_ids(session: AsyncSession, now: datetime) -> list[UUID]:
    """Return the purchases that no wholesaler answered in time, region by region."""
    query = sa.select(col(Purchase.id)).where(
        col(Purchase.status) == PurchaseStatus.SENT, col(Purchase.respond_by_at) <= now
    )
    return list(await session.scalars(query.order_by(col(Purchase.region_code), col(Purchase.id))))


async def moved_qty(session: AsyncSession, purchase_line_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return what came to the outlet of each purchase line so far, base units."""
    query = (
        sa.select(col(OutletMovement.purchase_line_id), sa.func.sum(col(OutletMovement.qty)))
        .where(col(OutletMovement.purchase_line_id).in_(purchase_line_ids))
        .group_by(col(OutletMovement.purchase_line_id))
    )
    return {line_id: int(qty) for line_id, qty in await session.execute(query)}


async def lines_of_purchase(session: AsyncSession, purchase_id: UUID) -> list[tuple[PurchaseLine, Item]]:
    """Return the lines with their items, by item."""
    query = (
        sa.select(PurchaseLine, Item)
        .join(Item, col(Item.code) == col(PurchaseLine.item_code))
        .where(col(PurchaseLine.purchase_id) == purchase_id)
        .order_by(col(PurchaseLine.item_code), col(PurchaseLine.id))
    )
    return [(line, item) for line, item in await session.execute(query)]


async def list_purchases(
    session: AsyncSession, *, region_code: str, wanted: PurchaseFilter, after: tuple[date, UUID] | None, limit: int
) -> list[PurchaseSummary]:
    """Return purchases of a region, the latest week first."""
    query = _summaries().where(col(Purchase.region_code) == region_code, *_conditions(wanted))
    if after is not None:
        place = sa.tuple_(col(Purchase.week_start), col(Purchase.id))
        query = query.where(place < sa.tuple_(*(sa.literal(part) for part in after)))
    query = query.order_by(col(Purchase.week_start).desc(), col(Purchase.id).desc()).limit(limit)
    return [PurchaseSummary(*row) for row in await session.execute(query)]


async def list_purchase_lines(
    session: AsyncSession, *, region_code: str, wanted: PurchaseFilter, limit: int
) -> list[ListedPurchaseLine]:
    """Return the lines of purchases of a region, the latest week first."""
    query = (
        _summaries()
        .add_columns(PurchaseLine, Item)
        .join(PurchaseLine, col(PurchaseLine.purchase_id) == col(Purchase.id))
        .join(Item, col(Item.code) == col(PurchaseLine.item_code))
        .where(col(Purchase.region_code) == region_code, *_conditions(wanted))
        .order_by(col(Purchase.week_start).desc(), col(Purchase.id).desc(), col(PurchaseLine.id))
    )
    rows = await session.execute(query.limit(limit))
    return [ListedPurchaseLine(PurchaseSummary(*sides), line, item) for *sides, line, item in rows]


async def purchase_summary(session: AsyncSession, purchase_id: UUID) -> PurchaseSummary | None:
    """Return a purchase with the names of both sides."""
    row = (await session.execute(_summaries().where(col(Purchase.id) == purchase_id))).one_or_none()
    return PurchaseSummary(*row) if row else None


async def list_outlet_stock(
    session: AsyncSession, *, region_code: str, cooperative_id: UUID | None, after: tuple[UUID, str] | None, limit: int
) -> list[OutletStock]:
    """Return what lies in the outlets, by cooperative and item."""
    moved = (
        sa.select(
            col(OutletMovement.cooperative_id), col(OutletMovement.item_code), sa.func.sum(col(OutletMovement.qty))
        )
        .where(col(OutletMovement.region_code) == region_code)
        .group_by(col(OutletMovement.cooperative_id), col(OutletMovement.item_code))
        .having(sa.func.sum(col(OutletMovement.qty)) > 0)
    )
    if cooperative_id is not None:
        moved = moved.where(col(OutletMovement.cooperative_id) == cooperative_id)
    if after is not None:
        place = sa.tuple_(col(OutletMovement.cooperative_id), col(OutletMovement.item_code))
        moved = moved.where(place > sa.tuple_(*(sa.literal(part) for part in after)))
    found = moved.order_by(col(OutletMovement.cooperative_id), col(OutletMovement.item_code)).limit(limit).subquery()
    owner_id, code, qty = found.c
    query = (
        sa.select(Organisation, Item, qty)
        .join(found, owner_id == col(Organisation.id))
        .join(Item, col(Item.code) == code)
        .order_by(owner_id, code)
    )
    return [OutletStock(owner, item, int(amount)) for owner, item, amount in await session.execute(query)]


def _summaries() -> sa.Select[Purchase, Organisation, Organisation]:
    cooperative, wholesaler = aliased(Organisation), aliased(Organisation)
    return (
        sa.select(Purchase, cooperative, wholesaler)
        .join(cooperative, col(cooperative.id) == col(Purchase.cooperative_id))
        .join(wholesaler, col(wholesaler.id) == col(Purchase.wholesaler_id))
    )


def _conditions(wanted: PurchaseFilter) -> Sequence[sa.ColumnElement[bool]]:
    asked = (
        *((Purchase.cooperative_id, one) for one in wanted.cooperative_ids),
        *((Purchase.wholesaler_id, one) for one in wanted.wholesaler_ids),
        (Purchase.week_start, wanted.week_start),
        (Purchase.status, wanted.status),
    )
    return [col(column) == value for column, value in asked if value is not None]
