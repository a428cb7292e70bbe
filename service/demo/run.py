"""`make demo`: the week of Kota Bogor from nothing to answered orders, told step by step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from rich.console import Console
from rich.table import Table

from service.database.unit_of_work import UnitsOfWork
from service.demo.act_out import Cast, answer, cast_of, find_plan_of, match, orders_of, publish
from service.demo.facts import Facts, read_facts
from service.demo.load import find_loaded_week, load_demo
from service.demo.people import DEMO_PASSWORD
from service.demo.steps import step
from service.demo.tables import answered_line, loaded_line, plan_line, plan_table, progress_line
from service.demo.week import DEFAULT_SEED, make_demo_week
from service.domain.plans import Plan
from service.domain.runs import MatchingRun
from service.workflows.start_run import StartRun

TIME_LIMIT_S: Final = 300
"""A safety limit: the optimiser ends by the work it has done, so a slow machine finds the same plan, later."""
LEAST_KITCHENS: Final = 1
"""The logins are the same in a demo of any size."""


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo's steps work with."""

    console: Console
    units: UnitsOfWork
    facts: Facts
    cooperatives: int


async def run_demo(units: UnitsOfWork, console: Console, *, cooperatives: int) -> None:
    """Do what is not done yet of: load, match, publish, answer; then print the plan's table.

    Parameters
    ----------
    units
        Units of work on a migrated database with a worker running.
    cooperatives
        How many of the 68 cooperatives operate; counts when the demo is loaded, not after.
    """
    demo = Demo(console, units, read_facts(), cooperatives)
    week_start = await _load(demo)
    cast = await cast_of(units, demo.facts.region.code)
    plan = await _match(demo, cast, week_start)
    await _publish(demo, cast, plan)
    console.print()
    console.print(plan_table(plan, demo.facts.region.name))


def print_logins(console: Console, address: str) -> None:
    """Say where the demo is served and who can log in."""
    week = make_demo_week(read_facts(), kitchens=LEAST_KITCHENS)
    logins = Table(title=f"Open {address}/docs and log in with password {DEMO_PASSWORD}", title_justify="left")
    for heading in ("login", "who", "role"):
        logins.add_column(heading)
    for user in week.users:
        logins.add_row(user.username, user.full_name, user.role.value)
    console.print()
    console.print(logins)


async def _load(demo: Demo) -> date:
    region_code = demo.facts.region.code
    with step(demo.console, "loaded") as current:
        week_start = await find_loaded_week(demo.units, region_code)
        if week_start is None:
            week_start = await load_demo(
                demo.units,
                demo.facts,
                seed=DEFAULT_SEED,
                cooperatives=demo.cooperatives,
                now=demo.units.clock(),
                tell=current.tell,
            )
        current.result = await loaded_line(demo.units, region_code, week_start)
    return week_start


async def _match(demo: Demo, cast: Cast, week_start: date) -> Plan:
    with step(demo.console, "matched") as current:

        def watch(run: MatchingRun) -> None:
            current.tell(progress_line(run))

        plan = await find_plan_of(demo.units, cast, week_start)
        if plan is None:
            command = StartRun(week_start, seed=DEFAULT_SEED, time_limit_s=TIME_LIMIT_S)
            plan = await match(demo.units, cast, command, watch)
        current.result = plan_line(plan)
    return plan


async def _publish(demo: Demo, cast: Cast, plan: Plan) -> None:
    with step(demo.console, "published") as current:
        await publish(demo.units, cast, plan)
        orders = await orders_of(demo.units, plan)
        current.result = f"{len(orders)} orders to cooperatives"
    with step(demo.console, "answered") as current:
        await answer(demo.units, cast, orders, seed=DEFAULT_SEED)
        current.result = await answered_line(demo.units, plan)
