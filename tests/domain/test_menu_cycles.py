"""A week filled from the menu cycle goes on where the last one ended, and leaves all else as it is."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from service.domain.forecast_entries import ForecastEntry, LineEntry, require_valid
from service.domain.menu_cycles import CycleDay, filled, next_place, replaced_days
from tests.factories.entries import MONDAY, kitchen_facts, menu_of, worked_week

FACTS = kitchen_facts()
CYCLE = [
    CycleDay(
        position, f"Hari {position}", f"Day {position}", tuple(one.recipe_code for one in menu_of(position, MONDAY))
    )
    for position in range(1, 11)
]
SOAP = LineEntry("DETERG", MONDAY, 5000)
CLOSED = st.sets(st.sampled_from(FACTS.cooking_days), max_size=4)


@given(first=st.integers(0, 9), closed=CLOSED)
def test_the_cooking_days_follow_the_cycle_and_the_next_week_goes_on(first, closed):
    facts = kitchen_facts(closed_dates=frozenset(closed))
    week = filled(ForecastEntry(lines=(SOAP,)), facts, CYCLE, first=first, portions={})
    for since, day in enumerate(facts.cooking_days):
        dishes = [one for one in week.servings if one.serving_date == day]
        assert tuple(one.recipe_code for one in dishes) == CYCLE[(first + since) % 10].recipe_codes
        assert {(one.portions_small, one.portions_large) for one in dishes} == {
            (facts.kitchen.portions_small, facts.kitchen.portions_large)
        }
    assert week.lines == (SOAP,)
    assert next_place(CYCLE, week) == (first + len(facts.cooking_days)) % 10
    assert replaced_days(week, filled(week, facts, CYCLE, first=first, portions={})) == []


def test_a_day_that_was_cooked_otherwise_is_counted_on_and_another_menu_begins_the_cycle():
    week = worked_week()
    friday = max(one.serving_date for one in week.servings)
    changed = ForecastEntry(tuple(one for one in week.servings if one.serving_date != friday) + menu_of(1, friday)[:1])
    assert next_place(CYCLE, changed) == 5
    assert next_place(CYCLE, ForecastEntry()) == 0


def test_portions_that_were_said_stay_and_what_is_replaced_is_told():
    portions = dict.fromkeys(FACTS.cooking_days, (10, 20))
    before = ForecastEntry(menu_of(1, MONDAY) + menu_of(2, MONDAY + timedelta(days=1)))
    after = filled(before, FACTS, CYCLE, first=0, portions=portions)
    require_valid(after, FACTS)
    assert {(one.portions_small, one.portions_large) for one in after.servings} == {(10, 20)}
    other = filled(before, FACTS, CYCLE, first=1, portions=portions)
    assert [(one.day, one.before, one.after) for one in replaced_days(before, other)] == [
        (MONDAY + timedelta(days=since), CYCLE[since].recipe_codes, CYCLE[since + 1].recipe_codes) for since in (0, 1)
    ]
