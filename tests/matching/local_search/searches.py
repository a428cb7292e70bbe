"""Searches over random tiny problems, walked to a random place, and what their records must say there."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import strategies as st

from service.matching.arcs import network_of
from service.matching.assembly import flow_of
from service.matching.greedy import greedy
from service.matching.local_search.move import room, shift
from service.matching.local_search.records import BELOW_MINIMUM
from service.matching.local_search.ruin import OFTEN, ruin
from service.matching.local_search.state import DUST_IDR, below_minimum_idr, state_of, steps_to_flow
from service.matching.local_search.work import NOW, work_of
from service.matching.objective import total_idr
from service.matching.parameters import parameters_of
from service.matching.plan import PlanStatus
from service.matching.rules import Rule
from service.matching.subproblem import broken_rules
from service.matching.usage import Flow, usage_of
from tests.factories.mixed_problems import SWITCHES, mixed_problem

if TYPE_CHECKING:
    from service.matching.arcs import Arcs
    from service.matching.local_search.records import State
    from service.matching.local_search.work import Work
    from service.matching.parameters import Floats, Ints, Parameters
    from service.matching.problem import Problem

MINIMUMS = {Rule.MINIMUM_ORDER, Rule.OFFER_MINIMUM}
"""The rules that a plan in work may break."""
MISSED = 0.7
"""What a rupiah below a minimum counts, unless a test says otherwise."""


@dataclass(frozen=True)
class DrawnRents:
    """Rents that no relaxation said: a search must stay right whatever they are."""

    by_arc: Floats
    capital: Floats

    def of_steps(self, chosen):
        return self.by_arc[chosen]


@dataclass(frozen=True)
class Searched:
    """A plan in work: the arcs that take part, their preference, records and scratch."""

    p: Parameters
    arcs: Arcs
    chosen: Ints
    score: Floats
    state: State
    work: Work
    rents: DrawnRents

    def steps(self):
        return self.state.arc["steps"].copy()

    def flow(self):
        return steps_to_flow(self.chosen, self.state.arc["steps"])

    def used(self):
        return usage_of(self.p, self.arcs, self.flow())

    def broken(self):
        """Hard rules that the plan in work breaks, but for minimums."""
        return set(broken_rules(self.p, self.used())) - MINIMUMS

    def total_idr(self):
        """The plan's cost from its flow alone, with what counts for missed minimums."""
        fresh = state_of(self.p, self.arcs, self.chosen, self.flow(), self.rents)
        fresh.rates[:] = self.state.rates
        return total_idr(self.p, self.used()) + below_minimum_idr(fresh)

    def weigh(self, missed):
        self.state.rates[BELOW_MINIMUM] = missed
        self.work.total[NOW] = self.total_idr()

    def short(self):
        return np.flatnonzero(self.state.line["covered_bp"] < self.state.line["qty_bp"])


