"""What must be known to give a line to its standby: the line's demand, and the goods there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.queries.lost_goods import lost_goods
from service.database.queries.week_orders import LIVE_LINES
from service.domain.forecasts import Forecast, ForecastLine, ForecastStatus
from service.domain.items import Substitution
from service.domain.offers import Offer, OfferStatus
from service.domain.orders import Order, OrderLine, OrderLineStatus, OrderStatus
from service.domain.organisations import (
    Document,
    Organisation,
    OrganisationStatus,
)
from service.domain.publishing import PlannedDelivery
from service.domain.stocks import Stock, StockStatus
from service.domain.units import BP

LIVE_QTY = sa.case(
    (col(OrderLine.status) == OrderLineStatus.AWAITING_ANSWER, col(OrderLine.ordered_qty)),
    else_=col(OrderLine.accepted_qty),
)
"""What a live line brings, base units."""


async def replaced_line_ids(session: AsyncSession, line_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return those of the lines whose goods another line brings already."""
    query = sa.select(col(OrderLine.replaces_line_id)).where(col(OrderLine.replaces_line_id).in_(line_ids))
    return frozenset(line_id for line_id in await session.scalars(query) if line_id is not None)


async def open_demand(session: AsyncSession, demand_ids: Collection[UUID]) -> dict[UUID, tuple[ForecastLine, int]]:
    """Return the demand lines of forecasts that count, each with what no order holds for it (base units x BP)."""
    held = held_by_demand(col(OrderLine.forecast_line_id).in_(demand_ids))
    query = (
        sa.select(ForecastLine, sa.func.coalesce(held.c.qty, 0))
        .outerjoin(held, held.c.demand_id == col(ForecastLine.id))
        .where(col(ForecastLine.id).in_(demand_ids), _counts())
    )
    return {line.id: (line, line.demanded_qty * BP - int(qty)) for line, qty in await session.execute(query)}


def lacking_demand(demand_ids: sa.Select[UUID]) -> sa.Select[UUID]:
    """Return the query for those of some demand lines that orders do not hold whole.

    It is as quick before PostgreSQL has analysed tables that just grew, which it takes for a handful of rows till then:
    the ids are one array, looked up in indexes, and both sides are added up together instead of joined.
    """
    among: sa.ColumnElement[Any] = sa.any_(sa.func.array(demand_ids.scalar_subquery(), type_=sa.ARRAY(sa.Uuid)))
    wanted_qty = sa.cast(col(ForecastLine.demanded_qty), sa.Numeric) * BP
    wanted = sa.select(col(ForecastLine.id).label("demand_id"), wanted_qty.label("qty"))
    wanted = wanted.where(col(ForecastLine.id) == among, _counts())
    held = held_by_demand(col(OrderLine.forecast_line_id) == among)
    both = sa.union_all(wanted, sa.select(held.c.demand_id, -held.c.qty)).subquery()
    return sa.select(both.c.demand_id).group_by(both.c.demand_id).having(sa.func.sum(both.c.qty) > 0)


def _counts() -> sa.ColumnElement[bool]:
    """Return what makes a demand line count: its forecast is the standing one, and its kitchen may be brought to.

    A value of each line, not a join, which would begin with all forecasts before their table is analysed.
    """
    stands = col(Forecast.status) == ForecastStatus.SUBMITTED
    return (
        sa.select(sa.and_(stands, col(Organisation.status) == OrganisationStatus.ACTIVE))
        .select_from(Forecast)
        .join(Organisation, col(Organisation.id) == col(Forecast.kitchen_id))
        .where(col(Forecast.id) == col(ForecastLine.forecast_id))
        .scalar_subquery()
    )


