"""Live through what could happen, on a database of its own."""

import asyncio
from typing import Annotated

import typer
from rich.console import Console

from service.cli.process import process

simulate = typer.Typer(no_args_is_help=True, help=__doc__)


@simulate.command()
def month(
    kitchens: Annotated[int, typer.Option(min=1, max=1000, help="Of the city.")] = 144,
    cooperatives: Annotated[int, typer.Option(min=1, max=68, help="How many of the 68 operate.")] = 40,
    weeks: Annotated[int, typer.Option(min=1, max=12, help="From Monday 2026-11-30.")] = 4,
    seed: Annotated[int, typer.Option(min=0, help="Equal seeds give the equal table.")] = 1,
    effort: Annotated[float, typer.Option(min=0.01, max=10, help="How hard to match; 1 is usual.")] = 1,
) -> None:
    """Live a month of the city: declines, silence, cuts, withdrawals, recalls, late and short drops, late payment."""
    from service.database.schema import migrate, scratch_database
    from service.simulation.month import Month
    from service.simulation.tables import play_month

    console = Console()
    with process(demo=True, log_level="ERROR") as (_, database_url), scratch_database(database_url) as scratch:
        migrate(scratch)
        asyncio.run(play_month(scratch, console, Month(kitchens, cooperatives, weeks, seed, effort)))


@simulate.command()
def nation(
    *,
    regions: Annotated[int, typer.Option(min=1, max=514, help="How many, of all sizes.")] = 50,
    everyone: Annotated[bool, typer.Option("--all", help="All 514.")] = False,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that solve, each a region at a time.")] = 2,
    seed: Annotated[int, typer.Option(min=0, help="Equal seeds give the equal plans.")] = 1,
    effort: Annotated[float, typer.Option(min=0.01, max=10, help="How hard to match; 1 is a city's usual.")] = 0.05,
) -> None:
    """Match a week of the kabupaten and kota, each as a job of its own, and print how fast and how well that went."""
    from service.database.schema import migrate, scratch_database
    from service.simulation.nation.run import NationWeek
    from service.simulation.nation.table import play_nation

    week = NationWeek(None if everyone else regions, workers, seed, effort)
    with process(demo=True, log_level="ERROR") as (_, database_url), scratch_database(database_url) as scratch:
        migrate(scratch)
        if not play_nation(scratch, Console(), week):
            raise typer.Exit(1)
