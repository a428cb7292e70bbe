"""What came of the weeks, as one table."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from service.database.engine import create_engine, create_sessions
from service.database.queries.week_figures import WeekFigures
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
GRAMS_PER_TONNE = 1_000_000
MILLION = 1_000_000


def month_table(weeks: Sequence[WeekFigures], title: str) -> Table:
    """Return a row for each week and one for all of them."""
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=0)
    for number, heading in enumerate(HEADINGS):
        table.add_column(heading, justify="left" if number == 0 else "right")
    for week in weeks:
        table.add_row(f"{week.week_start:%G-W%V}", *_cells(week))
    table.add_section()
    table.add_row("all", *_cells(sum(weeks[1:], weeks[0])))
    return table


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
    facts, engine = read_facts(), create_engine(database_url)
    try:
        with step(console, "lived") as current:
            figures = await simulate_month(create_sessions(engine), facts, month, current.tell)
            current.result = f"{len(figures)} weeks"
    finally:
        await engine.dispose()
    title = f"{facts.region.name}: {month.kitchens} kitchens, {month.cooperatives} cooperatives, seed {month.seed}"
    console.print(month_table(figures, title))
