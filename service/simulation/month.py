"""A month from the first forecasts to the last payment, told week by week."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from service.database.queries.runs import find_run
from service.database.queries.week_figures import WeekFigures, read_week_figures
from service.database.queries.week_turns import WeekTurns, read_week_turns
from service.database.unit_of_work import UnitsOfWork
from service.demo.calendars import WEEK_START
from service.demo.desk import seeded_ids
from service.demo.facts import Facts
from service.demo.week import DemoWeek, make_demo_week
from service.domain.plans import Plan
from service.matching.process import SolveResult, solve_in_process
from service.matching.progress import Progress
from service.simulation.behaviours import Behaviours
from service.simulation.city import City, Clock, found_city, open_week
from service.simulation.cooperatives import answer_orders, send_drops
from service.simulation.jobs import wind_up, work_off
from service.simulation.kitchens import pay, take_in
from service.simulation.payables import pay_wholesalers
from service.simulation.prices import decide_prices
from service.simulation.queue import MemoryQueue
from service.simulation.recalls import account_for_recalls, call_back
from service.simulation.weeks import members_of_month, week_of_month
from service.simulation.wholesalers import answer_purchases
from service.simulation.withdrawals import give_back
from service.workflows.publish_plan import PublishPlan, publish_plan
from service.workflows.run_matching import Solve
from service.workflows.start_run import StartRun, start_run

HOURS: Final = (6, 10, 14, 16, 18, 20, 22)
"""Local hours at which everybody looks at what there is to do."""
POSTED_AT: Final = 10
"""Thursday, two hours before the cut-off."""
PLANNED_AT: Final = 14
PLANNED_BEFORE: Final = timedelta(days=4)
"""From the Thursday to the week's Monday."""
PAID_WITHIN: Final = timedelta(weeks=5)
"""After the last week: invoices are due after two weeks, and late payers take up to three more."""
PAID_AT: Final = 10
TIME_LIMIT_S: Final = 600
"""A safety limit: the optimiser ends by the work it has done, so a slow machine finds the same plan, later."""


@dataclass(frozen=True, slots=True)
class Month:
    """Which month is lived: equal values, equal figures."""

    kitchens: int
    cooperatives: int
    weeks: int
    seed: int
    effort: float = 1.0
    habits: Behaviours = field(default_factory=Behaviours)
    hours: tuple[int, ...] = HOURS
    """The first founds the city; those of posting, planning and paying are among the others."""


@dataclass(frozen=True, slots=True)
class LivedWeek:
    """What came of a week, and what else happened in it."""

    figures: WeekFigures
    turns: WeekTurns


async def simulate_month(
    sessions: async_sessionmaker[AsyncSession],
    facts: Facts,
    month: Month,
    tell: Callable[[str], None] = lambda _news: None,
    solve: Solve = solve_in_process,
) -> list[LivedWeek]:
    """Live a month on an empty, migrated database and return what came of each week.

    Parameters
    ----------
    sessions
        Of the database.
    tell
        Is told of every day that begins.
    solve
        The optimiser, in a process of its own.

    Raises
    ------
    NoPlan
        If a week's matching finds none.
    """
    first = members_of_month(
        make_demo_week(facts, seed=month.seed, kitchens=month.kitchens, operating_cooperatives=month.cooperatives)
    )
    hours = _hours(month, facts.region.timezone)
    clock = Clock(next(hours))
    queue = MemoryQueue(clock)
    units = UnitsOfWork(sessions, queue, clock, seeded_ids(month.seed))
    tell("founding the city")
    city = await found_city(units, clock, facts, first, habits=month.habits, solve=_tried_so_hard(solve, month.effort))
    weeks = [week_of_month(facts, first, number) for number in range(month.weeks)]
    for hour in hours:
        clock.now = max(clock.now, hour)
        await _live(city, queue, month, weeks, tell)
    async with units.begin() as work:
        return [await _lived(city, work.session, week.week_start) for week in weeks]


async def _lived(city: City, session: AsyncSession, week_start: date) -> LivedWeek:
    where = {"region_code": city.region_code, "timezone": city.timezone}
    return LivedWeek(
        await read_week_figures(session, week_start=week_start, **where),
        await read_week_turns(session, week_start=week_start, **where),
    )


def _tried_so_hard(solve: Solve, effort: float) -> Solve:
    """Return the optimiser that tries so hard at every run: repairs start by themselves, with the usual effort."""

    async def solved(
        document: bytes,
        *,
        time_limit_s: float,
        seed: int,
        effort: float,  # noqa: ARG001 - the month's counts
        on_progress: Callable[[Progress], None],
    ) -> SolveResult:
        return await solve(document, time_limit_s=time_limit_s, seed=seed, effort=chosen, on_progress=on_progress)

    chosen = effort
    return solved


def _hours(month: Month, timezone: str) -> Iterator[datetime]:
    """Yield the instants (UTC) of the month: every look of its days, then the hours of paying."""
    zone = ZoneInfo(timezone)
    day, end = WEEK_START - PLANNED_BEFORE, WEEK_START + timedelta(weeks=month.weeks)
    while day < end + PAID_WITHIN:
        for hour in month.hours if day < end else (PAID_AT,):
            yield datetime.combine(day, time(hour), zone).astimezone(UTC)
        day += timedelta(days=1)


async def _live(
    city: City, queue: MemoryQueue, month: Month, weeks: Sequence[DemoWeek], tell: Callable[[str], None]
) -> None:
    """Let everybody do what the hour brings."""
    local = city.clock.now.astimezone(ZoneInfo(city.timezone))
    if local.hour == PAID_AT:
        tell(f"{local:%Y-%m-%d}")
        await pay(city)
        await pay_wholesalers(city)
    await account_for_recalls(city)
    if local.date() >= WEEK_START + timedelta(weeks=month.weeks):
        await wind_up(city)
        return
    week = next((one for one in weeks if one.week_start - PLANNED_BEFORE == local.date()), None)
    if week is not None and local.hour == POSTED_AT:
        await open_week(city, week)
    if week is not None and local.hour == PLANNED_AT:
        await _plan(city, queue, month, week.week_start)
    stand_at = await answer_orders(city)
    await decide_prices(city)
    await answer_purchases(city)
    await give_back(city)
    await send_drops(city)
    await take_in(city)
    await call_back(city)
    await work_off(city, queue, stand_at)


async def _plan(city: City, queue: MemoryQueue, month: Month, week_start: date) -> None:
    """Run the week's matching and publish its plan."""
    command = StartRun(week_start, seed=month.seed, time_limit_s=TIME_LIMIT_S, effort=month.effort)
    async with city.units.begin(actor=city.operator) as work:
        run_id = (await start_run(work, command)).id
    await work_off(city, queue)
    async with city.units.begin(actor=city.operator) as work:
        listed = await find_run(work.session, run_id, region_code=city.region_code)
        if listed is None or listed.plan_id is None:
            raise NoPlan(f"{week_start}: {listed.run.failure_detail if listed else 'the run is gone'}")
        plan = await work.session.get_one(Plan, listed.plan_id)
        await publish_plan(work, PublishPlan(plan.id, plan.version))


class NoPlan(Exception):
    """A week's matching ended without a plan."""
