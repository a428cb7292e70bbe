"""What the city's policy makes of an item and of a kitchen's portions."""

import pytest

from service.domain.errors import IllegalTransition, InvalidField
from service.domain.items import BudgetLine, NeedClass
from service.domain.plans import PLAN_TRANSITIONS, PlanStatus, discard
from service.domain.policies import day_budget_idr, require_sound_values, shortage_price_idr, values_of
from tests.factories.items import new_item
from tests.factories.plans import new_plan, new_policy, new_run


def values(**changes: object):
    policy = new_policy()
    policy.values = {**policy.values, **changes}
    return values_of(policy)


@pytest.mark.parametrize(("factor_bp", "price_idr"), [(80_000, 108_000), (10_000, 13_500), (1, 1), (0, 0)])
def test_a_shortage_costs_the_middle_of_the_price_range_times_the_factor(factor_bp, price_idr):
    """12,000 to 15,000: middle 13,500."""
    priced = values(shortage_factor_bp={"staple": factor_bp})
    assert shortage_price_idr(priced, new_item()) == price_idr


def test_an_odd_middle_is_rounded_half_up():
    """(12,000 + 12,001) / 2 = 12,000.5."""
    item = new_item(need_class=NeedClass.FRUIT, price_high_idr=12_001)
    assert shortage_price_idr(values(shortage_factor_bp={"fruit": 10_000}), item) == 12_001


def test_a_days_budget_follows_portions_by_size_for_food_and_all_portions_for_operations():
    """1,200 x 8,000 + 1,800 x 10,000 = 27.6 million; 3,000 x 3,000 = 9 million."""
    assert day_budget_idr(values(), portions_small=1200, portions_large=1800) == {
        BudgetLine.INGREDIENT: 27_600_000,
        BudgetLine.OPERATIONS: 9_000_000,
    }


@pytest.mark.parametrize("status", PlanStatus)
def test_only_a_proposed_plan_is_discarded(status):
    plan = new_plan(new_run(new_policy()), status=status)
    if PlanStatus.DISCARDED in PLAN_TRANSITIONS[status]:
        discard(plan)
        assert plan.status is PlanStatus.DISCARDED
    else:
        with pytest.raises(IllegalTransition):
            discard(plan)


EVERY_NEED = {one.value: 10_000 for one in NeedClass}


def test_a_version_that_is_older_than_a_value_has_its_usual_one():
    old = values()
    assert (old.invoice_due_days, old.late_reject_days, old.late_reject_keeping_days) == (14, 3, 14)


def test_goods_that_keep_can_be_rejected_for_as_long_as_others_at_least():
    require_sound_values(values(shortage_factor_bp=EVERY_NEED, late_reject_days=14, late_reject_keeping_days=14))
    with pytest.raises(InvalidField) as refused:
        require_sound_values(values(shortage_factor_bp=EVERY_NEED, late_reject_days=15, late_reject_keeping_days=14))
    assert [fault.field for fault in refused.value.faults] == ["values.late_reject_keeping_days"]
