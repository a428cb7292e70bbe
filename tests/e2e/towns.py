"""A small town in a database: the demo's Kota Bogor with six kitchens, four cooperatives and eight wholesalers.

It is loaded through the demo's own steps, so it has everything that `make demo` has; only less of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from service.database.engine import create_engine, create_sessions
from service.database.unit_of_work import UnitsOfWork
from service.demo.desk import seeded_ids
from service.demo.facts import read_facts
from service.demo.load_members import load_members
from service.demo.load_reference import load_reference
from service.demo.load_week import load_forecasts, load_supply
from service.demo.moving import moved, next_open_week
from service.demo.week import DEFAULT_SEED, DemoWeek, make_demo_week
from service.domain.organisations import OrganisationKind
from service.domain.people import KIND_OF_ROLE
from service.domain.policies import PolicyValues
from service.jobs.app import Jobs

HOME_KITCHEN = "K0005"
"""In Tegal Gundil, the neighbour of Bantarjati, where the cooperative of the demo's login is."""
WHOLESALERS = 8
"""The two state companies, five of staples and the first of protein: fewer goods than are needed, so some are short."""
WEEK = timedelta(days=7)
LONGER_THAN_A_TEST = timedelta(hours=1)
"""No cut-off may pass between loading the town and the test's last request."""


@dataclass(frozen=True)
class Town:
    """What a test knows of its town: where it is, and the Monday of the first week that is open."""

    database_url: str
    open_week: date

    @property
    def late_week(self) -> date:
        """The Monday of a week whose cut-off has passed and that is not over."""
        return self.open_week - WEEK


def small_week(policy: PolicyValues, *, timezone: str) -> DemoWeek:
    """Return the week to load: kitchen, cooperative and wholesaler of the logins are neighbours."""
    week = make_demo_week(read_facts(), kitchens=6, operating_cooperatives=4)
    users = tuple(
        replace(user, organisation_code=HOME_KITCHEN) if KIND_OF_ROLE[user.role] is OrganisationKind.KITCHEN else user
        for user in week.users
    )
    cooperatives = tuple(each for each in week.cooperatives if each.is_operating)
    wholesalers = week.wholesalers[:WHOLESALERS]
    codes = {each.code for each in wholesalers}
    stocks = tuple(each for each in week.stocks if each.wholesaler_code in codes)
    open_week = next_open_week(datetime.now(UTC) + LONGER_THAN_A_TEST, policy, timezone=timezone)
    smaller = replace(week, users=users, cooperatives=cooperatives, wholesalers=wholesalers, stocks=stocks)
    return moved(smaller, open_week)


async def load_town(database_url: str) -> Town:
    """Load the town into a migrated database: demand and supply of a week are posted, nothing is matched yet."""
    facts = read_facts()
    at_once = facts.policy.model_copy(update={"undo_minutes": 0})  # a test waits for no window
    facts = replace(facts, policy=at_once)
    week = small_week(facts.policy, timezone=facts.region.timezone)
    engine = create_engine(database_url)
    units = UnitsOfWork(create_sessions(engine), Jobs(database_url), new_id=seeded_ids(DEFAULT_SEED))
    async with units.begin() as work:
        desk = await load_reference(work, facts, week)
        await load_members(desk, week)
        await load_supply(desk, week)
        await load_forecasts(desk, week)
    await engine.dispose()
    return Town(database_url, week.week_start)
