"""What a plan to be published consists of, and what its standbys are chosen from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.queries.lead_times import first_days_of
from service.domain.calendars import days_of
from service.domain.forecasts import Forecast, ForecastLine, ForecastStatus
from service.domain.items import Item
from service.domain.offers import Offer, OfferStatus
from service.domain.orders import Order
from service.domain.organisations import (
    ClosedDay,
    Cooperative,
    Document,
    Kitchen,
    Organisation,
    OrganisationStatus,
)
from service.domain.plans import Allocation, Plan, PlanPurchase, Shortage
from service.domain.publishing import PlannedDelivery
from service.domain.stocks import Stock, StockStatus

T = TypeVar("T")
Details = TypeVar("Details", Kitchen, Cooperative)


@dataclass(frozen=True, slots=True)
class PlanParts:
    """The rows of a plan and of what it names."""

    allocations: list[PlannedDelivery]
    purchases: list[PlanPurchase]
    forecast_ids: frozenset[UUID]
    """Of all demand lines, those that stay short too."""
    line_limits: dict[UUID, tuple[str, int]]
    """Item code and price limit (rupiah per kg, litre, piece) of each allocated demand line."""
    items: dict[str, Item]
    numbers: frozenset[str]
    """Numbers of the orders that the week has already."""
    planned: list[PlannedDelivery] = field(default_factory=list)
    """Of a repair: all deliveries of the week, of which ``allocations`` are those that are new."""


@dataclass(frozen=True, slots=True)
class Supply:
    """Who and what a region has in a week, whether the plan uses it or not."""

    kitchens: dict[UUID, tuple[Organisation, Kitchen]]
    cooperatives: dict[UUID, tuple[Organisation, Cooperative]]
    offers: dict[UUID, Offer]
    stocks: dict[UUID, Stock]
    documents: dict[UUID, list[Document]]
    closed_dates: dict[UUID, frozenset[date]]
    first_days: dict[UUID, date]
    """The first cooking day of each stock, if it is ordered now."""


async def read_plan_parts(session: AsyncSession, plan: Plan) -> PlanParts:
    """Read what a plan says, in the order of ids."""
    names = [getattr(Allocation, name) for name in PlannedDelivery.__dataclass_fields__]
    allocations = sa.select(*names).where(col(Allocation.plan_id) == plan.id).order_by(col(Allocation.id))
    purchases = sa.select(PlanPurchase).where(col(PlanPurchase.plan_id) == plan.id)
    allocated_lines = sa.select(col(Allocation.forecast_line_id)).where(col(Allocation.plan_id) == plan.id)
    short_lines = sa.select(col(Shortage.forecast_line_id)).where(col(Shortage.plan_id) == plan.id)
    forecast_ids = sa.select(col(ForecastLine.forecast_id)).where(
        col(ForecastLine.id).in_(allocated_lines.union(short_lines))
    )
    limits = sa.select(col(ForecastLine.id), col(ForecastLine.item_code), col(ForecastLine.max_price_idr)).where(
        col(ForecastLine.id).in_(allocated_lines)
    )
    return PlanParts(
        allocations=[PlannedDelivery(*row) for row in await session.execute(allocations)],
        purchases=list(await session.scalars(purchases)),
        forecast_ids=frozenset(await session.scalars(forecast_ids.distinct())),
        line_limits={line_id: (code, limit) for line_id, code, limit in await session.execute(limits)},
        items={item.code: item for item in await session.scalars(sa.select(Item))},
        numbers=await order_numbers(session, plan),
    )


async def left_out_kitchen_ids(session: AsyncSession, plan: Plan, planned_ids: Collection[UUID]) -> list[UUID]:
    """Return the active kitchens whose forecast counts in a plan's week and is none of those that it was made from."""
    query = (
        sa.select(col(Forecast.kitchen_id))
        .join(Organisation, col(Organisation.id) == col(Forecast.kitchen_id))
        .where(
            col(Forecast.region_code) == plan.region_code,
            col(Forecast.week_start) == plan.week_start,
            col(Forecast.status) == ForecastStatus.SUBMITTED,
            col(Forecast.id).not_in(planned_ids),
            col(Organisation.status) == OrganisationStatus.ACTIVE,
        )
    )
    return list(await session.scalars(query.order_by(col(Forecast.kitchen_id))))


