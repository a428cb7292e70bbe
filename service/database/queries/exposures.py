"""What the members of a region have tied up in a week."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.queries.invoices import Debt, debts_of_kitchens, open_idr_of
from service.database.queries.under_way import under_way_idr
from service.database.queries.week_orders import ordered_idr, own_goods, pack_cost_idr
from service.domain.exposures import Exposure, KitchenExposure, TiedUp, cash_share_idr
from service.domain.items import Item
from service.domain.organisations import Cooperative, Kitchen, Organisation
from service.domain.units import Unit


@dataclass(frozen=True, slots=True)
class ExposedCooperative:
    """A cooperative and its exposure."""

    cooperative: Organisation
    exposure: Exposure


@dataclass(frozen=True, slots=True)
class ExposedKitchen:
    """A kitchen and its exposure."""

    kitchen: Organisation
    exposure: KitchenExposure


async def list_exposures(
    session: AsyncSession, *, region_code: str, week_start: date, own_id: UUID | None, after: str | None, limit: int
) -> list[ExposedCooperative]:
    """Return the cooperatives of a region by code, or the caller's own, with what a week leaves them."""
    query = (
        sa.select(Organisation, col(Cooperative.capital_idr))
        .join(Cooperative, col(Cooperative.organisation_id) == col(Organisation.id))
        .where(*_members(region_code, own_id, after))
    )
    members = (await session.execute(query.order_by(col(Organisation.code)).limit(limit))).all()
    ids = [one.id for one, _ in members]
    tied_up = await tied_up_of(session, ids, region_code=region_code, week_start=week_start)
    return [
        ExposedCooperative(one, tied_up.exposure_of(one.id, capital_idr=capital_idr)) for one, capital_idr in members
    ]


async def free_idr_of(
    session: AsyncSession, cooperative_ids: Collection[UUID], *, region_code: str, week_start: date
) -> dict[UUID, int]:
    """Return what some cooperatives of a region can still pay in advance in a week, in rupiah."""
    if not cooperative_ids:
        return {}
    tied_up = await tied_up_of(session, cooperative_ids, region_code=region_code, week_start=week_start)
    query = sa.select(col(Cooperative.organisation_id), col(Cooperative.capital_idr)).where(
        col(Cooperative.organisation_id).in_(cooperative_ids)
    )
    capitals = await session.execute(query)
    return {key: tied_up.exposure_of(key, capital_idr=capital_idr).free_idr for key, capital_idr in capitals}


async def tied_up_of(
    session: AsyncSession, cooperative_ids: Collection[UUID], *, region_code: str, week_start: date
) -> TiedUp:
    """Return what ties up the capital of some cooperatives of a region in a week."""
    own = await own_goods(session, region_code, week_start, cooperative_ids)
    return TiedUp(
        owed_idr=await open_idr_of(session, cooperative_ids, region_code=region_code, but_week=week_start),
        under_way_idr=await under_way_idr(session, cooperative_ids, region_code=region_code, but_week=week_start),
        packs_idr=await pack_cost_idr(session, region_code, week_start, cooperative_ids),
        own_goods_idr=cash_share_idr(own, await _units(session)),
    )


async def list_kitchen_exposures(
    session: AsyncSession,
    *,
    region_code: str,
    week_start: date,
    today: date,
    own_id: UUID | None,
    after: str | None,
    limit: int,
) -> list[ExposedKitchen]:
    """Return the kitchens of a region by code, or the caller's own, with what they owe and will owe."""
    debts = await debts_of_kitchens(session, region_code=region_code, but_week=week_start, today=today)
    query = (
        sa.select(Organisation)
        .join(Kitchen, col(Kitchen.organisation_id) == col(Organisation.id))
        .where(*_members(region_code, own_id, after))
    )
    members = (await session.scalars(query.order_by(col(Organisation.code)).limit(limit))).all()
    ordered = await ordered_idr(session, week_start, [one.id for one in members])
    found = []
    for one in members:
        debt = debts.get(one.id, Debt())
        exposure = KitchenExposure(debt.owed_idr, debt.overdue_idr, ordered.get(one.id, 0), debt.refundable_idr)
        found.append(ExposedKitchen(one, exposure))
    return found


def _members(region_code: str, own_id: UUID | None, after: str | None) -> list[sa.ColumnElement[bool]]:
    conditions = [col(Organisation.region_code) == region_code]
    if own_id is not None:
        conditions.append(col(Organisation.id) == own_id)
    if after is not None:
        conditions.append(col(Organisation.code) > after)
    return conditions


async def _units(session: AsyncSession) -> dict[str, Unit]:
    return {code: Unit(unit) for code, unit in await session.execute(sa.select(col(Item.code), col(Item.unit)))}
