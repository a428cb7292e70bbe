"""What a plan's document may look like."""

import json
from dataclasses import replace

import pytest

from service.matching.errors import Fault, InvalidPlan
from service.matching.plan import PackPurchase, Plan, PlanStatus
from service.matching.reader import checked_plan, parse_plan, read_plan
from service.matching.writer import write_plan
from tests.factories import problems as make
from tests.factories.documents import put

PLAN = Plan(
    allocations=(make.line(), make.line(demand="D2", source="S1")),
    purchases=(PackPurchase("S1", "C1", 2),),
    objective_idr=400_000.5,
    bound_idr=399_000.0,
    status=PlanStatus.FEASIBLE,
)


def test_a_plan_comes_back_from_its_document():
    assert read_plan(write_plan(PLAN)) == PLAN
    content = json.dumps(write_plan(PLAN) | {"note": "of another program"}).encode()
    assert parse_plan(content) == checked_plan(content) == PLAN


def test_a_plan_is_written_in_one_order():
    assert write_plan(replace(PLAN, allocations=PLAN.allocations[::-1])) == write_plan(PLAN)


def test_a_plan_says_its_gap_and_names_broken_rules_only_if_infeasible():
    document = write_plan(PLAN)
    assert document["gap"] == pytest.approx(1000.5 / 400_000.5)
    assert "broken" not in document
    infeasible = replace(PLAN, bound_idr=None, status=PlanStatus.INFEASIBLE, broken=("fixed D1",))
    assert write_plan(infeasible)["broken"] == ["fixed D1"]
    assert write_plan(infeasible)["gap"] is None
    assert read_plan(write_plan(infeasible)) == infeasible


def test_a_plan_of_another_program_may_say_more_or_less():
    document = {"allocations": [], "purchases": [], "objective_idr": 0, "solver": "by hand"}
    assert read_plan(document) == Plan((), (), 0, None, PlanStatus.FEASIBLE)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (put("objective_idr", None), Fault("/objective_idr", "wrong_type", "must be a number, is null")),
        (put("objective_idr", "1"), Fault("/objective_idr", "wrong_type", "must be a number, is a string")),
        (
            put("bound_idr", float("inf")),
            Fault("/bound_idr", "out_of_range", "must be a finite amount of rupiah"),
        ),
        (
            put("allocations", 0, "qty", 1.5),
            Fault("/allocations/0/qty", "wrong_type", "must be an integer, is a number with a fraction"),
        ),
        (
            put("status", "great"),
            Fault("/status", "not_allowed", "must be one of optimal, feasible, stopped, infeasible"),
        ),
    ],
)
def test_a_plan_with_another_shape_is_refused(change, fault):
    document = write_plan(PLAN)
    change(document)
    with pytest.raises(InvalidPlan) as refusal:
        read_plan(document)
    assert refusal.value.faults == (fault,)