async def order_numbers(session: AsyncSession, plan: Plan) -> frozenset[str]:
    """Return the numbers of the orders that a plan's week has already."""
    query = sa.select(col(Order.number)).where(
        col(Order.region_code) == plan.region_code, col(Order.week_start) == plan.week_start
    )
    return frozenset(await session.scalars(query))


async def read_supply(session: AsyncSession, plan: Plan, parts: PlanParts, *, ordered_date: date) -> Supply:
    """Read the region's members and every source that is open in the week or named by the plan."""
    days = days_of(plan.week_start)
    offers = sa.select(Offer).where(
        sa.or_(
            col(Offer.id).in_({part.offer_id for part in parts.allocations if part.offer_id}),
            sa.and_(
                col(Offer.region_code) == plan.region_code,
                col(Offer.status) == OfferStatus.OPEN,
                col(Offer.from_date) <= days[-1],
                col(Offer.to_date) >= days[0],
            ),
        )
    )
    stocks = sa.select(Stock).where(
        sa.or_(
            col(Stock.id).in_({part.stock_id for part in parts.allocations if part.stock_id}),
            sa.and_(
                col(Stock.region_code) == plan.region_code,
                col(Stock.status) == StockStatus.OPEN,
                col(Stock.from_date) <= days[-1],
                col(Stock.to_date) >= days[0],
            ),
        )
    )
    found = {stock.id: stock for stock in await session.scalars(stocks)}
    return Supply(
        kitchens=await _members(session, Kitchen, plan.region_code),
        cooperatives=await _members(session, Cooperative, plan.region_code),
        offers={offer.id: offer for offer in await session.scalars(offers)},
        stocks=found,
        documents=await _documents(session, plan.region_code),
        closed_dates=await _closed_dates(session, plan.region_code, days),
        first_days=await first_days_of(session, found.values(), ordered_date=ordered_date),
    )


async def _members(
    session: AsyncSession, kind: type[Details], region_code: str
) -> dict[UUID, tuple[Organisation, Details]]:
    query = (
        sa.select(Organisation, kind)
        .join(kind, col(kind.organisation_id) == col(Organisation.id))
        .where(col(Organisation.region_code) == region_code)
    )
    rows: Iterable[Any] = await session.execute(query)
    return {organisation.id: (organisation, details) for organisation, details in rows}


async def _documents(session: AsyncSession, region_code: str) -> dict[UUID, list[Document]]:
    query = (
        sa.select(Document)
        .join(Cooperative, col(Cooperative.organisation_id) == col(Document.organisation_id))
        .join(Organisation, col(Organisation.id) == col(Document.organisation_id))
        .where(col(Organisation.region_code) == region_code)
    )
    return _grouped((paper.organisation_id, paper) for paper in await session.scalars(query))


async def _closed_dates(session: AsyncSession, region_code: str, days: tuple[date, ...]) -> dict[UUID, frozenset[date]]:
    query = (
        sa.select(col(ClosedDay.organisation_id), col(ClosedDay.closed_date))
        .join(Organisation, col(Organisation.id) == col(ClosedDay.organisation_id))
        .where(col(Organisation.region_code) == region_code, col(ClosedDay.closed_date).between(days[0], days[-1]))
    )
    rows = [(organisation_id, day) for organisation_id, day in await session.execute(query)]
    return {key: frozenset(dates) for key, dates in _grouped(rows).items()}


def _grouped(rows: Iterable[tuple[UUID, T]]) -> dict[UUID, list[T]]:
    groups: defaultdict[UUID, list[T]] = defaultdict(list)
    for key, row in rows:
        groups[key].append(row)
    return dict(groups)
