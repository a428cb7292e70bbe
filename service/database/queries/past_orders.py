"""What an import of past orders is compared with: names that exist, orders that are known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from service.domain.items import Item
from service.domain.orders import Order, OrderLine
from service.domain.organisations import Organisation, OrganisationKind
from service.domain.past_orders import PastFacts, PastLine, PastOrder


async def read_past_facts(session: AsyncSession, region_code: str) -> PastFacts:
    """Return the names that a sheet of the region may use."""
    query = sa.select(col(Organisation.kind), col(Organisation.code), col(Organisation.id)).where(
        col(Organisation.region_code) == region_code
    )
    ids: defaultdict[OrganisationKind, dict[str, UUID]] = defaultdict(dict)
    for kind, code, key in await session.execute(query):
        ids[kind][code] = key
    item_codes = frozenset(await session.scalars(sa.select(col(Item.code))))
    return PastFacts(ids[OrganisationKind.COOPERATIVE], ids[OrganisationKind.KITCHEN], item_codes)


async def read_known_orders(session: AsyncSession, region_code: str, numbers: Collection[str]) -> dict[str, PastOrder]:
    """Return the region's orders with one of the numbers, as a sheet would tell them."""
    cooperative, kitchen = aliased(Organisation), aliased(Organisation)
    heads = (
        sa.select(col(Order.id), col(Order.number), col(Order.week_start), col(cooperative.code))
        .join(cooperative, col(cooperative.id) == col(Order.cooperative_id))
        .where(col(Order.region_code) == region_code, col(Order.number).in_(numbers))
    )
    orders = {order_id: (number, week, code) for order_id, number, week, code in await session.execute(heads)}
    details = (
        sa.select(
            col(OrderLine.order_id),
            col(kitchen.code),
            col(OrderLine.item_code),
            col(OrderLine.needed_date),
            col(OrderLine.ordered_qty),
            sa.func.coalesce(col(OrderLine.accepted_qty), -1),
            col(OrderLine.price_idr),
        )
        .join(kitchen, col(kitchen.id) == col(OrderLine.kitchen_id))
        .where(col(OrderLine.order_id).in_(orders))
    )
    lines: defaultdict[UUID, list[PastLine]] = defaultdict(list)
    for order_id, kitchen_code, item_code, day, ordered_qty, accepted_qty, price_idr in await session.execute(details):
        lines[order_id].append(PastLine(kitchen_code, item_code, day, ordered_qty, accepted_qty, price_idr))
    return {
        number: PastOrder(number, week, code, tuple(lines[order_id]))
        for order_id, (number, week, code) in orders.items()
    }
