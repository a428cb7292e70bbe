"""From which cooking day on wholesalers' goods can be had, if they are ordered now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.eligibility import first_cooking_day
from service.domain.organisations import ClosedDay, Organisation, Wholesaler
from service.domain.stocks import Stock


async def first_days_of(session: AsyncSession, stocks: Iterable[Stock], *, ordered_date: date) -> dict[UUID, date]:
    """Return the first cooking day that each stock can serve; stocks of wholesalers that never open are left out.

    Parameters
    ----------
    ordered_date
        The region's local day on which the goods are ordered.
    """
    owner_of = {stock.id: stock.wholesaler_id for stock in stocks}
    owners = set(owner_of.values())
    closed: defaultdict[UUID, set[date]] = defaultdict(set)
    days = sa.select(col(ClosedDay.organisation_id), col(ClosedDay.closed_date)).where(
        col(ClosedDay.organisation_id).in_(owners), col(ClosedDay.closed_date) >= ordered_date
    )
    for organisation_id, day in await session.execute(days):
        closed[organisation_id].add(day)
    query = (
        sa.select(Organisation, col(Wholesaler.lead_days))
        .join(Wholesaler, col(Wholesaler.organisation_id) == col(Organisation.id))
        .where(col(Organisation.id).in_(owners))
    )
    first = {
        owner.id: first_cooking_day(owner, frozenset(closed[owner.id]), ordered_date=ordered_date, lead_days=lead_days)
        for owner, lead_days in await session.execute(query)
    }
    days_of = ((stock_id, first.get(owner_id)) for stock_id, owner_id in owner_of.items())
    return {stock_id: day for stock_id, day in days_of if day is not None}
