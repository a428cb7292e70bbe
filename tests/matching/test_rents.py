"""Scarcity rents: the parts of a reduced cost that goods, capacity, budgets and capital make."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching.arcs import network_of
from service.matching.parameters import parameters_of
from service.matching.relaxation import Relaxation
from service.matching.rents import Rents
from tests.factories.random_problems import random_problem

RENTED = ("source", "handling", "cold", "budget", "capital")
few = settings(max_examples=40, derandomize=True, deadline=None)


def relaxed(seed):
    p = parameters_of(random_problem(seed))
    return Relaxation(p, network_of(p).arcs)


def random_duals(r, seed, *, only):
    """Duals of both signs in some kinds of rows, 0 in all others."""
    duals = np.zeros(len(r.limit))
    names = list(r.first)
    for name in only:
        last = r.first.get(names[names.index(name) + 1], len(duals)) if name != names[-1] else len(duals)
        at = slice(r.first[name], last)
        duals[at] = np.random.default_rng(seed).normal(0, 1e6, last - r.first[name])
    return duals


@few
@given(seed=st.integers(0, 100_000))
def test_rents_are_what_scarce_rows_add_to_a_reduced_cost(seed):
    r = relaxed(seed)
    duals = random_duals(r, seed, only=RENTED)
    rents, chosen = Rents(r, duals), np.arange(len(r.arcs))
    cash = r.arcs.own_cash + r.arcs.pack_cash
    added = (rents.of_steps(chosen) + cash * rents.capital[r.arcs.cooperative]) * r.whole_steps
    has_capital = (r.p.capital_idr > 0)[r.arcs.cooperative]
    expected = r.reduced_cost(r.signed(duals)) - r.cost
    np.testing.assert_allclose(added[has_capital], expected[has_capital], rtol=1e-9, atol=1e-3)
    assert (rents.of_steps(chosen) >= 0).all()
    assert (rents.capital >= 0).all()


@few
@given(seed=st.integers(0, 100_000), kind=st.sampled_from(["cover", "share", "drops", "fairness"]))
def test_what_is_no_scarce_thing_has_no_rent(seed, kind):
    r = relaxed(seed)
    rents = Rents(r, random_duals(r, seed, only=[kind]))
    assert rents.of_steps(np.arange(len(r.arcs))) == pytest.approx(0)
    assert rents.capital == pytest.approx(0)
