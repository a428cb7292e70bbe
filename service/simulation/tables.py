"""What came of the weeks, as one table."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from sqlalchemy.engine import make_url

from service.database.engine import create_engine, create_sessions
from service.database.queries.week_figures import WeekFigures
from service.database.queries.week_turns import WeekTurns
from service.demo.facts import read_facts
from service.demo.steps import step
from service.simulation.month import Month, simulate_month

HEADINGS = (
    "week",
    "demanded\nt",
    "ordered\nt",
    "delivered\nt",
    "wasted\nt",
    "late\nt",
    "rejected\nt",
    "invoiced\nRp m",
    "paid\nin time",
)
TURNS = (
    "week",
    "given back\nt",
    "called back\nt",
    "prices\nasked",
    "prices\nagreed",
    "packs sold\nRp m",
    "packs paid\nRp m",
    "repairs\nmade",
    "held\nback",
    "failed",
)
OPTIONS = ("synchronous_commit=off", "statement_timeout=0", "idle_in_transaction_session_timeout=0")
"""Of a database that is dropped afterwards, on a machine that may have other things to do."""
GRAMS_PER_TONNE = 1_000_000
MILLION = 1_000_000


def month_table(weeks: Sequence[WeekFigures], title: str) -> Table:
    """Return a row for each week and one for all of them."""
    table = _table(title, HEADINGS)
    for week in weeks:
        table.add_row(f"{week.week_start:%G-W%V}", *_cells(week))
    table.add_section()
    table.add_row("all", *_cells(sum(weeks[1:], weeks[0])))
    return table


def _without_waiting(database_url: str) -> str:
    """Return the address with commits that do not wait for the disk, and statements that may wait for the machine."""
    asked = make_url(database_url).update_query_dict({"options": " ".join(f"-c {name}" for name in OPTIONS)})
    return asked.render_as_string(hide_password=False)


def turns_table(weeks: Sequence[WeekTurns]) -> Table:
    """Return what else happened, a row for each week and one for all of them."""
    table = _table("What else happened", TURNS)
    for week in weeks:
        table.add_row(f"{week.week_start:%G-W%V}", *_turns(week))
    table.add_section()
    table.add_row("all", *_turns(sum(weeks[1:], weeks[0])))
    return table


def _table(title: str, headings: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=0)
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="left" if number == 0 else "right")
    return table


def _turns(week: WeekTurns) -> list[str]:
    return [
        *(f"{grams / GRAMS_PER_TONNE:,.2f}" for grams in (week.withdrawn_g, week.recalled_g)),
        *(f"{count:,}" for count in (week.proposed, week.agreed)),
        *(f"{idr / MILLION:,.1f}" for idr in (week.packs_owed_idr, week.packs_idr)),
        *(f"{count:,}" for count in (week.repairs, week.held_back, week.failed)),
    ]


def _cells(week: WeekFigures) -> list[str]:
    grams = (
        week.demanded_g,
        week.ordered_g,
        week.delivered_g,
        week.wasted_g,
        week.late_g,
        week.rejected_g,
    )
    in_time = f"{week.paid_in_time_idr / week.invoiced_idr:.1%}" if week.invoiced_idr else "-"
    return [*(f"{part / GRAMS_PER_TONNE:,.2f}" for part in grams), f"{week.invoiced_idr / MILLION:,.1f}", in_time]


async def play_month(database_url: str, console: Console, month: Month) -> None:
    """Live a month on an empty, migrated database and print its table."""
    facts, engine = read_facts(), create_engine(_without_waiting(database_url))
    try:
        with step(console, "lived") as current:
            lived = await simulate_month(create_sessions(engine), facts, month, current.tell)
            current.result = f"{len(lived)} weeks"
    finally:
        await engine.dispose()
    title = f"{facts.region.name}: {month.kitchens} kitchens, {month.cooperatives} cooperatives, seed {month.seed}"
    console.print(month_table([week.figures for week in lived], title))
    console.print(turns_table([week.turns for week in lived]))
