"""Everything a matching run must know of a region's week, read at one instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.queries.fairness import accepted_value_idr
from service.database.queries.invoices import open_idr_of
from service.database.queries.lost_goods import sought_of_week
from service.database.queries.recalls import recalled_supply
from service.database.queries.reliability import Ledger, Records, read_records
from service.database.queries.under_way import under_way_idr
from service.database.queries.week_orders import (
    PlannedLine,
    declined_goods,
    live_lines,
    pack_cost_idr,
    planned_lines,
)
from service.domain.calendars import days_of
from service.domain.declines import DeclinedGoods
from service.domain.fairness import LEDGER_WEEKS
from service.domain.forecasts import Forecast, ForecastLine, ForecastStatus
from service.domain.items import Item, Substitution
from service.domain.offers import Offer, OfferLot, OfferStatus
from service.domain.orders import OrderLine
from service.domain.organisations import (
    ClosedDay,
    Cooperative,
    DayCapacity,
    Document,
    Kitchen,
    Organisation,
    Wholesaler,
)
from service.domain.places import Kelurahan, Region
from service.domain.policies import Policy
from service.domain.price_caps import PriceCap, PriceException
from service.domain.recalled_supply import RecalledSupply
from service.domain.stocks import Stock, StockStatus

T = TypeVar("T")
Details = TypeVar("Details", Kitchen, Cooperative, Wholesaler)


@dataclass(frozen=True, slots=True)
class SupplySnapshot:
    """Rows of one region and week; lists are ordered by code or id, so that equal data reads the same."""

    region: Region
    policy: Policy
    days: tuple[date, ...]
    items: dict[str, Item]
    substitutions: list[Substitution]
    caps: list[PriceCap]
    exceptions: list[PriceException]
    kecamatan_of: dict[str, str]
    """Kecamatan code of each kelurahan code."""
    kitchens: list[tuple[Organisation, Kitchen]]
    cooperatives: list[tuple[Organisation, Cooperative]]
    wholesalers: list[tuple[Organisation, Wholesaler]]
    closed_dates: dict[UUID, frozenset[date]]
    capacities: dict[tuple[UUID, date], DayCapacity]
    documents: dict[UUID, list[Document]]
    demand: list[tuple[UUID, ForecastLine]]
    """Kitchen and line of every forecast that is submitted."""
    offers: list[Offer]
    expiry_dates: dict[UUID, list[date | None]]
    """Dates of the lots of each offer."""
    stocks: list[Stock]
    ordered: list[tuple[UUID, OrderLine, int | None]]
    """Cooperative, line, and cash share (bp) of its offer, of what orders of this week hold."""
    pack_cost_idr: dict[UUID, int]
    """What each cooperative is to pay for packs that orders of this week hold."""
    past_value_idr: dict[UUID, int]
    owed_idr: dict[UUID, int] = field(default_factory=dict)
    under_way_idr: dict[UUID, int] = field(default_factory=dict)
    """What kitchens still owe each cooperative for goods of other weeks: money that it cannot buy with."""
    recalled: RecalledSupply = field(default_factory=RecalledSupply)
    """What open recalls keep from being planned."""
    records: Records = field(default_factory=dict)
    """What was asked of each cooperative in past weeks, and what became of it."""
    sought_qty: dict[UUID, int] = field(default_factory=dict)
    """What will not come of accepted order lines and others are asked for, base units: it ties up capital still."""
    declined: set[DeclinedGoods] = field(default_factory=set)
    """What was declined or shortened this week."""
    planned: list[PlannedLine] = field(default_factory=list)
    """Deliveries of the published plan, if there is one."""


async def hold_one_instant(session: AsyncSession) -> None:
    """Let everything that the unit reads be as of one instant; must be the first thing a unit does."""
    await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


async def read_supply_snapshot(
    session: AsyncSession, *, policy: Policy, week_start: date, today: date
) -> SupplySnapshot:
    """Read the region of a policy for a week; by ``today`` (local) deliveries of past weeks are due or not."""
    region = await session.get_one(Region, policy.region_code)
    days = days_of(week_start)
    offers = await _offers(session, region.code, days)
    cooperatives = await _members(session, Cooperative, region.code)
    ids = [one.id for one, _ in cooperatives]
    return SupplySnapshot(
        region=region,
        policy=policy,
        days=days,
        items={item.code: item for item in await _all(session, sa.select(Item).order_by(col(Item.code)))},
        substitutions=await _substitutions(session),
        caps=await _caps(session, region, days),
        exceptions=await _exceptions(session, region.code, days),
        kecamatan_of={place.code: place.kecamatan_code for place in await _all(session, sa.select(Kelurahan))},
        kitchens=await _members(session, Kitchen, region.code),
        cooperatives=cooperatives,
        wholesalers=await _members(session, Wholesaler, region.code),
        closed_dates=await _closed_dates(session, region.code, days),
        capacities=await _capacities(session, region.code, days),
        documents=await _documents(session, region.code),
        demand=await _demand(session, region.code, week_start),
        offers=offers,
        expiry_dates=await expiry_dates_of(session, offers),
        stocks=await _stocks(session, region.code, days),
        ordered=await live_lines(session, region.code, week_start),
        pack_cost_idr=await pack_cost_idr(session, region.code, week_start, ids),
        owed_idr=await open_idr_of(session, ids, region_code=region.code, but_week=week_start),
        under_way_idr=await under_way_idr(session, ids, region_code=region.code, but_week=week_start),
        recalled=await recalled_supply(session, region_code=region.code, offer_ids=[offer.id for offer in offers]),
        records=await read_records(session, Ledger(region.code, week_start, today, region.timezone)),
        sought_qty=await sought_of_week(session, region.code, week_start),
        declined=await declined_goods(session, region.code, week_start),
        planned=await planned_lines(session, region.code, week_start, after=today),
        past_value_idr=await accepted_value_idr(
            session, region_code=region.code, week_start=week_start, past_weeks=LEDGER_WEEKS
        ),
    )


async def _all(session: AsyncSession, query: sa.Select[T]) -> list[T]:
    return list(await session.scalars(query))


async def _rows(session: AsyncSession, query: sa.Select[*tuple[Any, ...]]) -> list[Any]:
    return [tuple(row) for row in await session.execute(query)]


def _grouped(rows: Iterable[tuple[UUID, T]]) -> dict[UUID, list[T]]:
    groups: defaultdict[UUID, list[T]] = defaultdict(list)
    for key, row in rows:
        groups[key].append(row)
    return dict(groups)


async def _members(session: AsyncSession, kind: type[Details], region_code: str) -> list[tuple[Organisation, Details]]:
    query = (
        sa.select(Organisation, kind)
        .join(kind, col(kind.organisation_id) == col(Organisation.id))
        .where(col(Organisation.region_code) == region_code)
        .order_by(col(Organisation.code))
    )
    return await _rows(session, query)


async def _substitutions(session: AsyncSession) -> list[Substitution]:
    return await _all(
        session, sa.select(Substitution).order_by(col(Substitution.item_code), col(Substitution.substitute_code))
    )


async def _caps(session: AsyncSession, region: Region, days: Sequence[date]) -> list[PriceCap]:
    query = sa.select(PriceCap).where(
        col(PriceCap.zone) == region.price_zone,
        col(PriceCap.valid_from) <= days[-1],
        sa.or_(col(PriceCap.valid_to).is_(None), col(PriceCap.valid_to) >= days[0]),
    )
    return await _all(session, query.order_by(col(PriceCap.id)))


async def _exceptions(session: AsyncSession, region_code: str, days: Sequence[date]) -> list[PriceException]:
    query = sa.select(PriceException).where(
        col(PriceException.region_code) == region_code,
        col(PriceException.revoked_at).is_(None),
        col(PriceException.valid_from) <= days[-1],
        col(PriceException.valid_to) >= days[0],
    )
    return await _all(session, query.order_by(col(PriceException.id)))


async def _closed_dates(session: AsyncSession, region_code: str, days: Sequence[date]) -> dict[UUID, frozenset[date]]:
    """Closed days before the week count too, since a wholesaler's goods are fetched before it."""
    query = (
        sa.select(col(ClosedDay.organisation_id), col(ClosedDay.closed_date))
        .join(Organisation, col(Organisation.id) == col(ClosedDay.organisation_id))
        .where(col(Organisation.region_code) == region_code, col(ClosedDay.closed_date) <= days[-1])
    )
    return {key: frozenset(dates) for key, dates in _grouped(await _rows(session, query)).items()}


