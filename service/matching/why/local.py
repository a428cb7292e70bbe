"""The local re-solve: a few demand lines of a plan are served anew, exactly, while every other line stays as it is.

Every answer that claims an effect asks here. A question frees some lines, may change the problem (a relaxed rule, an
added offer), and gets the cheapest way to serve the free lines, what that does to the whole plan's total, term by term,
and what each line then gets. The result is a plan of the whole changed problem.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from service.matching.arcs import network_of
from service.matching.assembly import flow_of
from service.matching.canonical import canonical
from service.matching.check import check
from service.matching.deliveries import terms_of
from service.matching.index import ProblemIndex
from service.matching.linear_model import SolverLimits
from service.matching.parameters import parameters_of
from service.matching.plan import PackPurchase, Plan, PlanStatus
from service.matching.problem import BP
from service.matching.rules import Term
from service.matching.why.cut import (
    arcs_through,
    best_arcs,
    cheapest_ways,
    cut,
    named_arcs,
    needs_idr,
    with_bounds,
    with_caps,
    with_share_limits,
)
from service.matching.why.held import PlanLines, seen_from, with_outside_suppliers
from service.matching.why.part import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from service.matching.problem import Demand, Line, Problem
    from service.matching.usage import Flow, Usage
    from service.matching.why.cut import Way, Ways

    Change = Callable[[Problem], Problem]

LOCAL_LIMITS = SolverLimits(seconds=2.0, nodes=40, gap=1e-6, gap_idr=1.0, is_small=True)
"""Of one re-solve; the nodes decide, so that the same question has the same answer on every machine."""

MOST_ARCS = 600
REMEMBERED = 8
"""Sets of free lines of which the plan's usage is kept; one takes about two megabytes in a city."""


@dataclass(frozen=True, slots=True)
class LocalPlan:
    """How the free lines are served in the cheapest way found, and what that does to the whole plan.

    ``difference_idr`` and ``terms_idr`` are the whole plan's total after the re-solve minus before it; the terms add up
    to the difference. ``covered_qty`` is what each free line gets, in base units of the demanded item. ``is_proven``
    says that no cheaper way exists over the ways looked at.
    """

    lines: tuple[Line, ...]
    difference_idr: float
    terms_idr: dict[Term, float]
    covered_qty: dict[str, float]
    is_proven: bool


@dataclass(frozen=True, slots=True)
class _Before:
    """Some lines in the plan as it is: their part of the problem, and what they cost."""

    part: Part
    terms_idr: dict[Term, float]


def required(found: LocalPlan | None) -> LocalPlan:
    """Return the result of a question that every allowed plan has an answer to.

    Raises
    ------
    ValueError
        If there is none, since the plan's promises break a rule.
    """
    if found is None:
        message = "The plan breaks a rule."
        raise ValueError(message)
    return found


def unchanged(problem: Problem) -> Problem:
    """Return the problem as it is."""
    return problem


