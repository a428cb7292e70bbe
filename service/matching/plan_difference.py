"""How a plan differs from the one before or beside it: lines, weight moved, shortages that grew."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.matching.costs import shortage_qty
from service.matching.index import ProblemIndex
from service.matching.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from service.matching.plan import Plan
    from service.matching.problem import Line, Problem

LineKey = tuple[str, str, str, str]
"""Demand, source, cooperative, item."""


@dataclass(frozen=True, slots=True)
class LineDifference:
    """Deliveries by line, source, cooperative and item; ``moved_kg`` is the sum of all quantities that differ."""

    kept: int
    changed: int
    added: int
    removed: int
    moved_kg: float


@dataclass(frozen=True, slots=True)
class GrownShortage:
    """A demand line of which more is missing than before, base units; ``before_qty`` 0: it is newly short."""

    demand: str
    kitchen: str
    item: str
    needed_date: str
    before_qty: int
    short_qty: int


def line_difference(ours: Iterable[Line], theirs: Iterable[Line], weight_g: Mapping[str, int]) -> LineDifference:
    """Compare the deliveries of two plans.

    Parameters
    ----------
    ours, theirs
        The plan's lines, and those it is set beside.
    weight_g
        Grams per base unit of every item; an item that is not there weighs nothing.

    Returns
    -------
    LineDifference
        ``added`` are lines that only ours has, ``removed`` those that only theirs has.
    """
    own, other = quantities(ours), quantities(theirs)
    counts = {"kept": 0, "changed": 0, "added": 0, "removed": 0}
    moved_g = 0
    for key in own.keys() | other.keys():
        new, old = own.get(key, 0), other.get(key, 0)
        counts["kept" if new == old else "added" if not old else "removed" if not new else "changed"] += 1
        moved_g += abs(new - old) * weight_g.get(key[3], 0)
    return LineDifference(**counts, moved_kg=moved_g / 1000)


def short_quantities(problem: Problem, plan: Plan) -> dict[str, int]:
    """Return what is missing to every short demand line, whole base units, rounded up.

    Parameters
    ----------
    problem
        A valid problem.
    plan
        A plan of it.

    Returns
    -------
    dict[str, int]
        By demand; lines of which less than a base unit is missing are left out.
    """
    tally = Tally(ProblemIndex(problem), plan)
    short = {demand.id: shortage_qty(tally, demand.id) for demand in problem.demands}
    return {name: round(qty) for name, qty in short.items() if qty >= 1}


def grown_shortages(problem: Problem, plan: Plan, before: Mapping[str, int]) -> tuple[GrownShortage, ...]:
    """Name the lines of which a plan leaves more short than another plan did.

    Parameters
    ----------
    problem
        A valid problem.
    plan
        A plan of it.
    before
        What was missing to each demand line before (``short_quantities``); a line that is not there lacked nothing.

    Returns
    -------
    tuple[GrownShortage, ...]
        By kitchen, day and line.
    """
    after = short_quantities(problem, plan)
    grown = [
        GrownShortage(x.id, x.kitchen, x.item, problem.days[x.day], before.get(x.id, 0), after[x.id])
        for x in problem.demands
        if after.get(x.id, 0) > before.get(x.id, 0)
    ]
    return tuple(sorted(grown, key=lambda short: (short.kitchen, short.needed_date, short.demand)))


def quantities(lines: Iterable[Line]) -> dict[LineKey, int]:
    """Return what lines deliver in all, base units, by what they are; what comes to nothing is left out."""
    qty: defaultdict[LineKey, int] = defaultdict(int)
    for line in lines:
        qty[line.demand, line.source, line.cooperative, line.item] += line.qty
    return {key: total for key, total in qty.items() if total}
