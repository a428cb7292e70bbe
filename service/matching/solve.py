"""Solves the weekly matching problem: relaxation, first plan, improvement; anytime, deterministic, with a proven bound.

``README.md`` beside this file states the model and the algorithm.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from service.matching.arcs import network_of, open_arcs_of
from service.matching.assembly import flow_of, infeasible_plan, plan_of
from service.matching.column_generation import best_first, exact_prices, first_columns, first_prices, refine
from service.matching.dive import dive, open_arcs, whole_steps
from service.matching.fixed_lines import fixed_flow
from service.matching.greedy import greedy
from service.matching.linear_model import Stopped
from service.matching.local_search.improve import Stage, improve
from service.matching.parallel import alongside
from service.matching.parameters import parameters_of
from service.matching.problem import BP
from service.matching.relaxation import Relaxation
from service.matching.rents import Rents
from service.matching.room import within_room
from service.matching.search import Limits, Search
from service.matching.usage import usage_of
from service.matching.whole import WHOLE_ARCS, solve_whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.matching.arcs import Arcs
    from service.matching.column_generation import Priced
    from service.matching.dive import Sketch
    from service.matching.parameters import Floats, Ints
    from service.matching.plan import Plan
    from service.matching.problem import Problem
    from service.matching.progress import Progress
    from service.matching.usage import Flow

__all__ = ["Limits", "solve"]

NEAR_ARCS, WIDE_ARCS = 12, 20
OPENING, NEAR, WIDE, AGAIN, WHOLE_STEPS = 3, 20, 40, 20, 10
"""Steps of the local search per line, stage by stage; in a re-match; per stage where the exact model follows."""
SORTED_IN = 8
"""Parts of the lines whose arcs are sorted one after the other."""
LEAST_STEPS, MOST_STEPS = 60_000, 200_000
MOSTLY = 0.35
"""Part of the lines that are free at most where fixed ones lead the plan."""


def solve(
    problem: Problem,
    limits: Limits | None = None,
    *,
    seed: int = 0,
    report: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    start: Plan | None = None,
    clerk: Callable[[], Plan] | None = None,
) -> Plan:
    """Find a cheap plan and prove how far from the cheapest it can be.

    Parameters
    ----------
    problem
        A valid problem; the order of its lists does not matter.
    limits, seed
        Seconds, relative gap and effort. Equal problem, limits and seed: equal plan, unless the seconds ran out.
    report, cancelled
        Told how the solve goes; polled often, and once true the best plan so far comes back as ``stopped``.
    start
        A plan of this problem or of a stricter one; where it is allowed, what comes back is never dearer.
    clerk
        Returns the clerk's plan of this problem (``greedy``), where it is made elsewhere.

    Returns
    -------
    Plan
        Allowed, with its exact total and a proven lower bound; ``infeasible`` only if the fixed lines themselves break
        a rule, which ``broken`` names.
    """
    p = parameters_of(problem)
    network = network_of(p, without_filled=True)
    arcs, constant_idr = within_room(p, network.arcs), network.change_constant_idr
    search = Search(
        p, arcs, limits or Limits(), seed=seed, report=report, cancelled=cancelled, constant_idr=constant_idr
    )
    least, broken = fixed_flow(p, arcs, search.solver_limits())
    if broken or network.impossible:
        return infeasible_plan(p, arcs, least, network.impossible)
    search.offer(least, "start")
    has_start = start is not None and search.offer(flow_of(p, arcs, start), "known plan")
    with suppress(Stopped):
        search.checkpoint()
        search.offer(flow_of(p, arcs, clerk() if clerk else greedy(p.problem)), "clerk")
        _optimise(search, has_start=has_start)
    return plan_of(p, arcs, search.best.flow, bound_idr=search.bound_idr, status=search.status())


def _optimise(search: Search, *, has_start: bool) -> None:
    """Find rough prices, and with them a plan; then improve it on one core and raise the bound on the other."""
    search.checkpoint()
    relaxation = Relaxation(search.p, search.arcs)
    chosen, is_mostly_fixed = first_columns(relaxation), _is_mostly_fixed(search)
    search.checkpoint()
    with alongside(partial(_open, relaxation.clone(), search, chosen)):
        priced = (exact_prices if is_mostly_fixed else first_prices)(relaxation, search, chosen)
    if search.is_over():
        return
    if is_mostly_fixed:
        start = search.best.flow if has_start else whole_steps(relaxation, priced.columns)
        _improve(relaxation, priced.duals, start, search)
    else:
        _plan_and_bound(relaxation, priced, search, has_start=has_start)
    if len(search.arcs) <= WHOLE_ARCS and not search.is_over():
        solve_whole(search)


def _plan_and_bound(r: Relaxation, priced: Priced, search: Search, *, has_start: bool) -> None:
    """Improve the plan that was given, or the dive's, while the bound is refined."""
    sketch = None if has_start else dive(r.clone(), priced, search)
    with alongside(partial(refine, r.clone(), search, priced)):
        if sketch is None:
            _improve(r, priced.duals, search.best.flow, search)
        else:
            _improve(r, sketch.duals, _first_plan(r, sketch, search), search)


