"""How much each cooperative brings to each kitchen in a plan: the flows of its map."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.items import Item
from service.domain.plans import Allocation


@dataclass(frozen=True, slots=True)
class Flow:
    """From a cooperative to a kitchen over the whole week: deliveries and weight (grams)."""

    cooperative_id: UUID
    kitchen_id: UUID
    lines: int
    weight_g: int


async def flows_of(session: AsyncSession, plan_id: UUID) -> list[Flow]:
    """Return the flows of a plan, the heaviest first."""
    weight = sa.func.sum(sa.cast(col(Allocation.allocated_qty), sa.Numeric) * col(Item.grams_per_unit))
    query = (
        sa.select(col(Allocation.cooperative_id), col(Allocation.kitchen_id), sa.func.count(), weight)
        .join(Item, col(Item.code) == col(Allocation.item_code))
        .where(col(Allocation.plan_id) == plan_id)
        .group_by(col(Allocation.cooperative_id), col(Allocation.kitchen_id))
        .order_by(weight.desc(), col(Allocation.cooperative_id), col(Allocation.kitchen_id))
    )
    rows = await session.execute(query)
    return [
        Flow(cooperative_id, kitchen_id, int(lines), int(grams)) for cooperative_id, kitchen_id, lines, grams in rows
    ]
