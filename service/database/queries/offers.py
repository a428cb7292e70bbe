"""Offers with their lots: one to change, lots that are taken, the list of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.cursors import Cursor, older_than
from service.domain.calendars import DAYS_PER_WEEK
from service.domain.offers import Offer, OfferLot, OfferStatus

LIVE_LOT_INDEX = "uq_offer_lot_live"


@dataclass(frozen=True, slots=True)
class OfferFilter:
    """What a list is narrowed to; ``None``: not narrowed. A week means offers with a day in it."""

    owner_id: UUID | None = None
    """The organisation that the caller may not look beyond."""
    cooperative_id: UUID | None = None
    week_start: date | None = None
    item_code: str | None = None
    status: OfferStatus | None = None


async def find_offer(session: AsyncSession, offer_id: UUID) -> Offer | None:
    """Return an offer."""
    return await session.get(Offer, offer_id)


async def lock_offer(session: AsyncSession, offer_id: UUID) -> Offer | None:
    """Return an offer as it is now, held against every other change until the unit ends."""
    return await session.get(Offer, offer_id, with_for_update=True, populate_existing=True)


async def lots_of(session: AsyncSession, offer_ids: Iterable[UUID]) -> dict[UUID, list[OfferLot]]:
    """Return the lots of offers by offer, each sorted by code."""
    ids = list(offer_ids)
    query = sa.select(OfferLot).where(col(OfferLot.offer_id).in_(ids)).order_by(col(OfferLot.lot_code))
    lots: dict[UUID, list[OfferLot]] = {offer_id: [] for offer_id in ids}
    for lot in (await session.scalars(query)).all():
        lots[lot.offer_id].append(lot)
    return lots


async def delete_lots(session: AsyncSession, offer_id: UUID) -> None:
    """Delete the lots of an offer, before new ones are written."""
    await session.execute(sa.delete(OfferLot).where(col(OfferLot.offer_id) == offer_id))


async def taken_lots(
    session: AsyncSession, *, cooperative_id: UUID, item_code: str, lot_codes: Iterable[str], except_offer_id: UUID
) -> list[OfferLot]:
    """Return those of the lots that stand in another live offer of the cooperative."""
    query = sa.select(OfferLot).where(
        col(OfferLot.cooperative_id) == cooperative_id,
        col(OfferLot.item_code) == item_code,
        col(OfferLot.lot_code).in_(list(lot_codes)),
        col(OfferLot.is_live),
        col(OfferLot.offer_id) != except_offer_id,
    )
    return list((await session.scalars(query)).all())


async def list_offers(
    session: AsyncSession, *, region_code: str, wanted: OfferFilter, after: Cursor | None, limit: int
) -> list[Offer]:
    """Return offers of a region, newest first."""
    query = (
        sa.select(Offer)
        .where(col(Offer.region_code) == region_code, older_than(after, col(Offer.created_at), col(Offer.id)))
        .order_by(col(Offer.created_at).desc(), col(Offer.id).desc())
        .limit(limit)
    )
    if wanted.owner_id is not None:
        query = query.where(col(Offer.cooperative_id) == wanted.owner_id)
    if wanted.cooperative_id is not None:
        query = query.where(col(Offer.cooperative_id) == wanted.cooperative_id)
    if wanted.item_code is not None:
        query = query.where(col(Offer.item_code) == wanted.item_code)
    if wanted.status is not None:
        query = query.where(col(Offer.status) == wanted.status)
    if wanted.week_start is not None:
        last_day = wanted.week_start + timedelta(days=DAYS_PER_WEEK - 1)
        query = query.where(col(Offer.from_date) <= last_day, col(Offer.to_date) >= wanted.week_start)
    return list((await session.scalars(query)).all())


async def open_entries(session: AsyncSession, cooperative_id: UUID) -> dict[tuple[object, ...], UUID]:
    """Return a cooperative's open offers by item, price, days and producer."""
    query = sa.select(
        col(Offer.item_code),
        col(Offer.price_idr),
        col(Offer.from_date),
        col(Offer.to_date),
        col(Offer.origin_producer),
        col(Offer.id),
    ).where(col(Offer.cooperative_id) == cooperative_id, col(Offer.status) == OfferStatus.OPEN)
    return {tuple(key): offer_id for *key, offer_id in await session.execute(query)}


async def live_lots(session: AsyncSession, cooperative_id: UUID) -> dict[tuple[str, str], UUID]:
    """Return the lots that stand in open offers of a cooperative, by item and code."""
    query = sa.select(col(OfferLot.item_code), col(OfferLot.lot_code), col(OfferLot.offer_id)).where(
        col(OfferLot.cooperative_id) == cooperative_id, col(OfferLot.is_live)
    )
    return {(item_code, lot_code): offer_id for item_code, lot_code, offer_id in await session.execute(query)}
