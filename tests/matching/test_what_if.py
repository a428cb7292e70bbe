"""A what-if changes a problem and nothing else: what goes, what comes, what stays promised."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.matching.check import check
from service.matching.errors import InvalidScenario
from service.matching.greedy import greedy
from service.matching.problem import BP
from service.matching.reader import read_problem
from service.matching.what_if import DemandScale, Scenario, apply_scenario, read_scenario
from service.matching.writer import write_problem
from tests.factories.problems import cooperative, demand, item, kitchen, line, offer, problem, stock

BASE = problem(
    kitchens=(kitchen("K1"), kitchen("K2")),
    cooperatives=(cooperative("C1"), cooperative("C2")),
    offers=(offer("O1"), offer("O2", cooperative="C2", supplier="C2", price_idr=11_000)),
    stocks=(stock("S1"),),
    demands=(demand("D1"), demand("D2", kitchen="K2")),
    fixed=(line(qty=5_000),),
)


def codes(error):
    return [(fault.pointer, fault.code) for fault in error.value.faults]


def test_a_scenario_that_changes_nothing_is_the_problem_itself():
    assert apply_scenario(BASE, Scenario()) == read_problem(write_problem(BASE))


def test_any_part_of_the_policy_can_be_other():
    changed = apply_scenario(BASE, read_scenario({"policy": {"drop_idr": 7, "tier_idr_per_kg": {"city": 9}}}))
    assert (changed.policy.drop_idr, changed.policy.tier_idr_per_kg.city) == (7, 9)
    assert changed.policy.tier_idr_per_kg.kelurahan == BASE.policy.tier_idr_per_kg.kelurahan
    steps = [{"above_bp": 0, "factor_bp": 1000}, {"above_bp": 2000, "factor_bp": 9000}]
    assert len(apply_scenario(BASE, read_scenario({"policy": {"shortage_steps": steps}})).policy.shortage_steps) == 2
    assert apply_scenario(BASE, Scenario(shortage_idr={"RICE": 5})).items[0].shortage_idr == 5
    budget = apply_scenario(BASE, Scenario(budget_idr={"K2": {"ingredient": 8}})).kitchens
    assert [x.budget_idr["ingredient"] for x in budget] == [10**9, 8]
    fair = apply_scenario(BASE, Scenario(fair_value_idr={"C2": 4})).cooperatives
    assert [x.fair_value_idr for x in fair] == [0, 4]


def test_supply_goes_and_comes():
    scenario = Scenario(without=("O2", "S1"), offers=(offer("NEW", cooperative="C2", supplier="C2"),))
    changed = apply_scenario(BASE, scenario)
    assert [x.id for x in changed.offers] == ["NEW", "O1"]
    assert changed.stocks == ()
    assert [x.id for x in apply_scenario(BASE, Scenario(stocks=(stock("S0"),))).stocks] == ["S0", "S1"]


def test_a_suspended_cooperative_goes_with_its_offers_and_promises():
    changed = apply_scenario(BASE, Scenario(suspended=("C1",)))
    assert [x.id for x in changed.cooperatives] == ["C2"]
    assert [x.id for x in changed.offers] == ["O2"]
    assert changed.fixed == ()


def test_a_suspended_kitchen_goes_with_its_demand_and_a_wholesaler_with_its_stock():
    changed = apply_scenario(BASE, Scenario(suspended=("K2", "W1")))
    assert ([x.id for x in changed.kitchens], [x.id for x in changed.demands]) == (["K1"], ["D1"])
    assert (changed.wholesalers, changed.stocks) == ((), ())
    assert changed.fixed == BASE.fixed


@pytest.mark.parametrize(
    ("scales", "qty"),
    [
        ((DemandScale(15_000),), [30_000, 30_000]),
        ((DemandScale(15_000, kitchen="K2"),), [20_000, 30_000]),
        ((DemandScale(15_000, item="RICE"), DemandScale(20_000, kitchen="K1")), [60_000, 30_000]),
        ((DemandScale(10_260, kitchen="K2"),), [20_000, 21_000]),  # 20,520 g, rounded to whole kg
        ((DemandScale(1, kitchen="K2"),), [20_000, 1_000]),  # never less than a step
        ((DemandScale(1),), [5_000, 1_000]),  # nor than what is promised of the line
        ((DemandScale(0, kitchen="K2"),), [20_000]),
    ],
)
def test_demand_is_scaled_in_whole_steps(scales, qty):
    assert [x.qty for x in apply_scenario(BASE, Scenario(demand=scales)).demands] == qty


def test_every_unknown_name_is_told_by_its_place():
    scenario = Scenario(
        without=("O1", "O9"),
        suspended=("C9",),
        demand=(DemandScale(1, kitchen="K9", item="TOFU"),),
        shortage_idr={"TOFU": 1},
        budget_idr={"K9": {}},
        fair_value_idr={"C9": 1},
    )
    with pytest.raises(InvalidScenario) as error:
        apply_scenario(BASE, scenario)
    assert codes(error) == [
        ("/without/1", "unknown_reference"),
        ("/suspended/0", "unknown_reference"),
        ("/demand/0/kitchen", "unknown_reference"),
        ("/demand/0/item", "unknown_reference"),
        ("/shortage_idr/TOFU", "unknown_reference"),
        ("/budget_idr/K9", "unknown_reference"),
        ("/fair_value_idr/C9", "unknown_reference"),
    ]


def test_the_readers_own_rules_hold_for_what_is_added():
    with pytest.raises(InvalidScenario) as error:
        apply_scenario(BASE, Scenario(offers=(offer("O1"),)))
    assert ("/offers/1/id", "duplicate_id") in codes(error)
    with pytest.raises(InvalidScenario) as error:
        apply_scenario(BASE, Scenario(suspended=("C2",), offers=(offer("NEW", cooperative="C2"),)))
    assert ("/offers/0/cooperative", "unknown_reference") in codes(error)


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ([], ("", "wrong_type")),
        ({"odd": 1}, ("/odd", "unknown_field")),
        ({"policy": {"drop_idr": -1}}, ("/policy/drop_idr", "out_of_range")),
        ({"demand": [{"kitchen": "K1"}]}, ("/demand/0/scale_bp", "missing_field")),
        ({"offers": [{"id": "x"}]}, ("/offers/0/cooperative", "missing_field")),
    ],
)
def test_a_document_of_the_wrong_shape_is_refused(document, fault):
    with pytest.raises(InvalidScenario) as error:
        read_scenario(document)
    assert fault in codes(error)


@given(
    scale=st.integers(0, 30_000),
    gone=st.sets(st.sampled_from(["K1", "K2", "C1", "C2", "W1"])),
    without=st.sets(st.sampled_from(["O1", "O2", "S1"])),
    step=st.sampled_from([1, 10, 1000]),
)
def test_whatever_is_changed_the_clerk_finds_an_allowed_plan(scale, gone, without, step):
    base = replace(BASE, items=(item(step=step),), fixed=())
    scenario = Scenario(without=tuple(without), suspended=tuple(gone), demand=(DemandScale(scale, kitchen="K1"),))
    changed = apply_scenario(base, scenario)
    assert check(changed, greedy(changed)).is_allowed
    assert all(abs(x.qty * BP - 20_000 * scale) <= step * BP for x in changed.demands if x.kitchen == "K1")
