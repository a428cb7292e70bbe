from datetime import date

import pytest

from service.demo.facts import InvalidFacts, read_facts
from service.demo.facts import csv_rows as files
from service.demo.facts.items import read_items
from service.demo.facts.menus import Component
from service.domain.items import BudgetLine, ItemCategory, NeedClass
from service.domain.price_caps import CapKind

read_all = read_facts.__wrapped__
"""Reads anew, whatever was read before."""


@pytest.fixture
def facts():
    return read_facts()


@pytest.fixture
def rewrite(monkeypatch):
    """Return a function that lets a facts file say something else."""

    def change(name, old, new):
        original = files.read_text

        def read(asked):
            text = original(asked)
            if asked == name:
                assert old in text
                return text.replace(old, new)
            return text

        monkeypatch.setattr(files, "read_text", read)
        monkeypatch.setattr("service.demo.facts.policies.read_text", read)

    return change


def test_the_city_has_68_kelurahan_in_6_kecamatan(facts):
    counts = {place.name: 0 for place in facts.kecamatan}
    for place in facts.kelurahan:
        counts[place.kecamatan] += 1
    assert counts == {
        "Bogor Selatan": 16,
        "Bogor Timur": 6,
        "Bogor Tengah": 11,
        "Bogor Barat": 16,
        "Bogor Utara": 8,
        "Tanah Sareal": 11,
    }
    assert all(place.code.startswith(facts.region.code) for place in facts.kelurahan)


def test_residents_and_area_add_up_to_the_published_totals(facts):
    assert sum(place.population for place in facts.kelurahan) == 1_137_018
    assert sum(place.area_km2 for place in facts.kelurahan) == pytest.approx(111.395, abs=0.05)
    assert sum(group.residents["age_6_11"] for group in facts.age_groups) == 118_167


def test_kitchens_per_kecamatan_are_the_95_of_the_citys_count(facts):
    assert sum(place.kitchens for place in facts.kecamatan) == 95


def test_the_catalogue_has_at_least_45_items_named_in_both_languages(facts):
    assert len(facts.items) >= 45
    assert (
        len({item.name_id for item in facts.items}) == len({item.name_en for item in facts.items}) == len(facts.items)
    )


def test_subsidised_household_goods_are_in_the_catalogue_and_refused_with_a_source(facts):
    refused = {item.code: item.refusal for item in facts.items if item.refusal}
    assert refused.keys() == {"LPG-3", "RICE-SPHP", "OIL-MK"}
    assert refused["LPG-3"].code == refused["RICE-SPHP"].code == "household_subsidised"
    assert "401.1/2025" in refused["LPG-3"].source


def test_supplies_do_not_eat_the_ingredient_budget(facts):
    for item in facts.items:
        expected = BudgetLine.OPERATIONS if item.need_class is NeedClass.SUPPLY else BudgetLine.INGREDIENT
        assert item.budget_line is expected


def test_a_kilogram_holds_sixteen_eggs(facts):
    egg = facts.items_by_code()["EGG"]
    assert egg.portion_large_milli / egg.edible_share_bp * 10_000 * 16 == pytest.approx(1_000_000)


def test_caps_in_zone_1_are_those_on_record(facts):
    caps = {(cap.kind, cap.item_code): cap.price_idr for cap in facts.price_caps if cap.zone == facts.region.price_zone}
    assert caps[CapKind.HET, "RICE-P"] == 14_900
    assert caps[CapKind.HET, "RICE-M"] == 13_500
    assert caps[CapKind.HET, "OIL-MK"] == 15_700
    assert caps[CapKind.HAP, "EGG"] == 30_000
    assert caps[CapKind.HAP, "CHICK"] == 40_000
    assert caps[CapKind.HAP, "BEEF"] == 140_000
    assert caps[CapKind.HAP, "SUGAR"] == 17_500
    assert len(caps) == 12


def test_every_cap_names_its_legal_source_and_is_in_force(facts):
    assert all(cap.source and cap.valid_from <= date(2026, 11, 2) and cap.valid_to is None for cap in facts.price_caps)


def test_fresh_goods_may_lose_more_weight_than_dry_ones(facts):
    """Leaves most; what the file leaves out has the usual tolerance of its unit."""
    own_bp = {item.code: item.receipt_tolerance_bp for item in facts.items}
    assert own_bp["MUSTARD"] == max(bp for bp in own_bp.values() if bp is not None) == 300
    named = {item.code for item in facts.items if item.receipt_tolerance_bp is not None}
    assert named == {item.code for item in facts.items if item.category is ItemCategory.FRESH} - {"SPICE"}


