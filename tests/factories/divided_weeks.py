"""One wholesaler's stock divided between regions, each with a planned week that needs just what it was given."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from service.domain.forecasts import ForecastLine
from service.domain.organisations import Wholesaler
from service.domain.people import Role
from service.domain.permissions import Actor
from service.domain.stocks import Stock, packs_for
from tests.factories.places import OTHER_REGION, REGION
from tests.factories.planned_weeks import PlannedWeek, add_planned_week
from tests.factories.plans import LINE_QTY, PACK_QTY, actor_of

THIRD_REGION = "32.76"
REGIONS = (REGION, OTHER_REGION, THIRD_REGION)
"""The head office's, and those of its branches."""
OF_STOCK = "ITEM-00"
"""What the wholesaler sells; the other item is the cooperatives' own."""
NEEDED_PACKS = packs_for(LINE_QTY, pack_qty=PACK_QTY)
"""What the plan of a region takes of its part of the stock."""


@dataclass
class DividedWeeks:
    """The regions' weeks, the head office's first, and each one's part of the stock: the pool, then its quotas."""

    weeks: list[PlannedWeek]
    parts: list[Stock]

    @property
    def pool(self) -> Stock:
        return self.parts[0]

    @property
    def head_office(self) -> Actor:
        return self.seller(0)

    def seller(self, index: int) -> Actor:
        week = self.weeks[index]
        return actor_of(week.users[Role.WHOLESALER, week.wholesaler.id])


async def add_divided_weeks(session: AsyncSession, *, rest: int = 0, regions: Sequence[str] = REGIONS) -> DividedWeeks:
    """Add the regions; the head office has so many packs left that nobody plans with."""
    weeks = [await add_planned_week(session, region_code=code, kitchens=1, cooperatives=1, items=2) for code in regions]
    parts = [week.stocks[OF_STOCK] for week in weeks]
    pool, *quotas = parts
    await session.execute(sa.update(Wholesaler).values(min_order_idr=0))
    for week, quota in zip(weeks[1:], quotas, strict=True):
        (await session.get_one(Wholesaler, week.wholesaler.id)).head_office_id = weeks[0].wholesaler.id
        quota.pool_id, quota.packs = pool.id, NEEDED_PACKS
    pool.elsewhere_packs = NEEDED_PACKS * len(quotas)
    pool.packs = NEEDED_PACKS + rest + pool.elsewhere_packs
    await session.flush()
    return DividedWeeks(weeks, parts)


async def want_more(session: AsyncSession, week: PlannedWeek, qty: int) -> None:
    """Let the region's kitchen want so much more of the wholesaler's item than its plan brings, base units."""
    ids = [line.id for line in week.demand if line.item_code == OF_STOCK]
    more = sa.update(ForecastLine).where(ForecastLine.id.in_(ids))
    await session.execute(more.values(demanded_qty=ForecastLine.demanded_qty + qty))