def uneven(problem: Problem) -> Problem:
    """Count prices per odd amounts, so that values are no round numbers and sums of floats drift.

    Promises may then pass a limit of money; they are forgotten if they do.
    """
    changed = replace(problem, items=tuple(replace(x, per=max(3, x.per * 7 // 10 + 1)) for x in problem.items))
    return replace(changed, fixed=()) if greedy(changed).status is PlanStatus.INFEASIBLE else changed


def search_of(problem: Problem, *, seed: int = 0, missed: float = MISSED, starts_empty: bool = False) -> Searched:
    """Begin at the fixed lines alone or at the clerk's plan, with some or all of the arcs in a random preference."""
    r = np.random.default_rng(seed)
    p = parameters_of(problem)
    arcs = network_of(p).arcs
    fixed = np.flatnonzero(arcs.lower)
    start = Flow(fixed, arcs.lower[fixed]) if starts_empty else flow_of(p, arcs, greedy(p.problem))
    score = r.random(len(arcs))
    share = r.choice([0.5, 1.0])
    chosen = np.union1d(np.flatnonzero(r.random(len(arcs)) < share), start.arc).astype(np.int64)
    chosen = chosen[np.lexsort((chosen, score[chosen], arcs.demand[chosen]))]
    rents = DrawnRents(r.choice([0.0, 1.0]) * r.random(len(arcs)) * arcs.value, r.random(p.cooperative_count) * 4)
    state = state_of(p, arcs, chosen, start, rents)
    work = work_of(state, seed, total_idr(p, usage_of(p, arcs, start)))
    x = Searched(p, arcs, chosen, score, state, work, rents)
    x.weigh(missed)
    return x


def walk(x: Searched, seed: int, moves: int) -> None:
    """Make random moves within the hard rules: up to the room of an arc, down to what is fixed."""
    r = random.Random(seed)
    for _ in range(moves if len(x.chosen) else 0):
        at = r.randrange(len(x.chosen))
        arc, more = x.state.arc[at], room(x.state, at)
        if more > 0 and r.random() < 0.6:
            shift(x.state, at, r.choice([more, r.randint(1, more)]))
        elif arc["steps"] > arc["lower"]:
            less = int(arc["steps"] - arc["lower"])
            shift(x.state, at, -r.choice([less, r.randint(1, less)]))
    x.weigh(x.state.rates[BELOW_MINIMUM])


def walked(problem: Problem, seed: int, moves: int, starts_empty: bool) -> Searched:
    x = search_of(problem, seed=seed, starts_empty=starts_empty)
    walk(x, seed, moves)
    return x


def ruined(x: Searched, seed: int) -> None:
    """Take lines out around a random one, in a random way; the way holds for what is served next."""
    r = random.Random(seed)
    ruin(x.state, x.work, r.randrange(len(x.state.line)), r.randrange(len(OFTEN)))


def require_same_records(x: Searched) -> None:
    """Every field is what a fresh state of the same flow says: whole numbers exactly, sums of floats closely."""
    fresh = state_of(x.p, x.arcs, x.chosen, x.flow(), x.rents)
    for name, ours, theirs in zip(x.state._fields, x.state, fresh, strict=True):
        if name == "rates":
            ours, theirs = ours[:BELOW_MINIMUM], theirs[:BELOW_MINIMUM]  # noqa: PLW2901 - what a miss counts is set by the search
        for column in ours.dtype.names or (None,):
            mine, exact = (ours[column], theirs[column]) if column else (ours, theirs)
            assert mine.dtype == exact.dtype, (name, column)
            slack, dust = (1e-6, DUST_IDR) if mine.dtype.kind == "f" else (0, 0)
            np.testing.assert_allclose(mine, exact, rtol=slack, atol=dust, err_msg=f"{name}.{column}")


def require_room(x: Searched) -> None:
    """Using the room of an arc breaks no rule and serves no more than its line needs; one step more would."""
    assert x.broken() == set()
    for at in range(len(x.chosen)):
        arc, line, most = x.state.arc[at], x.state.line[x.state.arc[at]["line"]], room(x.state, at)
        assert 0 <= most <= arc["upper"] - arc["steps"]
        shift(x.state, at, most)
        assert x.broken() == set()
        if most > 0:
            assert line["covered_bp"] - arc["covers_bp"] < line["qty_bp"], "more than the line needs"
        if arc["steps"] < arc["upper"] and line["covered_bp"] < line["qty_bp"]:
            shift(x.state, at, 1)
            assert x.broken() != set(), "less than the rules leave"
            shift(x.state, at, -1)
        shift(x.state, at, -most)


mixes = st.builds(mixed_problem, st.integers(0, 10_000), st.frozensets(st.sampled_from(SWITCHES)))
everything = st.builds(mixed_problem, st.integers(0, 10_000), st.just(frozenset(SWITCHES)))
history = st.builds(
    lambda seed, on: mixed_problem(seed, on | {"fixed", "previous"}),
    st.integers(0, 10_000),
    st.frozensets(st.sampled_from(SWITCHES)),
)
weeks = st.one_of(mixes, everything, history, st.builds(uneven, mixes), st.builds(uneven, everything))
seeds = st.integers(0, 10_000)
searches = st.builds(search_of, weeks, seed=seeds, starts_empty=st.booleans())
walks = st.builds(walked, weeks, seeds, st.integers(0, 40), st.booleans())