def test_the_menu_cycle_has_ten_days_with_every_part_of_a_meal(facts):
    recipes = {recipe.code: recipe for recipe in facts.recipes}
    assert len(facts.menu_days) == 10
    for day in facts.menu_days:
        assert set(Component) - {recipes[code].component for code in day.recipe_codes} <= {Component.MILK}


def test_policy_and_defaults_hold_the_citys_first_choices(facts):
    assert (facts.policy.cut_off_weekday, facts.policy.cut_off_minute) == (3, 12 * 60)
    assert facts.policy.ingredient_idr_per_small_portion == 8000
    assert facts.policy.shortage_factor_bp.keys() == set(NeedClass)
    assert facts.defaults.kitchen.min_suppliers == 15
    assert facts.defaults.kitchen.max_share_bp == 4000
    assert facts.defaults.quotes.tolerance_over_lowest_bp == 0


@pytest.mark.parametrize(
    ("name", "change", "read", "told"),
    [
        ("items.csv", ("g,1000,1,none,180", "g,0,1,none,180"), read_items, "items.csv, line 2, step_qty"),
        ("items.csv", (",Beras premium,", ",,"), read_items, "items.csv, line 2, name_id"),
        ("items.csv", ("RICE-M,Beras", "RICE-P,Beras"), read_items, "items.csv: RICE-P stands there twice"),
        ("items.csv", (",household_subsidised", ","), read_items, "refusal_code"),
        ("items.csv", ("step_qty,", "steps,"), read_items, "the columns are"),
        ("items.csv", (",300,,,\nRICE-M", ",300,,\nRICE-M"), read_items, "items.csv, line 2: the number of cells"),
        ("items.csv", ("sembako,staple", "sembako,luxury"), read_items, "staple or animal"),
        ("items.csv", ("halal;nkv", "halal;nvk"), read_items, "items.csv, line 6, required_documents"),
        ("refusals.csv", (",LPG-3,", ",LPG-5,"), read_items, "refusals.csv: ['LPG-5'] are not"),
        ("packs.csv", ("RICE-P,25000", "RICE-P,25100"), read_all, "a multiple of the step 1000"),
        ("packs.csv", ("LPG-50,1,Tabung\n", ""), read_all, "['LPG-50'] have no pack"),
        ("price_caps.csv", ("2026-01-01,,", "2026-01-01,2025-12-31,"), read_all, "a day from 2026-01-01 on"),
        ("price_caps.csv", ("2026-01-01", "1 January"), read_all, "a day like 2026-11-30"),
        ("price_caps.csv", ("HET,RICE-M,1", "HET,RICE-X,1"), read_all, "'RICE-X' is not a known code"),
        ("menu_days.csv", (";FRUIT-PAPAYA;MILK", ";MILK"), read_all, "menu_days.csv, line 5, recipe_codes"),
        ("menu_days.csv", ("\n3,", "\n4,"), read_all, "the positions are not 1, 2, 3"),
        ("recipe_ingredients.csv", ("MILK,UHT,,\n", ""), read_all, "['MILK'] have no ingredient"),
        ("recipe_ingredients.csv", ("MILK,UHT,,", "MILK,SOY,,"), read_all, "SOY has no usual portion"),
        ("kelurahan.csv", ("-6.621608", "south"), read_all, "kelurahan.csv, line 2, latitude"),
        ("kelurahan.csv", ("-6.621608", "-66.21608"), read_all, "a number of -11 to 6"),
        ("kelurahan.csv", ("32.71.01,Bogor", "32.71.02,Bogor"), read_all, "the kecamatan of this kelurahan"),
        ("age_groups.csv", ("32.71.01.1001,584,299,151,994,533,460,3612\n", ""), read_all, "every kelurahan needs"),
        ("region.csv", ("\n32.71", "\n32.01,Bogor,Asia/Jakarta,1\n32.71"), read_all, "one region is expected"),
        ("beneficiary_groups.csv", (",age_5,", ",age_50,"), read_all, "'age_50' is not a known code"),
        ("policy.toml", ("drop_idr = 60000", "drop_idr = -1"), read_all, "policy.toml"),
        ("defaults.toml", ("min_suppliers = 15", "min_suppliers = 1.5"), read_all, "['min_suppliers']"),
        ("defaults.toml", ("least_quotes = 3", ""), read_all, "least_quotes"),
    ],
)
def test_a_wrong_file_is_refused_naming_the_place(rewrite, name, change, read, told):
    rewrite(name, *change)
    with pytest.raises(InvalidFacts) as refused:
        read()
    assert told in str(refused.value)
