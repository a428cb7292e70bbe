"""Solves the weekly matching problem: relaxation, first plan, improvement; anytime, deterministic, with a proven bound.

``README.md`` beside this file states the model and the algorithm.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from service.matching.arcs import network_of
from service.matching.assembly import flow_of, infeasible_plan, plan_of
from service.matching.column_generation import generate_columns
from service.matching.dive import dive
from service.matching.fixed_lines import fixed_flow
from service.matching.greedy import greedy
from service.matching.linear_model import Stopped
from service.matching.neighbourhoods import WHOLE_ARCS, choices, improve, solve_whole
from service.matching.parameters import parameters_of
from service.matching.relaxation import Relaxation
from service.matching.rounding import round_sketch
from service.matching.search import Limits, Search

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.matching.plan import Plan
    from service.matching.problem import Problem
    from service.matching.progress import Progress

__all__ = ["Limits", "solve"]


def solve(
    problem: Problem,
    limits: Limits | None = None,
    *,
    seed: int = 0,
    report: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
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

    Returns
    -------
    Plan
        Allowed, with its exact total and a proven lower bound; ``infeasible`` only if the fixed lines themselves break
        a rule, which ``broken`` names.
    """
    p = parameters_of(problem)
    network = network_of(p)
    arcs, constant_idr = network.arcs, network.change_constant_idr
    search = Search(
        p, arcs, limits or Limits(), seed=seed, report=report, cancelled=cancelled, constant_idr=constant_idr
    )
    start, broken = fixed_flow(p, arcs, search.solver_limits())
    if broken or network.impossible:
        return infeasible_plan(p, arcs, start, network.impossible)
    search.offer(start, "start")
    with suppress(Stopped):
        search.checkpoint()
        search.offer(flow_of(p, arcs, greedy(p.problem)), "clerk")
        _optimise(search)
    return plan_of(p, arcs, search.best.flow, bound_idr=search.bound_idr, status=search.status())


def _optimise(search: Search) -> None:
    """Bound from below, dive, round, improve."""
    search.checkpoint()
    relaxation = Relaxation(search.p, search.arcs)
    priced = generate_columns(relaxation, search)
    sketch = dive(relaxation, priced, search)
    search.offer(round_sketch(relaxation, sketch, search), "rounding")
    if len(search.arcs) <= WHOLE_ARCS:
        solve_whole(relaxation, search)
    else:
        improve(relaxation, choices(relaxation, sketch), search)
