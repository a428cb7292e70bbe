"""One plan of one problem as arrays, prepared once for questions about many of its sources."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from service.matching.canonical import canonical
from service.matching.parameters import parameters_of
from service.matching.why.held import PlanLines

if TYPE_CHECKING:
    from service.matching.parameters import Ints
    from service.matching.plan import Plan
    from service.matching.problem import Line, Problem


class Market:
    """One plan of one problem as arrays, prepared once for questions about many sources."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = canonical(problem)
        self.plan = plan
        self.p = parameters_of(self.problem)
        self.sources = list(self.p.source_index())
        served = PlanLines(self.p, plan)
        self.lines, self.steps = served.arcs, served.steps
        self.usage = served.usage(np.ones(len(self.steps), dtype=bool))
        self.source_qty: Ints = self.usage.pool_qty.sum(axis=1)
        self.capital_left_idr = self.p.capital_idr - self.usage.capital_used_idr(self.p)
        self.fixed_of = _by_demand(self.problem.fixed)
        self.previous_of = _by_demand(self.problem.previous)
        self.fixed_qty = self._fixed_qty()

    def _fixed_qty(self) -> Ints:
        """What of every line of the plan is promised, in base units."""
        promised = {(x.demand, x.source, x.cooperative): x.qty for x in self.problem.fixed}
        keys = ((x.demand, x.source, x.cooperative) for x in self.plan.allocations)
        return np.fromiter((promised.get(key, 0) for key in keys), dtype=np.int64)


def _by_demand(lines: tuple[Line, ...]) -> dict[str, list[Line]]:
    found: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines:
        found[line.demand].append(line)
    return found
