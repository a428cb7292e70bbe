"""The worked example of the trade: one kitchen, 1,200 small and 1,800 large portions, five days.

Quantities by hand, for instance chicken on two days: (1,200 x 52 g + 1,800 x 70 g) / 0.58 x 2 = 649.7 kg, and rice on
five: (1,200 x 50 g + 1,800 x 80 g) x 5 = 1,020 kg.
"""

from collections import defaultdict
from datetime import timedelta
from fractions import Fraction

import pytest

from service.demo.calendars import WEEK_START
from service.demo.facts import read_facts
from service.demo.needs import make_menu_book
from service.domain.menus import Serving, explode
from service.domain.units import BP, PRICED_PER

SMALL, LARGE, DAYS = 1200, 1800, 5
BUDGET_IDR = DAYS * (SMALL * 8000 + LARGE * 10_000)

# item: quantity of the week in kg, litres or pieces, price per kg, litre or piece
WEEK = {
    "RICE-P": (1020, 14_700),
    "CHICK": (649.7, 38_000),
    "EGG": (375, 29_500),
    "FISH-P": (162, 55_000),
    "TEMPE": (324, 16_000),
    "TOFU": (276, 13_000),
    "BANANA": (300, 15_000),
    "ORANGE": (300, 20_000),
    "CARROT": (422.7, 14_000),
    "BEANS": (103.3, 18_000),
    "CABBAGE": (124, 9_000),
    "POTATO": (109.4, 17_000),
    "MUSTARD": (124.1, 10_000),
    "CHAYOTE": (224.1, 8_000),
    "LBEAN": (117.4, 15_000),
    "WMELON": (587, 9_000),
    "PAPAYA": (360, 9_000),
    "MELON": (372.4, 14_000),
    "UHT": (3000, 3_200),
    "OIL": (151.8, 18_000),
    "SHALLOT": (60, 40_000),
    "GARLIC": (43.3, 38_000),
    "CHILI-K": (28, 50_000),
    "SALT": (39, 8_000),
    "SUGAR": (39, 17_000),
    "SOYSAUCE": (39, 28_000),
    "SPICE": (15_000, 150),
}
DAY_COSTS = [(27.4, 9136), (23.3, 7759), (24.1, 8046), (34.3, 11_422), (21.2, 7070)]


def needs_by_day():
    """Work out what each day needs in base units, with nothing but the facts' numbers."""
    facts = read_facts()
    items = facts.items_by_code()
    recipes = {recipe.code: recipe for recipe in facts.recipes}
    days = []
    for menu_day in facts.menu_days[:DAYS]:
        needs = defaultdict(Fraction)
        for code in menu_day.recipe_codes:
            for part in recipes[code].ingredients:
                edible = Fraction(SMALL * part.small_milli + LARGE * part.large_milli, 1000)
                needs[part.item_code] += edible * BP / items[part.item_code].edible_share_bp
        days.append(needs)
    return days


def cost_idr(needs):
    items = read_facts().items_by_code()
    return sum(qty * WEEK[code][1] / PRICED_PER[items[code].unit] for code, qty in needs.items())


def week_needs():
    total = defaultdict(Fraction)
    for needs in needs_by_day():
        for code, qty in needs.items():
            total[code] += qty
    return total


@pytest.mark.parametrize("code", WEEK)
def test_the_week_needs_of_each_item_what_the_example_says(code):
    per = PRICED_PER[read_facts().items_by_code()[code].unit]
    assert float(week_needs()[code] / per) == pytest.approx(WEEK[code][0], abs=0.05)


def test_the_week_needs_nothing_else():
    assert week_needs().keys() == WEEK.keys()


def test_bean_sprouts_are_not_on_any_menu():
    names = {item.name_id.lower() for item in read_facts().items}
    assert not any("tauge" in name or "taoge" in name for name in names)


@pytest.mark.parametrize(("position", "expected"), list(enumerate(DAY_COSTS)))
def test_each_day_costs_what_the_example_says(position, expected):
    million, per_portion = expected
    cost = float(cost_idr(needs_by_day()[position]))
    assert cost / 1e6 == pytest.approx(million, abs=0.05)
    assert cost / (SMALL + LARGE) == pytest.approx(per_portion, abs=1.5)


def test_the_week_uses_94_percent_of_the_budget():
    cost = float(cost_idr(week_needs()))
    assert BUDGET_IDR == 138_000_000
    assert cost / 1e6 == pytest.approx(130.3, abs=0.05)
    assert round(100 * cost / BUDGET_IDR) == 94


def test_the_domain_explodes_the_menu_to_the_same_quantities():
    book = make_menu_book(read_facts())
    servings = [
        Serving(WEEK_START + timedelta(days=offset), book.recipe_ids[code], SMALL, LARGE)
        for offset in range(DAYS)
        for code in book.recipe_codes_by_position[offset + 1]
    ]
    exploded = {(need.day, need.item_code): need.qty for need in explode(servings, book.ingredients, book.items)}
    by_hand = {
        (WEEK_START + timedelta(days=offset), code): qty
        for offset, needs in enumerate(needs_by_day())
        for code, qty in needs.items()
    }
    assert exploded == by_hand
