"""What every cooperative of a region has tied up in a week."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.queries.invoices import open_idr_of
from service.database.queries.week_orders import live_lines, pack_cost_idr
from service.domain.exposures import Exposure
from service.domain.items import Item
from service.domain.orders import live_qty
from service.domain.organisations import Cooperative, Organisation
from service.domain.units import BP, Unit, round_rupiah, value_idr


@dataclass(frozen=True, slots=True)
class ExposedCooperative:
    """A cooperative and its exposure."""

    cooperative: Organisation
    exposure: Exposure


async def list_exposures(
    session: AsyncSession, *, region_code: str, week_start: date, own_id: UUID | None, after: str | None, limit: int
) -> list[ExposedCooperative]:
    """Return the cooperatives of a region by code, or the caller's own, with what a week leaves them."""
    owed = await open_idr_of(session, region_code=region_code, but_week=week_start)
    packs = await pack_cost_idr(session, region_code, week_start)
    own_goods = await _own_goods_idr(session, region_code, week_start)
    query = (
        sa.select(Organisation, col(Cooperative.capital_idr))
        .join(Cooperative, col(Cooperative.organisation_id) == col(Organisation.id))
        .where(col(Organisation.region_code) == region_code)
    )
    if own_id is not None:
        query = query.where(col(Organisation.id) == own_id)
    if after is not None:
        query = query.where(col(Organisation.code) > after)
    return [
        ExposedCooperative(one, Exposure(capital, owed.get(one.id, 0), packs.get(one.id, 0), own_goods[one.id]))
        for one, capital in await session.execute(query.order_by(col(Organisation.code)).limit(limit))
    ]


async def _own_goods_idr(session: AsyncSession, region_code: str, week_start: date) -> defaultdict[UUID, int]:
    rows = await session.execute(sa.select(col(Item.code), col(Item.unit)))
    units: dict[str, Unit] = {code: Unit(unit) for code, unit in rows}
    tied: defaultdict[UUID, int] = defaultdict(int)
    for cooperative_id, line, cash_bp in await live_lines(session, region_code, week_start):
        if cash_bp is not None:
            value = value_idr(qty=live_qty(line), price_idr=line.price_idr, unit=units[line.item_code])
            tied[cooperative_id] += round_rupiah(Fraction(value * cash_bp, BP))
    return tied
