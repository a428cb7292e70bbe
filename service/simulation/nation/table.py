"""What came of the nation's week, as two tables: how fast it went, and how good and how heavy the regions are."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from service.demo.steps import step
from service.domain.plans import Plan
from service.domain.runs import RunStatus
from service.simulation.nation.run import NationResult, NationWeek, run_nation
from service.simulation.nation.worker import Assignment

SIZES: Final = (1, 13, 37, 73, 145, 289, 1_000)
"""Kitchens with which a row of the table by size begins."""
MIB: Final = 2**20
MINUTE_S: Final = 60
MILLISECONDS: Final = 1_000
BP_PER_PERCENT: Final = 100


def play_nation(database_url: str, console: Console, week: NationWeek) -> bool:
    """Run the nation's week on an empty, migrated database and print it; return whether every region has a plan."""
    with step(console, "nation") as current:
        result = asyncio.run(run_nation(Assignment(database_url), week, current.tell))
        current.result = f"{len(result.runs)} regions"
    console.print(speed_table(result, week))
    console.print(size_table(result))
    failed = [one.run for one in result.runs if one.run.status is not RunStatus.SUCCEEDED]
    for run in failed:
        console.print(f"{run.region_code} {run.status.value}: {run.failure_detail}", highlight=False)
    return not failed


def at(values: Sequence[float], share: float) -> float:
    """Return the value that this share of the values does not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def speed_table(result: NationResult, week: NationWeek) -> Table:
    """Return one line per figure of the whole."""
    kitchens, minutes = sum(region.kitchens for region in result.regions), result.seconds / MINUTE_S
    runs = [one.run for one in result.runs]
    waits = [(run.started_at - run.created_at).total_seconds() for run in runs if run.started_at]
    solves = [one.plan.solve_ms / MILLISECONDS for one in result.runs if one.plan]
    title = f"{len(result.regions)} regions, {kitchens:,} kitchens, {week.workers} workers"
    table = Table(title=title, title_justify="left", box=None, show_header=False)
    table.add_row("seed, effort", f"{week.seed}, {week.effort:g}")
    for name, value in (
        ("all regions", f"{result.seconds:,.0f} s"),
        ("regions per minute", f"{len(runs) / minutes:,.1f}"),
        ("kitchens per minute", f"{kitchens / minutes:,.0f}"),
        ("one region p50, p95", f"{at(solves, 0.5):,.1f} s, {at(solves, 0.95):,.1f} s"),
        ("wait in the queue p50, p95", f"{at(waits, 0.5):,.0f} s, {at(waits, 0.95):,.0f} s"),
        ("processor per kitchen", f"{result.use.processor_s / kitchens:,.2f} s"),
        ("memory of all workers at most", f"{result.use.peak_bytes / MIB:,.0f} MiB"),
        ("taken over from a dead worker", f"{sum(run.attempt > 1 for run in runs)}"),
    ):
        table.add_row(name, value)
    return table


def size_table(result: NationResult) -> Table:
    """Return a row for each size of region, and one for all: gaps, seconds and memory."""
    table = Table(title="By size of region", title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    headings = ("kitchens", "regions", "gap %\nmedian", "p90", "worst", "filled %\nmedian", "solve s\nmedian", "most")
    for number, heading in enumerate((*headings, "one solve\nMiB at most")):
        table.add_column(heading, justify="left" if number == 0 else "right")
    kitchens = {region.fact.code: region.kitchens for region in result.regions}
    found = [one.plan for one in result.runs if one.plan]
    for first, beyond in pairwise(SIZES):
        plans = [plan for plan in found if first <= kitchens[plan.region_code] < beyond]
        if plans:
            table.add_row(f"{first} to {beyond - 1}", *_cells(plans))
    table.add_section()
    table.add_row("all", *_cells(found))
    return table


def _cells(plans: Sequence[Plan]) -> list[str]:
    gaps = [plan.gap_bp / BP_PER_PERCENT for plan in plans]
    seconds = [plan.solve_ms / MILLISECONDS for plan in plans]
    filled = [plan.figures["plan"]["fill_share"] for plan in plans]
    peak_bytes = max((plan.figures["peak_bytes"] or 0 for plan in plans), default=0)
    return [
        str(len(plans)),
        *(f"{at(gaps, share):.2f}" for share in (0.5, 0.9, 1)),
        f"{at(filled, 0.5) * 100:.2f}",
        *(f"{at(seconds, share):.1f}" for share in (0.5, 1)),
        f"{peak_bytes / MIB:,.0f}",
    ]