def _open(r: Relaxation, search: Search, cheapest: Ints) -> None:
    """Improve the clerk's plan over the cheapest ways."""
    chosen = np.union1d(cheapest, search.best.flow.arc)
    stage = Stage("opening", _steps(search, OPENING), hot_idr=5_000, cold_idr=1_000, missed=(3.0, 3.0))
    improve(search, chosen, r.cost, search.best.flow, stage)


def _first_plan(r: Relaxation, sketch: Sketch, search: Search) -> Flow:
    """Improve what the dive gives within its drops and orders; return the plan in work."""
    start, score = whole_steps(r, sketch.columns), _score(r, sketch.duals)
    is_open = open_arcs(r, open_arcs_of(r.p, r.arcs), sketch.drops, sketch.orders)
    near = _best(r.arcs, score, is_open, NEAR_ARCS)
    stage = Stage("open drops", _steps(search, NEAR), hot_idr=5_000, cold_idr=1_000, missed=(0.5, 3.0))
    return improve(search, np.union1d(near, start.arc), score, start, stage, rents=Rents(r, sketch.duals))


def _improve(r: Relaxation, duals: Floats, flow: Flow, search: Search) -> None:
    """Improve a plan with the best ways of every line, and with all ways of those that are short."""
    score = _score(r, duals)
    stage = Stage("all ways", _steps(search, WIDE), hot_idr=1_000, cold_idr=200, missed=(0.5, 30.0))
    improve(search, _wide_arcs(r, score, flow), score, flow, stage, rents=Rents(r, duals))


def _wide_arcs(r: Relaxation, score: Floats, flow: Flow) -> Ints:
    """Return the best arcs of every line, all of lines that are short, and the flow's own."""
    p, arcs = r.p, r.arcs
    ways, is_short = open_arcs_of(p, arcs), usage_of(p, arcs, flow).covered_bp < p.demand_qty * BP
    best, all_of_short = _best(arcs, score, ways, WIDE_ARCS), ways[is_short[arcs.demand[ways]]]
    return np.union1d(np.union1d(best, all_of_short), flow.arc)


def _score(r: Relaxation, duals: Floats) -> Floats:
    """Return what every arc costs at the duals' prices, drops left aside."""
    r.set_drop_price(np.zeros(len(r.arcs)))
    return r.reduced_cost(r.signed(duals))


def _best(arcs: Arcs, score: Floats, among: Ints, count: int) -> Ints:
    """Return the best arcs of every line."""
    line = arcs.demand[among]
    found = []
    for lines in np.array_split(np.unique(line), SORTED_IN):  # to sort millions of arcs at once takes 400 MB
        part = among[(line >= lines[0]) & (line <= lines[-1])] if len(lines) else among[:0]
        ordered, rank = best_first(arcs.demand, score, part)
        found.append(ordered[rank < count])
    return np.concatenate(found)


def _steps(search: Search, per_line: int) -> int:
    """Steps of a stage, by the number of lines that are not fixed and the effort; few where the exact model follows."""
    lines = _free_line_count(search)
    if len(search.arcs) <= WHOLE_ARCS:
        return round(search.limits.effort * min(per_line, WHOLE_STEPS) * lines)
    steps = AGAIN * lines if _is_mostly_fixed(search) else max(LEAST_STEPS, min(MOST_STEPS, WIDE * lines))
    return round(search.limits.effort * steps * per_line / WIDE)


def _free_line_count(search: Search) -> int:
    """Count lines that are not fixed."""
    return len(np.unique(search.arcs.demand[open_arcs_of(search.p, search.arcs)]))


def _is_mostly_fixed(search: Search) -> bool:
    """Whether so little is left open that the fixed lines lead the plan as well as a dive would."""
    return _free_line_count(search) <= MOSTLY * search.p.demand_count