class Locality:
    """One plan of one problem, prepared once to answer many questions.

    Parameters
    ----------
    problem
        A valid problem.
    plan
        An allowed plan of it.
    """

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = canonical(problem)
        self.plan = plan
        self.p = parameters_of(self.problem)
        self.index = ProblemIndex(self.problem)
        self.lines_of: defaultdict[str, list[Line]] = defaultdict(list)
        self.takers_of: defaultdict[str, list[Line]] = defaultdict(list)
        for line in plan.allocations:
            self.lines_of[line.demand].append(line)
            self.takers_of[line.source].append(line)
        self._plan_lines = PlanLines(self.p, plan)
        self._needs_idr = needs_idr(self.problem)
        self._helds: dict[frozenset[str], Usage] = {}
        self._befores: dict[frozenset[str], _Before] = {}

    def covered_qty(self, demand: str) -> float:
        """What the plan covers of a line, in base units of the demanded item."""
        return _covered_qty(self.index.demands[demand], self.lines_of[demand])

    def short_qty(self, demand: str) -> float:
        """What a line lacks in the plan, in base units of the demanded item; never below 0."""
        return max(0.0, self.index.demands[demand].qty - self.covered_qty(demand))

    def source_qty(self, source: str) -> int:
        """What an offer or all packs of a stock hold, in base units."""
        offer = self.index.offers.get(source)
        if offer is not None:
            return offer.qty
        stock = self.index.stocks[source]
        return stock.packs * stock.pack_qty

    def promised_qty(self, way: Way) -> int:
        """What is promised of a delivery, in base units."""
        promised = (x.qty for x in self.problem.fixed if (x.demand, x.source, x.cooperative) == way)
        return max(promised, default=0)

    def wholesaler(self, source: str) -> str | None:
        """Whose stock a source is; ``None`` for an offer."""
        return None if source in self.index.offers else self.index.stocks[source].wholesaler

    def resolve(
        self,
        lines: Collection[str],
        *,
        change: Change = unchanged,
        asked: Collection[str] = (),
        capped: Collection[str] = (),
        ways: Ways | None = None,
        exactly: Mapping[Way, int] | None = None,
        start: Collection[Line] | None = None,
        keep: Collection[str] = (),
        limits: SolverLimits = LOCAL_LIMITS,
        most_arcs: int = MOST_ARCS,
    ) -> LocalPlan | None:
        """Serve some lines anew in the cheapest way and hold everything else of the plan.

        Parameters
        ----------
        lines
            Ids of the free demand lines; more than about 40 make it slow.
        change
            What is different in the problem. It must keep kitchens, cooperatives, wholesalers, days and items in
            number, and whatever it takes away or makes dearer must not be used by lines that are held.
        asked
            The lines that the question is about: almost all of their ways are looked at, of others the cheapest.
        capped
            Free lines that must not be covered by more than the plan covers: they may be served otherwise or lose.
        ways
            Lines that may be served in the named ways only, each by at least and at most so many base units.
        exactly
            Base units that some ways must carry, no more and no less; 0 bars a way.
        start
            Lines to start from, those of an answer without the change; the plan's own if not given.
        keep
            Sources and cooperatives through which the asked lines' ways are looked at whatever they cost.
        limits, most_arcs
            Of the solver, and of the ways looked at in all.

        Returns
        -------
        LocalPlan | None
            ``None`` if the free lines cannot be served without breaking a rule, not even by nothing.
        """
        part = self._part(lines, change, capped)
        part = replace(part, arcs=with_bounds(part.p, part.arcs, ways or {}, exactly or {}))
        begin = self._flow(part, self._lines(lines) if start is None else start)
        named = named_arcs(part.p, part.arcs, ways or {}), arcs_through(part.p, part.arcs, asked, keep)
        kept = np.union1d(part.kept(begin), np.concatenate(named))
        chosen = best_arcs(part.p, part.arcs, part.rest, wide=asked, kept=kept, most=most_arcs)
        flow, is_proven = part.solve(chosen, begin, limits)
        return None if flow is None else self._outcome(part, flow, frozenset(lines), is_proven=is_proven)

    def is_allowed(self, found: LocalPlan) -> bool:
        """Whether the lines of a re-solve with a change are allowed in the plan without it."""
        part = self._before(frozenset(found.covered_qty)).part
        return part.carries(self._flow(part, found.lines), found.lines)

    def ways(self, demand: str) -> list[Way]:
        """Every way that may serve a line, the cheapest first at first sight; what is used up is not left out."""
        part = self._before(frozenset((demand,))).part
        return cheapest_ways(part.p, part.arcs, part.rest)

    def whole(self, found: LocalPlan, change: Change = unchanged) -> tuple[Problem, Plan]:
        """Return the whole changed problem and the whole plan that a re-solve leads to.

        Parameters
        ----------
        found, change
            The result of ``resolve`` and the change it was asked with.
        """
        problem = canonical(change(self.problem))
        held = [line for line in self.plan.allocations if line.demand not in found.covered_qty]
        lines = tuple(sorted((*held, *found.lines), key=lambda x: (x.demand, x.source, x.cooperative)))
        pool: defaultdict[tuple[str, str], int] = defaultdict(int)
        sizes = {stock.id: stock.pack_qty for stock in problem.stocks}
        for line in lines:
            if line.source in sizes:
                pool[line.source, line.cooperative] += line.qty
        packs = tuple(PackPurchase(*key, packs=-(-qty // sizes[key[0]])) for key, qty in sorted(pool.items()))
        plan = Plan(lines, packs, 0.0, None, PlanStatus.FEASIBLE)
        return problem, replace(plan, objective_idr=check(problem, plan).total_idr)

    def _lines(self, demands: Collection[str]) -> list[Line]:
        return [line for demand in sorted(demands) for line in self.lines_of[demand]]

    @staticmethod
    def _flow(part: Part, lines: Collection[Line]) -> Flow:
        """Some lines as a flow of a part, as far as the part has the arcs."""
        known = tuple(line for line in lines if part.has(line))
        return flow_of(part.p, part.arcs, Plan(known, (), 0.0, None, PlanStatus.FEASIBLE))

    def _part(self, lines: Collection[str], change: Change, capped: Collection[str]) -> Part:
        """Cut the part out of the changed problem, with the held lines as its constants."""
        before, problem = cut(self.problem, lines), cut(change(self.problem), lines)
        held = self._held(lines)
        need, was = needs_idr(problem), needs_idr(before)
        p = with_outside_suppliers(parameters_of(problem), self.p, held)
        p = with_share_limits(p, {k: self._needs_idr[k] + need[k] - was[k] for k in need})
        p = with_caps(p, {demand: math.ceil(self.covered_qty(demand)) for demand in capped})
        return Part(p, network_of(p).arcs, seen_from(p, self.p, held))

    def _held(self, lines: Collection[str]) -> Usage:
        """What the plan uses without some lines; remembered for a few questions."""
        key = frozenset(lines)
        if key not in self._helds:
            _forget(self._helds)
            self._helds[key] = self._plan_lines.usage(~self._plan_lines.of_demands(key))
        return self._helds[key]

    def _before(self, lines: frozenset[str]) -> _Before:
        """The part of some lines in the plan as it is; remembered for a few questions."""
        if lines not in self._befores:
            _forget(self._befores)
            part = self._part(lines, unchanged, ())
            self._befores[lines] = _Before(part, part.terms(self._flow(part, self._lines(lines))))
        return self._befores[lines]

    def _outcome(self, part: Part, flow: Flow, lines: frozenset[str], *, is_proven: bool) -> LocalPlan:
        was, now = self._before(lines).terms_idr, part.terms(flow)
        terms = {term: now[term] - was[term] for term in Term}
        found, demands = part.lines(flow), {d.id: d for d in part.p.problem.demands}
        covered = {name: _covered_qty(demands[name], (x for x in found if x.demand == name)) for name in sorted(lines)}
        return LocalPlan(found, sum(terms.values()), terms, covered, is_proven)


def _forget(known: dict[frozenset[str], Any]) -> None:
    """Make room for one more question."""
    if len(known) >= REMEMBERED:
        del known[next(iter(known))]


def _covered_qty(demand: Demand, lines: Iterable[Line]) -> float:
    """What lines of a plan cover of their demand line."""
    return sum(line.qty * (terms_of(demand, line.item) or (0,))[0] for line in lines) / BP
