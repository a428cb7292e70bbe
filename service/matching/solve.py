"""Solves the weekly matching problem: relaxation, first plan, improvement; anytime, deterministic, with a proven bound.

``README.md`` beside this file states the model and the algorithm.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from service.matching.arcs import network_of, without_full_lines
from service.matching.assembly import flow_of, infeasible_plan, plan_of
from service.matching.column_generation import best_first, first_columns, generate_columns
from service.matching.dive import dive, open_arcs, whole_steps
from service.matching.fixed_lines import fixed_flow
from service.matching.greedy import greedy
from service.matching.linear_model import Stopped
from service.matching.local_search.improve import Stage, improve
from service.matching.parallel import alongside
from service.matching.parameters import parameters_of
from service.matching.relaxation import Relaxation
from service.matching.search import Limits, Search
from service.matching.whole import WHOLE_ARCS, solve_whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.matching.arcs import Arcs
    from service.matching.column_generation import Priced
    from service.matching.parameters import Floats, Ints
    from service.matching.plan import Plan
    from service.matching.problem import Problem
    from service.matching.progress import Progress

__all__ = ["Limits", "solve"]

NEAR_ARCS, WIDE_ARCS = 12, 20
OPENING, NEAR, WIDE, WHOLE_STEPS = 3, 40, 80, 10
"""Steps of the local search per line, stage by stage, and per stage where the exact model follows."""
LEAST_STEPS, MOST_STEPS = 100_000, 400_000


def solve(
    problem: Problem,
    limits: Limits | None = None,
    *,
    seed: int = 0,
    report: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    start: Plan | None = None,
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

    Returns
    -------
    Plan
        Allowed, with its exact total and a proven lower bound; ``infeasible`` only if the fixed lines themselves break
        a rule, which ``broken`` names.
    """
    p = parameters_of(problem)
    network = network_of(p)
    arcs, constant_idr = without_full_lines(p, network.arcs), network.change_constant_idr
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
        search.offer(flow_of(p, arcs, greedy(p.problem)), "clerk")
        _optimise(search, has_start=has_start)
    return plan_of(p, arcs, search.best.flow, bound_idr=search.bound_idr, status=search.status())


def _optimise(search: Search, *, has_start: bool) -> None:
    """Bound from below and make a first plan meanwhile; then dive, and improve what the dive gives."""
    search.checkpoint()
    relaxation = Relaxation(search.p, search.arcs)
    with alongside(partial(_open, relaxation.clone(), search)):
        priced = generate_columns(relaxation, search)
    if search.is_over():
        return
    _from_dive(relaxation, priced, search, has_start=has_start)
    if len(search.arcs) <= WHOLE_ARCS and not search.is_over():
        solve_whole(search)


def _open(r: Relaxation, search: Search) -> None:
    """Improve the clerk's plan over the cheapest ways."""
    chosen = np.union1d(first_columns(r), search.best.flow.arc)
    stage = Stage("opening", _steps(search, OPENING), hot_idr=5_000, cold_idr=1_000, missed=(3.0, 3.0))
    improve(search, chosen, r.cost, search.best.flow, stage)


def _from_dive(r: Relaxation, priced: Priced, search: Search, *, has_start: bool) -> None:
    """Improve the dive's plan, first within its drops and orders, then, or a better known one, with every way."""
    arcs = search.arcs
    sketch = dive(r, priced, search)
    r.set_drop_price(np.zeros(len(arcs)))
    score = r.reduced_cost(r.signed(sketch.duals))
    everything = np.arange(len(arcs))
    start = whole_steps(r, sketch)
    near = _best(arcs, score, open_arcs(r, everything, sketch.drops, sketch.orders), NEAR_ARCS)
    stage = Stage("open drops", _steps(search, NEAR), hot_idr=5_000, cold_idr=1_000, missed=(0.5, 3.0))
    flow = improve(search, np.union1d(near, start.arc), score, start, stage)
    if has_start:
        flow = search.best.flow
    wide = _best(arcs, score, everything, WIDE_ARCS)
    stage = Stage("all ways", _steps(search, WIDE), hot_idr=1_000, cold_idr=200, missed=(0.5, 3.0))
    improve(search, np.union1d(wide, flow.arc), score, flow, stage)


def _best(arcs: Arcs, score: Floats, among: Ints, count: int) -> Ints:
    """Return the best arcs of every line."""
    ordered, rank = best_first(arcs.demand, score, among)
    return ordered[rank < count]


def _steps(search: Search, per_line: int) -> int:
    """Steps of a stage, by the number of lines that are not fixed and the effort; few where the exact model follows."""
    lines = len(np.unique(search.arcs.demand[search.arcs.upper > search.arcs.lower]))
    if len(search.arcs) <= WHOLE_ARCS:
        return round(search.limits.effort * min(per_line, WHOLE_STEPS) * lines)
    steps = max(LEAST_STEPS, min(MOST_STEPS, WIDE * lines))
    return round(search.limits.effort * steps * per_line / WIDE)
