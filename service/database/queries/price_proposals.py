"""Counter-prices: held, listed for both sides, and the lawful limits they are checked against."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from service.database.cursors import Cursor, older_than
from service.database.queries.locks import for_change
from service.domain.items import Item
from service.domain.orders import Order, OrderLine
from service.domain.organisations import Organisation
from service.domain.price_proposals import PriceProposal, PriceProposalStatus


@dataclass(frozen=True, slots=True)
class ShownProposal:
    """A proposal with the names that people know things by."""

    proposal: PriceProposal
    order: Order
    line: OrderLine
    item: Item
    cooperative: Organisation
    kitchen: Organisation


async def lock_open_proposals(session: AsyncSession, line_ids: Collection[UUID]) -> list[PriceProposal]:
    """Hold the open proposals of order lines; the order is held by the caller."""
    query = (
        sa.select(PriceProposal)
        .where(col(PriceProposal.order_line_id).in_(line_ids), col(PriceProposal.status) == PriceProposalStatus.OPEN)
        .order_by(col(PriceProposal.id))
    )
    return list(await session.scalars(for_change(query).execution_options(populate_existing=True)))


async def list_proposals(
    session: AsyncSession,
    *,
    region_code: str,
    organisation_id: UUID | None,
    status: PriceProposalStatus | None,
    after: Cursor | None,
    limit: int,
) -> list[ShownProposal]:
    """Return proposals of a region, the latest first; only those of one side if it is named."""
    query = _shown().where(col(PriceProposal.region_code) == region_code)
    if organisation_id is not None:
        sides = (col(PriceProposal.cooperative_id), col(PriceProposal.kitchen_id))
        query = query.where(sa.or_(*(side == organisation_id for side in sides)))
    if status is not None:
        query = query.where(col(PriceProposal.status) == status)
    query = query.where(older_than(after, col(PriceProposal.created_at), col(PriceProposal.id)))
    query = query.order_by(col(PriceProposal.created_at).desc(), col(PriceProposal.id).desc()).limit(limit)
    return [ShownProposal(*row) for row in await session.execute(query)]


async def shown_proposals(session: AsyncSession, ids: Collection[UUID]) -> list[ShownProposal]:
    """Return proposals with their names, by place in the order."""
    query = _shown().where(col(PriceProposal.id).in_(ids)).order_by(col(OrderLine.position))
    return [ShownProposal(*row) for row in await session.execute(query)]


async def proposals_of_order(session: AsyncSession, order_id: UUID) -> list[PriceProposal]:
    """Return what was proposed for the lines of an order, the earliest first."""
    query = (
        sa.select(PriceProposal)
        .where(col(PriceProposal.order_id) == order_id)
        .order_by(col(PriceProposal.created_at), col(PriceProposal.id))
    )
    return list(await session.scalars(query))


def _shown() -> sa.Select[PriceProposal, Order, OrderLine, Item, Organisation, Organisation]:
    cooperative, kitchen = aliased(Organisation), aliased(Organisation)
    return (
        sa.select(PriceProposal, Order, OrderLine, Item, cooperative, kitchen)
        .join(Order, col(Order.id) == col(PriceProposal.order_id))
        .join(OrderLine, col(OrderLine.id) == col(PriceProposal.order_line_id))
        .join(Item, col(Item.code) == col(OrderLine.item_code))
        .join(cooperative, col(cooperative.id) == col(PriceProposal.cooperative_id))
        .join(kitchen, col(kitchen.id) == col(PriceProposal.kitchen_id))
    )
