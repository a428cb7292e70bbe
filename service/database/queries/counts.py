"""How much there is: totals for overviews."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.forecasts import Forecast, ForecastLine, ForecastStatus
from service.domain.items import Item
from service.domain.offers import Offer, OfferStatus
from service.domain.orders import Order, OrderLine, OrderLineStatus
from service.domain.organisations import Organisation, OrganisationKind, OrganisationStatus
from service.domain.places import Kecamatan, Kelurahan
from service.domain.stocks import Stock, StockStatus


async def week_counts(session: AsyncSession, region_code: str, week_start: date) -> dict[str, int]:
    """Return what a region has and what its week is about, by plural noun."""
    submitted = [
        col(Forecast.region_code) == region_code,
        col(Forecast.week_start) == week_start,
        col(Forecast.status) == ForecastStatus.SUBMITTED,
    ]
    queries: dict[str, sa.Select[Any]] = {
        "kelurahan": sa.select(sa.func.count())
        .select_from(Kelurahan)
        .join(Kecamatan, col(Kecamatan.code) == col(Kelurahan.kecamatan_code))
        .where(col(Kecamatan.region_code) == region_code),
        "items": _count(Item),
        "kitchens": _organisations(region_code, OrganisationKind.KITCHEN),
        "cooperatives": _organisations(region_code, OrganisationKind.COOPERATIVE),
        "of them operating": _organisations(region_code, OrganisationKind.COOPERATIVE).where(
            col(Organisation.status) == OrganisationStatus.ACTIVE
        ),
        "wholesalers": _organisations(region_code, OrganisationKind.WHOLESALER),
        "offers": _count(Offer).where(col(Offer.region_code) == region_code, col(Offer.status) == OfferStatus.OPEN),
        "stocks": _count(Stock).where(col(Stock.region_code) == region_code, col(Stock.status) == StockStatus.OPEN),
        "forecasts": _count(Forecast).where(*submitted),
        "demand lines": _count(ForecastLine)
        .join(Forecast, col(Forecast.id) == col(ForecastLine.forecast_id))
        .where(*submitted),
        "past order lines": _count(OrderLine)
        .join(Order, col(Order.id) == col(OrderLine.order_id))
        .where(col(Order.region_code) == region_code, col(Order.week_start) < week_start),
    }
    return {noun: int(await session.scalar(query) or 0) for noun, query in queries.items()}


async def answer_counts(session: AsyncSession, plan_id: UUID) -> dict[OrderLineStatus, int]:
    """Return how many lines of a plan's orders stand at each status, in the order of the statuses."""
    query = (
        sa.select(col(OrderLine.status), sa.func.count())
        .join(Order, col(Order.id) == col(OrderLine.order_id))
        .where(col(Order.plan_id) == plan_id)
        .group_by(col(OrderLine.status))
    )
    found = {row[0]: row[1] for row in await session.execute(query)}
    return {status: found[status] for status in OrderLineStatus if status in found}


def _count(table: type[Any]) -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(table)


def _organisations(region_code: str, kind: OrganisationKind) -> sa.Select[Any]:
    return _count(Organisation).where(col(Organisation.region_code) == region_code, col(Organisation.kind) == kind)