def held_by_demand(*conditions: sa.ColumnElement[bool]) -> sa.Subquery:
    """Return what orders hold for each demand line (base units x BP), of the order lines that fit the conditions.

    Accepted goods that will not come are not held, as far as others can still bring them.
    """
    lost = lost_goods().lateral("lost")
    coming = sa.cast(LIVE_QTY - lost.c.sought_qty, sa.Numeric)
    return (
        sa.select(
            col(OrderLine.forecast_line_id).label("demand_id"),
            sa.func.sum(coming * sa.func.coalesce(col(Substitution.covers_bp), BP)).label("qty"),
        )
        .select_from(OrderLine)
        .join(lost, sa.true())
        .join(Order, col(Order.id) == col(OrderLine.order_id))
        .join(ForecastLine, col(ForecastLine.id) == col(OrderLine.forecast_line_id))
        .outerjoin(
            Substitution,
            sa.and_(
                col(Substitution.item_code) == col(ForecastLine.item_code),
                col(Substitution.substitute_code) == col(OrderLine.item_code),
            ),
        )
        .where(
            *conditions,
            col(OrderLine.status).in_(LIVE_LINES),
            col(Order.status) != OrderStatus.CANCELLED,
        )
        .group_by(col(OrderLine.forecast_line_id))
        .subquery()
    )


async def covers_of(session: AsyncSession, parts: Collection[PlannedDelivery]) -> dict[tuple[UUID, str], int]:
    """Return for each demand line and delivered item how much of the demand a unit covers, basis points."""
    query = (
        sa.select(col(ForecastLine.id), col(Substitution.substitute_code), col(Substitution.covers_bp))
        .join(Substitution, col(Substitution.item_code) == col(ForecastLine.item_code))
        .where(col(ForecastLine.id).in_({part.forecast_line_id for part in parts}))
    )
    swaps = {(line_id, code): covers_bp for line_id, code, covers_bp in await session.execute(query)}
    keys = {(part.forecast_line_id, part.item_code) for part in parts}
    return {key: swaps.get(key, BP) for key in keys}


async def market_ids(
    session: AsyncSession, *, region_code: str, cooperative_ids: Collection[UUID], item_codes: Collection[str]
) -> tuple[set[UUID], set[UUID]]:
    """Return the open offers of cooperatives, and the open stocks of active wholesalers of a region, of some items."""
    offers = sa.select(col(Offer.id)).where(
        col(Offer.cooperative_id).in_(cooperative_ids),
        col(Offer.item_code).in_(item_codes),
        col(Offer.status) == OfferStatus.OPEN,
    )
    stocks = (
        sa.select(col(Stock.id))
        .join(Organisation, col(Organisation.id) == col(Stock.wholesaler_id))
        .where(
            col(Stock.region_code) == region_code,
            col(Stock.item_code).in_(item_codes),
            col(Stock.status) == StockStatus.OPEN,
            col(Organisation.status) == OrganisationStatus.ACTIVE,
        )
    )
    return set(await session.scalars(offers)), set(await session.scalars(stocks))


async def sellers_of(
    session: AsyncSession, stocks: Iterable[Stock]
) -> tuple[dict[UUID, Organisation], dict[UUID, list[Document]]]:
    """Return the wholesalers of stocks and their papers, by wholesaler."""
    ids = {stock.wholesaler_id for stock in stocks}
    found = await session.scalars(sa.select(Organisation).where(col(Organisation.id).in_(ids)))
    papers: defaultdict[UUID, list[Document]] = defaultdict(list)
    for paper in await session.scalars(sa.select(Document).where(col(Document.organisation_id).in_(ids))):
        papers[paper.organisation_id].append(paper)
    return {seller.id: seller for seller in found}, dict(papers)


async def concerned_member_ids(session: AsyncSession, *, region_code: str, line_ids: Collection[UUID]) -> set[UUID]:
    """Return whom a move of some order lines concerns: their kitchens, standbys and who sells what these could buy."""
    kitchens = sa.select(col(OrderLine.kitchen_id)).where(col(OrderLine.id).in_(line_ids))
    standbys = sa.select(col(OrderLine.standby_cooperative_id)).where(
        col(OrderLine.id).in_(line_ids), col(OrderLine.standby_cooperative_id).is_not(None)
    )
    items = sa.select(col(OrderLine.item_code)).where(col(OrderLine.id).in_(line_ids))
    sellers = sa.select(col(Stock.wholesaler_id)).where(
        col(Stock.region_code) == region_code,
        col(Stock.status) == StockStatus.OPEN,
        col(Stock.item_code).in_(items),
        sa.exists(standbys),
    )
    found = await session.scalars(sa.union(kitchens, standbys, sellers))
    return {one for one in found if one is not None}