async def _capacities(
    session: AsyncSession, region_code: str, days: Sequence[date]
) -> dict[tuple[UUID, date], DayCapacity]:
    query = (
        sa.select(DayCapacity)
        .join(Organisation, col(Organisation.id) == col(DayCapacity.cooperative_id))
        .where(
            col(Organisation.region_code) == region_code,
            col(DayCapacity.capacity_date).between(days[0], days[-1]),
        )
    )
    return {(row.cooperative_id, row.capacity_date): row for row in await _all(session, query)}


async def _documents(session: AsyncSession, region_code: str) -> dict[UUID, list[Document]]:
    query = (
        sa.select(col(Document.organisation_id), Document)
        .join(Organisation, col(Organisation.id) == col(Document.organisation_id))
        .where(col(Organisation.region_code) == region_code)
        .order_by(col(Document.id))
    )
    return _grouped(await _rows(session, query))


async def _demand(session: AsyncSession, region_code: str, week_start: date) -> list[tuple[UUID, ForecastLine]]:
    query = (
        sa.select(col(Forecast.kitchen_id), ForecastLine)
        .join(ForecastLine, col(ForecastLine.forecast_id) == col(Forecast.id))
        .where(
            col(Forecast.region_code) == region_code,
            col(Forecast.week_start) == week_start,
            col(Forecast.status) == ForecastStatus.SUBMITTED,
        )
        .order_by(col(ForecastLine.id))
    )
    return await _rows(session, query)


async def _offers(session: AsyncSession, region_code: str, days: Sequence[date]) -> list[Offer]:
    query = sa.select(Offer).where(
        col(Offer.region_code) == region_code,
        col(Offer.status) == OfferStatus.OPEN,
        col(Offer.from_date) <= days[-1],
        col(Offer.to_date) >= days[0],
    )
    return await _all(session, query.order_by(col(Offer.id)))


async def expiry_dates_of(session: AsyncSession, offers: Iterable[Offer]) -> dict[UUID, list[date | None]]:
    """Return the dates of the lots that offers name, by offer."""
    ids = [offer.id for offer in offers]
    query = sa.select(col(OfferLot.offer_id), col(OfferLot.expires_date)).where(col(OfferLot.offer_id).in_(ids))
    return _grouped(await _rows(session, query))


async def _stocks(session: AsyncSession, region_code: str, days: Sequence[date]) -> list[Stock]:
    query = sa.select(Stock).where(
        col(Stock.region_code) == region_code,
        col(Stock.status) == StockStatus.OPEN,
        col(Stock.from_date) <= days[-1],
        col(Stock.to_date) >= days[0],
    )
    return await _all(session, query.order_by(col(Stock.id)))
