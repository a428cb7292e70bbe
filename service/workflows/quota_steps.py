"""Steps of dividing stocks between regions: where a region is short of the goods, and to have that repaired."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from service.database.queries.due_orders import ask_for_repair
from service.database.queries.entry_facts import read_closed_dates
from service.database.queries.quotas import uncovered_demand
from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import local_day
from service.domain.eligibility import first_cooking_day
from service.domain.organisations import Organisation
from service.domain.places import Region
from service.domain.repair_requests import COLLECTED_FOR
from service.domain.stocks import Stock


async def short_weeks(
    work: UnitOfWork, stock: Stock, owner: Organisation, region: Region, lead_days: int
) -> list[tuple[date, int, int]]:
    """Return weeks with a plan in force, what is wanted of the item on days that the stock still serves, and lacks."""
    today = local_day(work.now, timezone=region.timezone)
    closed = await read_closed_dates(work.session, owner.id, from_date=today, to_date=stock.to_date)
    first = first_cooking_day(owner, closed, ordered_date=today, lead_days=lead_days)
    if first is None:
        return []
    return await uncovered_demand(
        work.session,
        region_code=region.code,
        item_code=stock.item_code,
        from_date=max(first, stock.from_date),
        to_date=stock.to_date,
    )


async def ask_for_repairs(work: UnitOfWork, region_code: str, weeks: Iterable[date]) -> None:
    """Let the weeks be repaired with the packs that came."""
    for week in weeks:
        await ask_for_repair(work.session, region_code=region_code, week_start=week, due_at=work.now + COLLECTED_FOR)
