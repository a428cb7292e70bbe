"""Rows held until the unit of work ends, always in id order and as late as possible, so that two units never deadlock.

The order over tables is: plans, organisations, forecasts, orders, order lines, offers, stocks; of goods on their way:
deliveries, their region, recalls. Rows to be changed are held with FOR NO KEY UPDATE, which lets others insert rows
that refer to them, and so are members whose money is spent; rows that must stay as they are with FOR SHARE. What was
read before is read anew, since it may have changed while we waited.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.forecasts import Forecast
from service.domain.offers import Offer
from service.domain.orders import Order, OrderLine
from service.domain.organisations import Organisation
from service.domain.places import Region
from service.domain.plans import Plan
from service.domain.stocks import Stock
from service.domain.tables import Row

E = TypeVar("E", bound=Row)


def for_change(query: sa.Select[E]) -> sa.Select[E]:
    """Hold the rows of a query against everybody who would change or hold them."""
    return query.with_for_update(key_share=True)


def for_keeping(query: sa.Select[E]) -> sa.Select[E]:
    """Hold the rows of a query against change; others may hold them so too."""
    return query.with_for_update(read=True)


async def lock_plans_of_week(session: AsyncSession, *, region_code: str, week_start: date) -> list[Plan]:
    """Hold all plans of a region's week: of several that are published at once, one comes first."""
    query = sa.select(Plan).where(col(Plan.region_code) == region_code, col(Plan.week_start) == week_start)
    return await _held(session, for_change(query.order_by(col(Plan.id))))


async def lock_plans_from(session: AsyncSession, *, region_code: str, first_week: date) -> list[Plan]:
    """Hold all plans of a region from a week on: whoever orders or moves goods of these weeks has ended."""
    query = sa.select(Plan).where(col(Plan.region_code) == region_code, col(Plan.week_start) >= first_week)
    return await _held(session, for_change(query.order_by(col(Plan.id))))


async def lock_organisations(session: AsyncSession, ids: Collection[UUID]) -> list[Organisation]:
    """Hold organisations against everybody who holds them: of several who spend a member's capital one comes first."""
    query = sa.select(Organisation).where(col(Organisation.id).in_(ids)).order_by(col(Organisation.id))
    return await _held(session, for_change(query))


async def keep_organisations(session: AsyncSession, ids: Collection[UUID]) -> list[Organisation]:
    """Hold organisations as they are."""
    query = sa.select(Organisation).where(col(Organisation.id).in_(ids)).order_by(col(Organisation.id))
    return await _held(session, for_keeping(query))


async def keep_forecasts(session: AsyncSession, ids: Collection[UUID]) -> list[Forecast]:
    """Hold forecasts as they are."""
    query = sa.select(Forecast).where(col(Forecast.id).in_(ids)).order_by(col(Forecast.id))
    return await _held(session, for_keeping(query))


async def lock_order(session: AsyncSession, order_id: UUID) -> Order:
    """Hold an order that was read before; none is ever deleted."""
    [order] = await _held(session, for_change(sa.select(Order).where(col(Order.id) == order_id)))
    return order


async def lock_orders_of_week(session: AsyncSession, *, region_code: str, week_start: date) -> list[Order]:
    """Hold all orders of a region's week; with each its lines stand still, since whoever changes those holds it."""
    query = sa.select(Order).where(col(Order.region_code) == region_code, col(Order.week_start) == week_start)
    return await _held(session, for_change(query.order_by(col(Order.id))))


async def lock_order_lines(session: AsyncSession, order_id: UUID) -> list[OrderLine]:
    """Hold all lines of an order."""
    query = sa.select(OrderLine).where(col(OrderLine.order_id) == order_id).order_by(col(OrderLine.id))
    return await _held(session, for_change(query))


async def lock_offers(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Offer]:
    """Hold offers, by id."""
    query = sa.select(Offer).where(col(Offer.id).in_(ids)).order_by(col(Offer.id))
    return {offer.id: offer for offer in await _held(session, for_change(query))}


async def lock_stocks(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Stock]:
    """Hold stocks, by id."""
    query = sa.select(Stock).where(col(Stock.id).in_(ids)).order_by(col(Stock.id))
    return {stock.id: stock for stock in await _held(session, for_change(query))}


async def lock_region(session: AsyncSession, region_code: str) -> Region:
    """Hold a region against those who move goods in it: they have ended, or begin once this unit has."""
    [region] = await _held(session, for_change(sa.select(Region).where(col(Region.code) == region_code)))
    return region


async def keep_region(session: AsyncSession, region_code: str) -> Region:
    """Hold a region as it is: nobody calls goods back in it meanwhile."""
    [region] = await _held(session, for_keeping(sa.select(Region).where(col(Region.code) == region_code)))
    return region


async def _held(session: AsyncSession, query: sa.Select[E]) -> list[E]:
    return list(await session.scalars(query.execution_options(populate_existing=True)))
