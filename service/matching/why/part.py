"""A part of a problem ready to be solved: its arcs, and what the held lines of the plan use as constants."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from service.matching.constraints import add_rules
from service.matching.linear_model import Outcome, SolverLimits, optimise
from service.matching.objective import add_prices, freight_idr, leftover_idr, total_idr
from service.matching.problem import Line
from service.matching.rules import Term
from service.matching.subproblem import broken_rules
from service.matching.usage import NO_FLOW, Flow, Usage, usage_of
from service.matching.variables import hint_of, restrict
from service.matching.why.cost_terms import cost_terms
from service.matching.why.held import together

if TYPE_CHECKING:
    from collections.abc import Collection

    from service.matching.arcs import Arcs
    from service.matching.parameters import Ints, Parameters


@dataclass(frozen=True, slots=True)
class Part:
    """Some demand lines, every way to serve them, and what the rest of the plan uses."""

    p: Parameters
    arcs: Arcs
    rest: Usage

    def used(self, flow: Flow) -> Usage:
        """What the held lines and the flow use together."""
        return together(self.p, self.rest, usage_of(self.p, self.arcs, flow))

    def carries(self, flow: Flow, lines: Collection[Line]) -> bool:
        """Whether a flow is exactly some lines and breaks no rule: whether they are allowed here."""
        return set(self.lines(flow)) == set(lines) and self.allows(flow)

    def terms(self, flow: Flow) -> dict[Term, float]:
        """Cost terms of the flow, up to constants that are the same for every change of the same lines."""
        found = cost_terms(self.p, self.arcs, flow, self.used(flow))
        # A change may bring more sources into the part; what is held of them is not the flow's.
        found[Term.FREIGHT] -= freight_idr(self.p, self.rest)
        found[Term.LEFTOVER] -= leftover_idr(self.p, self.rest)
        return found

    def has(self, line: Line) -> bool:
        """Whether the part still has the line's demand, source and cooperative."""
        problem = self.p.problem
        return (
            any(line.demand == d.id for d in problem.demands)
            and any(line.cooperative == c.id for c in problem.cooperatives)
            and line.source in self.p.source_index()
        )

    def kept(self, start: Flow) -> Ints:
        """Arcs that must be free in any case: those in use and those of fixed lines."""
        return np.union1d(start.arc, np.flatnonzero(self.arcs.lower))

    def solve(self, chosen: Ints, start: Flow, limits: SolverLimits) -> tuple[Flow | None, bool]:
        """Return the cheapest flow over some arcs, and whether that is proven.

        Parameters
        ----------
        chosen
            The free arcs, increasing.
        start
            A flow to fall back on if it keeps the rules.
        limits
            Of the solver.

        Returns
        -------
        tuple[Flow | None, bool]
            No flow if every one breaks a rule.
        """
        known = [flow for flow in (start, NO_FLOW) if self.allows(flow)]
        found, is_proven = self.optimised(chosen, start, limits)
        if found is not None and self.allows(found):
            known.append(found)
        if not known:
            return None, is_proven
        return min(known, key=lambda flow: total_idr(self.p, self.used(flow))), is_proven

    def lines(self, flow: Flow) -> tuple[Line, ...]:
        """The flow as lines of a plan, in order."""
        problem, names, arcs = self.p.problem, list(self.p.source_index()), self.arcs
        qty: defaultdict[tuple[str, str, str, str], int] = defaultdict(int)
        for n, steps in zip(flow.arc.tolist(), flow.steps.tolist(), strict=True):
            demand, cooperative = problem.demands[arcs.demand[n]].id, problem.cooperatives[arcs.cooperative[n]].id
            item = problem.items[arcs.item[n]].id
            qty[demand, names[arcs.source[n]], cooperative, item] += steps * int(arcs.unit[n])
        return tuple(Line(*key, amount) for key, amount in sorted(qty.items()))

    def optimised(self, chosen: Ints, start: Flow, limits: SolverLimits) -> tuple[Flow | None, bool]:
        """Return the solver's flow over some arcs as it is, and whether nothing cheaper is possible."""
        r = restrict(self.p, self.arcs, chosen, self.rest)
        add_prices(r)
        add_rules(r)
        hint = hint_of(r, start) if self.allows(start) else None
        answer = optimise(r.model, limits, hint=hint)
        is_proven = answer.outcome in (Outcome.OPTIMAL, Outcome.INFEASIBLE)
        if answer.outcome not in (Outcome.OPTIMAL, Outcome.FEASIBLE):
            return None, is_proven
        steps = np.rint(answer.values[r.flow]).astype(np.int64)
        return Flow(chosen[steps > 0], steps[steps > 0]), is_proven

    def allows(self, flow: Flow) -> bool:
        """Whether the flow keeps the limits of its arcs and every rule of the plan."""
        steps = np.zeros(len(self.arcs), dtype=np.int64)
        steps[flow.arc] = flow.steps
        if (steps < self.arcs.lower).any() or (steps > self.arcs.upper).any():
            return False
        return not broken_rules(self.p, self.used(flow))
