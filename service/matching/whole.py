"""Small problems are solved as one exact model, with every rule and term."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from service.matching.subproblem import reoptimise

if TYPE_CHECKING:
    from service.matching.search import Search

WHOLE_ARCS, WHOLE_NODES = 600, 2_000
"""A problem of no more arcs is solved as a whole, within so many nodes."""


def solve_whole(search: Search) -> None:
    """Solve the whole problem from the best plan so far."""
    nodes = max(1, round(WHOLE_NODES * search.limits.effort))
    limits = search.solver_limits(nodes=nodes, gap=search.limits.gap)
    search.take(reoptimise(search.p, search.arcs, np.arange(len(search.arcs)), search.best, limits), "whole")
