"""The exact model has every priced variable that a plan may need."""

import numpy as np
import pytest

from service.matching.arcs import network_of
from service.matching.assembly import flow_of
from service.matching.linear_model import SolverLimits
from service.matching.objective import total_idr
from service.matching.parameters import parameters_of
from service.matching.plan import Plan, PlanStatus
from service.matching.subproblem import Candidate, reoptimise
from service.matching.usage import NO_FLOW, usage_of
from service.matching.variables import restrict
from service.matching.why.lost_source import LostReason, explain_lost_source
from tests.factories import problems as make

LIMITS = SolverLimits(seconds=20.0, nodes=100, gap=0.0, gap_idr=0.5, is_small=True)
LIMITED = make.problem(
    policy=make.policy(share_bp=9_000),
    kitchens=(make.kitchen(max_share_bp=5_000),),
    cooperatives=(make.cooperative(), make.cooperative("C2")),
    offers=(
        make.offer("O1", price_idr=9_000, qty=10_000),
        make.offer("O2", price_idr=11_000, cooperative="C2", supplier="C2"),
        make.offer("O3", price_idr=9_000, qty=10_000),
    ),
)
"""C1's two offers together come to 180,000 rupiah at a kitchen that wants no more than 150,000 of one cooperative."""

PLAN = Plan(
    (make.line(qty=10_000), make.line(source="O2", cooperative="C2", qty=10_000)), (), 0.0, None, PlanStatus.FEASIBLE
)


def test_a_share_that_two_offers_of_one_cooperative_reach_together_is_counted():
    """16 kg at 9,000 stay below the share; with 4 kg at 11,000 they cost 188,000 instead of 200,000."""
    p = parameters_of(LIMITED)
    arcs = network_of(p).arcs
    flow = flow_of(p, arcs, PLAN)
    current = Candidate(flow, total_idr(p, usage_of(p, arcs, flow)))
    assert current.total_idr == pytest.approx(200_000)
    assert reoptimise(p, arcs, np.arange(len(arcs)), current, LIMITS).total_idr == pytest.approx(188_000)


def test_an_offer_within_such_a_share_is_told_that_the_plan_missed_it():
    answer = explain_lost_source(LIMITED, PLAN, "O3")
    assert (answer.reason, answer.first_lot) == (LostReason.OVERLOOKED, None)
    assert answer.saving_idr == pytest.approx(12_000)


def test_a_share_that_all_of_the_line_cannot_reach_has_no_variable():
    """Two offers of 100 kg each bring no more than the 20 kg that are needed: 200,000 of a limit of 300,000."""
    problem = make.problem(policy=make.policy(share_bp=9_000), offers=(make.offer(), make.offer("O2")))
    p = parameters_of(problem)
    arcs = network_of(p).arcs
    r = restrict(p, arcs, np.arange(len(arcs)), usage_of(p, arcs, NO_FLOW))
    assert len(r.excess.keys) == 0
