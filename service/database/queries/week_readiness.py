"""How ready a region's week is to be planned: who has posted, and what there is of each item beside what is needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.calendars import DAYS_PER_WEEK, days_of
from service.domain.contacts import Contact
from service.domain.forecasts import Forecast, ForecastLine, ForecastStatus
from service.domain.items import Item
from service.domain.offers import Offer, OfferStatus
from service.domain.organisations import Organisation, OrganisationKind, OrganisationStatus
from service.domain.people import User
from service.domain.stocks import Stock, StockStatus


@dataclass(frozen=True, slots=True)
class Poster:
    """An active organisation: whether its demand or supply of the week is posted, begun, and whom to call."""

    organisation: Organisation
    has_posted: bool
    has_draft: bool
    phone: str | None


@dataclass(frozen=True, slots=True)
class ItemBalance:
    """An item of the week: needed, offered by cooperatives, in wholesalers' packs; base units."""

    item: Item
    demanded_qty: int
    offered_qty: int
    stock_qty: int

    @property
    def lacking_qty(self) -> int:
        """What is needed beyond all that is there, whoever could bring it."""
        return max(0, self.demanded_qty - self.offered_qty - self.stock_qty)


async def who_posts(session: AsyncSession, *, region_code: str, week_start: date) -> list[Poster]:
    """Return the active kitchens, cooperatives and wholesalers of a region by kind and name."""
    forecast = (col(Forecast.kitchen_id) == col(Organisation.id), col(Forecast.week_start) == week_start)
    submitted = sa.exists().where(*forecast, col(Forecast.status) == ForecastStatus.SUBMITTED)
    draft = sa.exists().where(*forecast, col(Forecast.status) == ForecastStatus.DRAFT)
    offers = sa.exists().where(col(Offer.cooperative_id) == col(Organisation.id), *_open_offers(week_start))
    stocks = sa.exists().where(col(Stock.wholesaler_id) == col(Organisation.id), *_open_stocks(week_start))
    phone = (
        sa.select(sa.func.min(col(Contact.phone)))
        .join(User, col(User.id) == col(Contact.user_id))
        .where(col(User.organisation_id) == col(Organisation.id))
        .scalar_subquery()
    )
    query = (
        sa.select(Organisation, sa.or_(submitted, offers, stocks), draft, phone)
        .where(
            col(Organisation.region_code) == region_code,
            col(Organisation.status) == OrganisationStatus.ACTIVE,
            col(Organisation.kind) != OrganisationKind.CITY_OFFICE,
        )
        .order_by(col(Organisation.kind), col(Organisation.name), col(Organisation.id))
    )
    return [Poster(*row) for row in await session.execute(query)]


async def item_balances(session: AsyncSession, *, region_code: str, week_start: date) -> list[ItemBalance]:
    """Return what is needed of each item in a week and what is there, what lacks most of its need first."""
    demand = (
        sa.select(col(ForecastLine.item_code), sa.func.sum(col(ForecastLine.demanded_qty)))
        .join(Forecast, col(Forecast.id) == col(ForecastLine.forecast_id))
        .where(
            col(Forecast.region_code) == region_code,
            col(Forecast.week_start) == week_start,
            col(Forecast.status) == ForecastStatus.SUBMITTED,
        )
        .group_by(col(ForecastLine.item_code))
    )
    offers = (
        sa.select(col(Offer.item_code), sa.func.sum(col(Offer.offered_qty)))
        .where(col(Offer.region_code) == region_code, *_open_offers(week_start))
        .group_by(col(Offer.item_code))
    )
    stocks = (
        sa.select(
            col(Stock.item_code), sa.func.sum((col(Stock.packs) - col(Stock.elsewhere_packs)) * col(Stock.pack_qty))
        )
        .where(col(Stock.region_code) == region_code, *_open_stocks(week_start))
        .group_by(col(Stock.item_code))
    )
    needed, offered, stocked = [await _by_item(session, query) for query in (demand, offers, stocks)]
    found = await session.scalars(sa.select(Item).where(col(Item.code).in_(needed | offered | stocked)))
    rows = [ItemBalance(one, *(part.get(one.code, 0) for part in (needed, offered, stocked))) for one in found]
    return sorted(rows, key=lambda row: (-row.lacking_qty / max(1, row.demanded_qty), row.item.name_id))


def _open_offers(week_start: date) -> tuple[sa.ColumnElement[bool], ...]:
    first, last = _ends(week_start)
    return (
        col(Offer.status) == OfferStatus.OPEN,
        col(Offer.from_date) <= last,
        col(Offer.to_date) >= first,
    )


def _open_stocks(week_start: date) -> tuple[sa.ColumnElement[bool], ...]:
    first, last = _ends(week_start)
    return (
        col(Stock.status) == StockStatus.OPEN,
        col(Stock.from_date) <= last,
        col(Stock.to_date) >= first,
    )


def _ends(week_start: date) -> tuple[date, date]:
    days = days_of(week_start)
    return days[0], days[DAYS_PER_WEEK - 1]


async def _by_item(session: AsyncSession, query: sa.Select[*tuple[Any, ...]]) -> dict[str, int]:
    return {str(code): int(qty) for code, qty in await session.execute(query)}
