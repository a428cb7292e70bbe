"""Load the demo once: everything in one transaction, through the workflows that everybody else uses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from service.database.queries.forecasts import latest_week
from service.database.unit_of_work import UnitsOfWork
from service.demo.desk import Desk, seeded_ids
from service.demo.facts import Facts
from service.demo.load_members import load_members
from service.demo.load_past import load_past
from service.demo.load_reference import load_reference
from service.demo.load_week import load_forecasts, load_supply
from service.demo.moving import moved, next_open_week
from service.demo.week import DEFAULT_KITCHENS, make_demo_week

Tell = Callable[[str], None]


async def find_loaded_week(units: UnitsOfWork, region_code: str) -> date | None:
    """Return the Monday of the week that an earlier call loaded."""
    async with units.begin() as work:
        return await latest_week(work.session, region_code)


async def load_demo(
    units: UnitsOfWork,
    facts: Facts,
    *,
    seed: int,
    cooperatives: int,
    now: datetime,
    kitchens: int = DEFAULT_KITCHENS,
    tell: Tell = lambda _news: None,
) -> date:
    """Load the first week that is still open, whole or not at all.

    Parameters
    ----------
    seed
        Equal seeds give equal rows, ids included; only the days follow the calendar.
    cooperatives
        How many of the 68 operate.
    now
        Decides which week is still open (UTC).
    tell
        Is told what is being loaded.

    Returns
    -------
    date
        The week's Monday.
    """
    week_start = next_open_week(now, facts.policy, timezone=facts.region.timezone)
    week = moved(make_demo_week(facts, seed=seed, kitchens=kitchens, operating_cooperatives=cooperatives), week_start)
    repeatable = replace(units, new_id=seeded_ids(seed))
    async with repeatable.begin() as work:
        tell("places, catalogue, price caps, recipes")
        desk: Desk = await load_reference(work, facts, week)
        tell("kitchens, cooperatives, wholesalers")
        await load_members(desk, week)
        tell("offers and stocks")
        await load_supply(desk, week)
        tell("past orders")
        await load_past(desk, week)
        tell("forecasts")
        await load_forecasts(desk, week)
    return week_start
