"""From what a kitchen types in to lines and budget use; the worked example of one kitchen's week."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.budgets import BudgetUse, expected_price_idr, require_within_budget
from service.domain.demands import Demand, demand_of
from service.domain.errors import BudgetExceeded
from service.domain.forecast_entries import ForecastEntry, LineEntry, require_valid
from service.domain.items import BudgetLine
from service.domain.menus import Serving, explode
from service.domain.price_caps import CapKind
from tests.factories.entries import MONDAY, WEEKDAYS, an_exception, kitchen_facts, menu_of, worked_week
from tests.factories.items import new_item
from tests.factories.organisations import new_kitchen

FACTS = kitchen_facts()
TUESDAY, THURSDAY = WEEKDAYS[1], WEEKDAYS[3]


def line_of(demand: Demand, item_code: str, day=MONDAY):
    return next(line for line in demand.lines if (line.item.code, line.needed_date) == (item_code, day))


def use_of(demand: Demand, budget_line: BudgetLine = BudgetLine.INGREDIENT) -> BudgetUse:
    return next(use for use in demand.budget if use.budget_line is budget_line)


@pytest.fixture(scope="module")
def worked() -> Demand:
    require_valid(worked_week(), FACTS)
    return demand_of(worked_week(), FACTS)


def test_the_worked_example_needs_1020_kg_of_rice_in_one_delivery(worked: Demand) -> None:
    """5 days x (1,200 x 50 g + 1,800 x 80 g) = 1,020 kg, pooled on Monday."""
    rice = [line for line in worked.lines if line.item.code == "RICE-P"]
    assert [(line.needed_date, line.demanded_qty) for line in rice] == [(MONDAY, 1_020_000)]


def test_the_worked_example_needs_649_7_kg_of_chicken_before_rounding() -> None:
    """2 days x (1,200 x 52 g + 1,800 x 70 g) / 0.58 = 649,655.17 g; on the lines 325 kg each day."""
    servings = [
        Serving(entry.serving_date, FACTS.recipes[entry.recipe_code].id, entry.portions_small, entry.portions_large)
        for entry in worked_week().servings
    ]
    chicken = [need for need in explode(servings, FACTS.ingredients, FACTS.items) if need.item_code == "CHICK"]
    assert sum(need.qty for need in chicken) == Fraction(37_680_000, 58)
    assert [need.day for need in chicken] == [MONDAY, THURSDAY]


def test_the_worked_example_orders_the_weeks_quantities(worked: Demand) -> None:
    """Kilograms of domain facts; perishables are rounded up to the step on each of their days."""
    ordered: Counter[str] = Counter()
    for line in worked.lines:
        ordered[line.item.code] += line.demanded_qty
    assert ordered["CHICK"] == 650_000
    assert ordered["EGG"] == 375_000
    assert ordered["TEMPE"] == 324_000
    assert ordered["PAPAYA"] == 360_000
    assert ordered["UHT"] == 3000
    assert ordered["SPICE"] == 15_000


def test_the_worked_example_uses_94_percent_and_thursday_with_milk_is_over(worked: Demand) -> None:
    use = use_of(worked)
    assert use.budget_idr == 5 * 27_600_000
    assert round(use.used_bp / 100) == 94
    assert not use.is_exceeded
    assert use.over_days == (THURSDAY,)
    assert use.dearest_day is not None
    assert use.dearest_day[0] == THURSDAY
    assert round(use.dearest_day[1] / use.day_budget_idr, 2) == 1.23
    require_within_budget(worked.budget)


def test_at_the_limits_the_same_week_costs_more_than_the_budget(worked: Demand) -> None:
    """Why planning counts with expected prices: at the limits this ordinary week would be refused."""
    assert use_of(worked).most_idr > use_of(worked).budget_idr


def test_operations_have_their_own_budget(worked: Demand) -> None:
    soap = LineEntry("DETERG", MONDAY, 125_000)
    use = use_of(demand_of(worked_week(soap), FACTS), BudgetLine.OPERATIONS)
    assert use.budget_idr == 5 * 3000 * FACTS.policy.operations_idr_per_portion
    assert use.planned_idr == 125 * 13_500
    assert use_of(worked, BudgetLine.OPERATIONS).planned_idr == 0


def test_menu_and_plain_line_are_added_then_rounded_once() -> None:
    """Chicken on Monday needs 324,827.6 g; with 1 kg of stock for broth 326 kg, not 325 + 1 rounded twice."""
    demand = demand_of(worked_week(LineEntry("CHICK", MONDAY, 1000)), FACTS)
    line = line_of(demand, "CHICK")
    assert (line.demanded_qty, line.menu_qty) == (326_000, 325_000)


def test_plain_lines_stay_on_the_day_that_the_kitchen_named() -> None:
    demand = demand_of(worked_week(LineEntry("RICE-P", TUESDAY, 25_000)), FACTS)
    assert line_of(demand, "RICE-P", TUESDAY).demanded_qty == 25_000
    assert line_of(demand, "RICE-P").demanded_qty == 1_020_000


def test_the_limit_is_the_lawful_one_with_its_cap() -> None:
    line = line_of(demand_of(worked_week(), FACTS), "RICE-P")
    assert line.max_price_idr == 14_900
    assert line.cap is not None
    assert (line.cap.kind, line.cap.limit_idr) == (CapKind.HET, 14_900)


def test_an_own_lower_limit_takes_the_place_of_the_lawful_one() -> None:
    entry = ForecastEntry(lines=(LineEntry("RICE-P", MONDAY, 1000, own_max_price_idr=14_000),))
    line = line_of(demand_of(entry, FACTS), "RICE-P")
    assert (line.max_price_idr, line.own_max_price_idr, line.expected_idr) == (14_000, 14_000, 14_000)


def test_without_a_cap_the_catalogues_upper_price_is_the_limit_or_the_kitchens_own() -> None:
    assert line_of(demand_of(worked_week(), FACTS), "TEMPE").max_price_idr == 18_000
    entry = ForecastEntry(lines=(LineEntry("TEMPE", MONDAY, 1000, own_max_price_idr=19_000),))
    line = line_of(demand_of(entry, FACTS), "TEMPE")
    assert (line.max_price_idr, line.cap) == (19_000, None)


def test_an_exception_lifts_the_limit_on_its_day() -> None:
    facts = kitchen_facts(exceptions=[an_exception("EGG", price_idr=33_000)])
    entry = ForecastEntry(lines=(LineEntry("EGG", MONDAY, 1000), LineEntry("EGG", THURSDAY, 1000)))
    demand = demand_of(entry, facts)
    assert line_of(demand, "EGG").max_price_idr == 33_000
    assert line_of(demand, "EGG", THURSDAY).max_price_idr == 30_000


def test_who_wants_no_substitute_gets_none() -> None:
    demand = demand_of(worked_week(LineEntry("CHICK", MONDAY, 1000, can_substitute=False)), FACTS)
    assert not line_of(demand, "CHICK").can_substitute
    assert line_of(demand, "TEMPE").can_substitute


def test_plain_goods_that_keep_are_eaten_over_the_rest_of_the_week() -> None:
    """20 kg of rice on Monday feed five days, on Thursday two; chicken is eaten on its day."""
    lines = (
        LineEntry("RICE-P", MONDAY, 20_000),
        LineEntry("RICE-P", THURSDAY, 20_000),
        LineEntry("CHICK", TUESDAY, 10_000),
    )
    costs = dict(use_of(demand_of(ForecastEntry(lines=lines), FACTS)).day_costs_idr)
    assert [costs[day] for day in WEEKDAYS] == [
        4 * 14_450,
        4 * 14_450 + 10 * 37_000,
        4 * 14_450,
        14 * 14_450,
        14 * 14_450,
    ]


def test_the_budget_counts_registered_portions_whatever_the_menu_serves() -> None:
    few = ForecastEntry(servings=menu_of(1, MONDAY, small=10, large=10))
    assert use_of(demand_of(few, FACTS)).budget_idr == 138_000_000


def test_closed_days_have_no_budget() -> None:
    facts = kitchen_facts(closed_dates=frozenset({WEEKDAYS[4]}))
    assert (
        use_of(demand_of(ForecastEntry(lines=(LineEntry("TEMPE", MONDAY, 1000),)), facts)).budget_idr == 4 * 27_600_000
    )


def test_a_kitchen_without_portions_uses_all_of_nothing() -> None:
    kitchen = new_kitchen(FACTS.organisation, portions_small=0, portions_large=0)
    demand = demand_of(ForecastEntry(lines=(LineEntry("TEMPE", MONDAY, 1000),)), replace(FACTS, kitchen=kitchen))
    assert [use.used_bp for use in demand.budget] == [10_000, 0]


def test_a_broken_budget_is_refused_with_the_amounts_and_the_dearest_day() -> None:
    beef = LineEntry("BEEF", TUESDAY, 500_000)
    demand = demand_of(worked_week(beef), FACTS)
    with pytest.raises(BudgetExceeded, match="2026-12-01") as refusal:
        require_within_budget(demand.budget)
    use = use_of(demand)
    assert refusal.value.facts == {
        "budget_line": "ingredient",
        "planned_idr": use.planned_idr,
        "budget_idr": 138_000_000,
        "over_idr": use.planned_idr - 138_000_000,
        "used_bp": use.used_bp,
        "dearest_date": "2026-12-01",
        "dearest_day_idr": dict(use.day_costs_idr)[TUESDAY],
    }


def test_a_week_without_cooking_days_has_no_dearest_day() -> None:
    use = BudgetUse(BudgetLine.INGREDIENT, planned_idr=1, most_idr=1, day_budget_idr=0, budget_idr=0, day_costs_idr=())
    with pytest.raises(BudgetExceeded) as refusal:
        require_within_budget([use])
    assert refusal.value.facts["dearest_date"] is None


def test_the_budget_is_kept_and_read_back_as_it_was(worked: Demand) -> None:
    assert tuple(BudgetUse.from_json(use.as_json()) for use in worked.budget) == worked.budget


def test_expected_is_the_middle_of_the_range_but_never_above_the_limit() -> None:
    item = new_item(price_low_idr=12_000, price_high_idr=15_001)
    assert expected_price_idr(item, max_price_idr=15_001) == 13_501
    assert expected_price_idr(item, max_price_idr=13_000) == 13_000


portions = st.integers(0, 1440), st.integers(0, 2160)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(range(1, 11)), st.sampled_from(WEEKDAYS), *portions), min_size=1, max_size=5))
def test_any_menu_is_covered_and_no_line_is_a_step_too_much(days) -> None:
    """For every item of a week: ordered >= exact need, and less than one step above it per line."""
    unique = {day: (position, small, large) for position, day, small, large in days}
    servings = tuple(
        serving
        for day, (position, small, large) in unique.items()
        for serving in menu_of(position, day, small=small, large=large)
    )
    demand = demand_of(ForecastEntry(servings=servings), FACTS)
    exact: Counter[str] = Counter()
    for need in explode(
        [
            Serving(s.serving_date, FACTS.recipes[s.recipe_code].id, s.portions_small, s.portions_large)
            for s in servings
        ],
        FACTS.ingredients,
        FACTS.items,
    ):
        exact[need.item_code] += need.qty
    for code, need in exact.items():
        lines = [line for line in demand.lines if line.item.code == code]
        ordered = sum(line.demanded_qty for line in lines)
        assert need <= ordered < need + len(lines) * FACTS.items[code].step_qty
    assert {line.item.code for line in demand.lines} == set(exact)
    assert all(line.needed_date >= min(unique) for line in demand.lines)


def test_lines_are_sorted_by_day_and_item(worked: Demand) -> None:
    keys = [(line.needed_date, line.item.code) for line in worked.lines]
    assert keys == sorted(keys)
    assert {key[0] for key in keys} <= {MONDAY + timedelta(days=offset) for offset in range(5)}
