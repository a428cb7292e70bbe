"""What the relaxation proves, with promises too.

Never more than the optimum, the more the better drops are split, and the most that prices of sources can prove.
"""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from benchmarks.peers.exact import optimum_of
from service.matching.arcs import network_of
from service.matching.drop_links import solve_with_drops
from service.matching.drop_split import completed
from service.matching.linear_model import SolverLimits
from service.matching.parameters import parameters_of
from service.matching.relaxation import Relaxation
from service.matching.room import within_room
from service.matching.source_prices import with_source_prices
from tests.factories import problems as make
from tests.factories.random_problems import random_problem
from tests.matching.closeness import at_most

ROUNDS = 2
"""The share term counts from the second on."""
ROUGHLY = 60
"""Iterations of a linear programme, far from enough."""
DEAR_IDR = 5_000_000
few = settings(max_examples=40, derandomize=True, deadline=None)


def relaxed(problem):
    """The relaxation of a week, and the constant that its bound leaves out: what was moved."""
    p = parameters_of(problem)
    network = network_of(p, without_filled=True)
    return Relaxation(p, within_room(p, network.arcs)), network.change_constant_idr


def linked_bound_idr(r):
    """What is proven over all arcs with drops linked to every line."""
    columns, duals = r.start(np.arange(len(r.arcs)))
    for _ in range(ROUNDS):
        columns, duals = solve_with_drops(r, columns, duals, SolverLimits())
        bound = r.bound(duals)
        r.watch_shares(columns)
    return bound.idr


def mostly_promised(seed):
    """A week of which an optimum's lines are promised, many only in part, so that opened packs have rests."""
    chance, problem = random.Random(seed), random_problem(seed)
    optimum = optimum_of(problem)
    assume(optimum is not None)
    step = {item.id: item.step for item in problem.items}
    kept = [
        replace(line, qty=line.qty // step[line.item] // chance.choice((1, 1, 2)) * step[line.item])
        for line in optimum.allocations
    ]
    return replace(problem, fixed=tuple(line for line in kept if line.qty), previous=optimum.allocations)


def rough_duals(r, chance):
    """What a programme over half of the arcs says: many sources have no arc in it."""
    half = np.array([arc for arc in range(len(r.arcs)) if chance.random() < 0.5 or r.lower[arc] > 0], dtype=np.int64)
    return r.solve(*r.start(half), SolverLimits(), iterations=ROUGHLY)[1]


def is_no_more(bound_idr, other_idr):
    """Whether a bound is not above another but by rounding; both may be far below nothing."""
    return bound_idr <= other_idr + 1e-6 * max(1.0, abs(bound_idr), abs(other_idr))


draws = st.sampled_from((random_problem, mostly_promised))


@few
@given(seed=st.integers(0, 100_000), draw=draws)
def test_a_bound_is_never_above_the_optimum(seed, draw):
    problem = draw(seed)
    best = optimum_of(problem)
    assume(best is not None)
    r, constant_idr = relaxed(problem)
    assert at_most(linked_bound_idr(r) + constant_idr, best.objective_idr)


@few
@given(seed=st.integers(0, 100_000), parts=st.lists(st.floats(0, 1), min_size=18, max_size=18))
def test_no_split_of_drops_proves_more_than_drops_linked_to_every_line(seed, parts):
    r, _ = relaxed(random_problem(seed))
    assume(len(r.arcs))
    linked_idr = linked_bound_idr(r)
    shape = r.p.demand_count, r.p.cooperative_count
    r.set_split(completed(r, np.resize(parts, shape)))
    _, duals = r.solve(*r.start(np.arange(len(r.arcs))), SolverLimits(), iterations=500)
    assert at_most(r.bound(duals).idr, linked_idr)


def test_what_is_left_of_a_pack_that_is_paid_buys_nothing_else():
    """Of 135,000 a pack of rice takes 90,000; 45,000 buy one pack of oil, though only 6 of 10 kg of rice are needed."""
    promised = make.line(source="S1", qty=6_000)
    oil = [make.demand(name, item="OIL", qty=5_000) for name in ("D2", "D3")]
    problem = make.problem(
        items=(make.item(), make.item("OIL")),
        cooperatives=(make.cooperative(capital_idr=135_000),),
        stocks=(make.stock(packs=1), make.stock("S2", item="OIL", pack_qty=5_000, price_idr=45_000)),
        demands=(make.demand(qty=6_000), *oil),
        fixed=(promised,),
    )
    r, _ = relaxed(problem)
    assert linked_bound_idr(r) == pytest.approx(54_000 + 45_000 + 500_000, rel=1e-6)
    assert optimum_of(problem).objective_idr == pytest.approx(54_000 + 45_000 + 500_000)


@few
@given(seed=st.integers(0, 100_000), draw=draws)
def test_no_other_price_of_one_source_proves_more(seed, draw):
    (r, _), chance = relaxed(draw(seed)), random.Random(seed)
    best = with_source_prices(r, rough_duals(r, chance))
    proven = r.bound(best).idr
    for row in range(r.first["source"], r.first["capital"]):
        for price in (0, best[row] * 0.9, best[row] * 1.1, -chance.uniform(0, DEAR_IDR)):
            other = best.copy()
            other[row] = price
            assert is_no_more(r.bound(other).idr, proven)


@few
@given(seed=st.integers(0, 100_000), draw=draws)
def test_it_proves_no_less_than_before_and_never_more_than_the_optimum(seed, draw):
    problem = draw(seed)
    optimum = optimum_of(problem)
    assume(optimum is not None)
    r, constant_idr = relaxed(problem)
    duals = rough_duals(r, random.Random(seed))
    proven = r.bound(with_source_prices(r, duals)).idr
    assert is_no_more(r.bound(duals).idr, proven)
    assert at_most(proven + constant_idr, optimum.objective_idr)


def test_what_nobody_is_led_to_is_not_counted_for_every_line():
    """Of 21 kg 5 are promised; of three lines that would pay for 10 kg, one can have them and the next can have 6."""
    worth_idr = 1_000_000, 800_000, 600_000
    problem = make.problem(
        offers=(make.offer(qty=21_000),),
        demands=(make.demand("D1", qty=5_000), *(make.demand(name, qty=10_000) for name in ("D2", "D3", "D4"))),
        fixed=(make.line(qty=5_000),),
    )
    r, _ = relaxed(problem)
    duals = np.zeros(len(r.limit))
    duals[1 : r.p.demand_count] = worth_idr
    assert r.bound(duals).idr == pytest.approx(350_000, rel=1e-6)
    proven = r.bound(with_source_prices(r, duals)).idr
    assert proven == pytest.approx(210_000 + 0.4 * worth_idr[1] + worth_idr[2], rel=1e-6)
