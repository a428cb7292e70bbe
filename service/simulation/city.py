"""The city of a simulation: founded like the demo's, with somebody who acts for every member."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from service.database.unit_of_work import UnitsOfWork
from service.demo.desk import Desk
from service.demo.facts import Facts
from service.demo.load_members import load_members
from service.demo.load_past import load_past
from service.demo.load_reference import add_user, load_reference
from service.demo.load_week import load_forecasts, load_supply
from service.demo.people import DemoUser
from service.demo.week import DemoWeek
from service.domain.calendars import local_day
from service.domain.organisations import OrganisationKind
from service.domain.people import Role
from service.domain.permissions import Actor
from service.simulation.behaviours import Behaviours, Draws
from service.workflows.run_matching import Solve


class Clock:
    """The simulated time: it stands still until the simulation moves it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Return the instant (UTC) that it is."""
        return self.now

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self.now += by


@dataclass(frozen=True, slots=True)
class City:
    """The founded city: its units of work and clock, its people, and how they behave."""

    units: UnitsOfWork
    clock: Clock
    desk: Desk
    draws: Draws
    habits: Behaviours
    region_code: str
    timezone: str
    accountants: Mapping[UUID, Actor]
    solve: Solve
    codes: Mapping[UUID, str]
    """The organisations' codes: draws are about codes, which are the same in every simulation."""
    done: set[tuple[object, ...]] = field(default_factory=set)
    """What people do once about a thing, and have done."""

    @property
    def operator(self) -> Actor:
        """The city's operator."""
        return self.desk.city[Role.CITY_OPERATOR]

    @property
    def today(self) -> date:
        """The city's day."""
        return local_day(self.clock.now, timezone=self.timezone)

    def is_first(self, *deed: object) -> bool:
        """Tell whether somebody does this for the first time, and remember that it was done."""
        if deed in self.done:
            return False
        self.done.add(deed)
        return True

    def has_done(self, kind: str) -> bool:
        """Tell whether anybody did such a thing so far: what never happened needs not be looked for."""
        return any(deed[0] == kind for deed in self.done)

    def officer_of(self, organisation_id: UUID) -> Actor:
        """Return who acts for an organisation."""
        return self.desk.officers[self.codes[organisation_id]]

    def carelessness(self, cooperative_id: UUID) -> float:
        """Return how much likelier than usual a cooperative's failings are."""
        return self.habits.carelessness.factor(self.draws, self.codes[cooperative_id])


async def found_city(
    units: UnitsOfWork, clock: Clock, facts: Facts, week: DemoWeek, *, habits: Behaviours, solve: Solve
) -> City:
    """Load places, rules, members and their past in one transaction, and let somebody act for each of them."""
    async with units.begin() as work:
        desk = await load_reference(work, facts, week)
        await load_members(desk, week)
        await load_past(desk, week)
        accountants = {}
        for code, organisation in desk.organisations.items():
            if organisation.kind is OrganisationKind.KITCHEN:
                user = DemoUser(f"akuntan.{code.lower()}", f"Akuntan {code}", Role.KITCHEN_ACCOUNTANT, code)
                accountants[organisation.id] = await add_user(desk, user, password=None)
    region = facts.region
    codes = {organisation.id: code for code, organisation in desk.organisations.items()}
    return City(units, clock, desk, Draws(week.seed), habits, region.code, region.timezone, accountants, solve, codes)


async def open_week(city: City, week: DemoWeek) -> None:
    """Let everybody post what the week is about, in one transaction."""
    async with city.units.begin() as work:
        desk = replace(city.desk, work=work)
        await load_supply(desk, week)
        await load_forecasts(desk, week)
