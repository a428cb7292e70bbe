"""What is kept of an old plan, and what lines cost, beside the plain way: one line after the other, and the check."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from service.matching.check import check
from service.matching.greedy import greedy
from service.matching.index import ProblemIndex
from service.matching.ledger import Ledger
from service.matching.plan_difference import quantities
from service.matching.problem import Offer
from service.matching.why.carried_plan import Circumstances
from service.matching.why.habit import PastLine, planned_by_habit
from tests.factories import problems as make
from tests.factories.random_problems import random_problem, with_history, with_more


def tightened(problem, seed):
    """Other circumstances: less of some things, other prices, limits and steps."""
    r = random.Random(seed)

    def less(amount):
        return int(amount * r.choice([0.3, 0.6, 0.9, 1, 1, 1, 1.3]))

    return replace(
        problem,
        items=tuple(replace(x, step=x.step * r.choice([1, 1, 1, 7])) for x in problem.items),
        demands=tuple(
            replace(d, qty=max(1, less(d.qty)), max_price_idr=less(d.max_price_idr)) for d in problem.demands
        ),
        offers=tuple(
            replace(o, qty=less(o.qty), price_idr=less(o.price_idr)) for o in problem.offers[r.randint(0, 1) :]
        ),
        stocks=tuple(replace(s, packs=less(s.packs), price_idr=less(s.price_idr)) for s in problem.stocks),
        kitchens=tuple(
            replace(
                k, budget_idr={line: less(idr) for line, idr in k.budget_idr.items()}, max_drops_per_day=r.randint(1, 2)
            )
            for k in problem.kitchens
        ),
        cooperatives=tuple(
            replace(
                c, capital_idr=less(c.capital_idr), handling_g=tuple(less(g) for g in c.handling_g),
                cold_g=tuple(less(g) for g in c.cold_g), radius_m=less(c.radius_m),
            )
            for c in problem.cooperatives
        ),
    )  # fmt: skip


def kept_plainly(problem, qty, wanted):
    """Offer every line to the ledger, first as far as both plans want it, then the rest."""
    index = ProblemIndex(problem)
    ledger, kept = Ledger(index), dict.fromkeys(qty, 0)
    for most in ({key: min(qty[key], wanted.get(key, 0)) for key in qty}, qty):
        for key in sorted(qty):
            arc = arc_of(index, ledger, key)
            if arc is not None:
                more = min((most[key] - kept[key]) // arc.item.step * arc.item.step, ledger.room(arc))
                if more > 0:
                    ledger.deliver(arc, more)
                    kept[key] += more
    return kept


def arc_of(index, ledger, key):
    demand, cooperative = index.demands.get(key[0]), index.cooperatives.get(key[2])
    source = index.offers.get(key[1]) or index.stocks.get(key[1])
    if demand is None or cooperative is None or source is None or source.item != key[3]:
        return None
    arc = ledger.arc(demand, source, cooperative)
    is_own = not isinstance(source, Offer) or source.cooperative == cooperative.id
    if arc is None or not is_own or arc.price_idr > arc.limit_idr or not source.from_day <= demand.day <= source.to_day:
        return None
    return arc if index.delivery_m(cooperative, index.kitchens[demand.kitchen]) <= cooperative.radius_m else None


def amounts(qty, keys):
    return np.array([qty.get(key, 0) for key in keys], dtype=np.int64)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_what_is_kept_is_what_would_be_kept_line_by_line(seed):
    before = with_more(random_problem(seed), seed)
    after = tightened(before, seed)
    new, _ = planned_by_habit(after, (PastLine("K0", "RICE", "C1", "P1", 1),))
    old, wanted = quantities(greedy(before).allocations), quantities(new.allocations)
    keys = sorted(old.keys() | wanted.keys())
    kept = Circumstances(after, keys).kept(amounts(old, keys), amounts(wanted, keys))
    assert dict(zip(keys, kept.tolist(), strict=True)) == dict.fromkeys(keys, 0) | kept_plainly(after, old, wanted)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_lines_cost_what_the_check_says(seed):
    """With a plan before and without, and among lines that the plan does not deliver."""
    problem = with_more(random_problem(seed), seed)
    other = quantities(greedy(tightened(problem, seed)).allocations)
    if seed % 2:
        problem = with_history(problem, greedy(problem), seed)
    before = quantities(problem.previous)
    assume(len({key[:3] for key in before}) == len(before))  # a source is of one item
    plan = greedy(problem)
    qty = quantities(plan.allocations)
    keys = sorted(qty.keys() | other.keys())
    assert Circumstances(problem, keys).total_idr(amounts(qty, keys)) == pytest.approx(check(problem, plan).total_idr)


def test_nothing_kept_under_a_problem_without_parts_costs_its_shortages():
    full = random_problem(1)
    keys = sorted(quantities(greedy(full).allocations))
    bare = replace(full, offers=(), stocks=())
    under = Circumstances(bare, keys)
    qty = amounts(dict.fromkeys(keys, 1000), keys)
    assert not under.kept(qty, qty).any()
    assert under.total_idr(qty) == pytest.approx(check(bare, greedy(bare)).total_idr)


def test_the_last_pack_is_kept_by_the_first_line_that_opens_it():
    """Two cooperatives took half a pack of 10 kg each; one pack is left."""
    problem = make.problem(
        offers=(),
        stocks=(make.stock(packs=1),),
        cooperatives=(make.cooperative(), make.cooperative("C2")),
        demands=(make.demand(qty=5_000), make.demand("D2", qty=5_000, day=1)),
    )
    keys = [("D1", "S1", "C1", "RICE"), ("D2", "S1", "C2", "RICE")]
    qty = np.array([5_000, 5_000])
    assert Circumstances(problem, keys).kept(qty, qty).tolist() == [5_000, 0]
