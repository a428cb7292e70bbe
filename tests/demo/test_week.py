import hashlib
import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import timedelta

import pytest

from service.demo.calendars import DEMO_NOW, TODAY, WEEK_START, cooking_days
from service.demo.forecasts import needed_qty
from service.demo.refused_attempts import REFUSED_ATTEMPTS, Entry
from service.demo.week import make_demo_week
from service.domain import forecast_entries, offers, stocks
from service.domain.budgets import require_within_budget
from service.domain.calendars import cut_off_at
from service.domain.demands import demand_of
from service.domain.errors import DomainError
from service.domain.forecast_entries import ForecastEntry, KitchenFacts, LineEntry, ServingEntry
from service.domain.forecasts import ForecastSource
from service.domain.menus import Recipe
from service.domain.offers import LotEntry, OfferEntry
from service.domain.organisations import DocumentKind, Kitchen, Organisation
from service.domain.people import Role
from service.domain.places import distance_m
from service.domain.stocks import StockEntry

KECAMATAN_CODE_LENGTH = 8


def kitchen_facts(facts, book, caps, kitchen, week_start):
    return KitchenFacts(
        week_start=week_start,
        organisation=Organisation(code=kitchen.code, service_weekdays=kitchen.service_weekdays),
        kitchen=Kitchen(portions_small=kitchen.portions_small, portions_large=kitchen.portions_large),
        closed_dates=frozenset(),
        zone=facts.region.price_zone,
        policy=facts.policy,
        items=book.items,
        recipes={recipe.code: Recipe(id=book.recipe_ids[recipe.code], code=recipe.code) for recipe in facts.recipes},
        ingredients=book.ingredients,
        caps=caps,
        exceptions=(),
    )


def as_typed(forecast, lines):
    return ForecastEntry(
        servings=tuple(
            ServingEntry(code, serving.serving_date, serving.portions_small, serving.portions_large)
            for serving in forecast.servings
            for code in serving.recipe_codes
        ),
        lines=tuple(LineEntry(line.item_code, line.needed_date, line.demanded_qty) for line in lines),
    )


def test_the_same_seed_draws_the_same_week_and_another_one_does_not(facts, week):
    assert make_demo_week(facts) == week
    assert make_demo_week(facts, seed=2).kitchens != week.kitchens


def test_another_process_draws_the_same_week(week):
    code = (
        "import hashlib;from service.demo.facts import read_facts;from service.demo.week import make_demo_week;"
        "print(hashlib.sha256(repr(make_demo_week(read_facts())).encode()).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "12345"}
    printed = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == hashlib.sha256(repr(week).encode()).hexdigest()


def test_kitchens_spread_over_the_kecamatan_as_the_citys_count_does(week):
    """144 in proportion to 15/8/11/24/19/18 of 95: 22.7, 12.1, 16.7, 36.4, 28.8, 27.3; three largest rests get one."""
    counts = Counter(kitchen.kelurahan_code[:KECAMATAN_CODE_LENGTH] for kitchen in week.kitchens)
    expected = {"01": 23, "02": 12, "03": 17, "04": 36, "05": 29, "06": 27}
    assert counts == {f"32.71.{code}": number for code, number in expected.items()}


def test_kitchens_are_numbered_within_their_kelurahan(week):
    names = [kitchen.name for kitchen in week.kitchens]
    assert len(set(names)) == len(names)
    assert {"SPPG Bantarjati 1", "SPPG Bantarjati 2"} <= set(names)


def test_no_kitchen_cooks_more_than_its_cook_may(facts, week):
    limits = facts.defaults.kitchen
    for kitchen in week.kitchens:
        total = sum(kitchen.portions.values())
        assert total == kitchen.portions_small + kitchen.portions_large
        assert total <= (limits.max_portions_certified if kitchen.has_certified_cook else limits.max_portions)


def test_kitchens_stand_near_their_kelurahan(facts, week):
    places = {place.code: place for place in facts.kelurahan}
    for kitchen in week.kitchens:
        place = places[kitchen.kelurahan_code]
        metres = distance_m(
            from_latitude=place.latitude,
            from_longitude=place.longitude,
            to_latitude=kitchen.latitude,
            to_longitude=kitchen.longitude,
        )
        assert metres < 2500


def test_there_is_a_cooperative_for_every_kelurahan_and_the_setting_says_how_many_operate(facts, week):
    assert {each.kelurahan_code for each in week.cooperatives} == {place.code for place in facts.kelurahan}
    assert sum(each.is_operating for each in week.cooperatives) == 40
    assert all(each.is_operating == bool(each.item_codes) for each in week.cooperatives)


def test_one_cooperative_more_operates_beside_the_same_ones(facts):
    def operating(number):
        week = make_demo_week(facts, operating_cooperatives=number, kitchens=10)
        return {each.code for each in week.cooperatives if each.is_operating}

    assert operating(1) == {"C-32.71.05.1001"}
    assert operating(7) < operating(8)
    assert len(operating(68)) == 68


@pytest.mark.parametrize(("kitchens", "operating"), [(0, 40), (144, 0), (144, 69)])
def test_impossible_sizes_are_refused(facts, kitchens, operating):
    with pytest.raises(ValueError, match="operating cooperatives"):
        make_demo_week(facts, kitchens=kitchens, operating_cooperatives=operating)


def test_a_few_papers_have_expired_and_the_others_are_valid(week):
    owners = [each for each in week.cooperatives if each.is_operating] + list(week.wholesalers)
    expired = {(owner.code, paper.kind) for owner in owners for paper in owner.documents if paper.valid_to < WEEK_START}
    assert len(expired) == 2
    assert {kind for _, kind in expired} == {DocumentKind.HALAL, DocumentKind.NKV}
    assert all(any(paper.kind is DocumentKind.NIB for paper in owner.documents) for owner in owners)


def test_everything_is_posted_before_the_cut_off(facts, week):
    policy = facts.policy
    for forecast in week.forecasts:
        cut_off = cut_off_at(
            forecast.week_start,
            weekday=policy.cut_off_weekday,
            minute=policy.cut_off_minute,
            timezone=facts.region.timezone,
        )
        assert forecast.submitted_at < cut_off
    assert cut_off_at(WEEK_START, weekday=3, minute=720, timezone="Asia/Jakarta") > DEMO_NOW


def test_every_kitchen_posts_one_forecast_for_the_week_in_one_of_three_ways(week):
    posted = [forecast for forecast in week.forecasts if forecast.week_start == WEEK_START]
    assert [forecast.kitchen_code for forecast in posted] == [kitchen.code for kitchen in week.kitchens]
    assert {forecast.source for forecast in posted} == set(ForecastSource)


@pytest.mark.parametrize("seed", [1, 2])
def test_forecasts_pass_the_services_own_checks_and_mean_what_they_say(facts, book, caps, seed):
    """Typed in, each forecast is valid, makes the lines that the supply was sized by, and keeps within its budget."""
    week = make_demo_week(facts, seed=seed)
    kitchens = {kitchen.code: kitchen for kitchen in week.kitchens}
    for forecast in week.forecasts:
        lines = forecast.expected_lines if forecast.source is ForecastSource.COPY else forecast.lines
        entry = as_typed(forecast, lines)
        known = kitchen_facts(facts, book, caps, kitchens[forecast.kitchen_code], forecast.week_start)
        forecast_entries.require_valid(entry, known)
        demand = demand_of(entry, known)
        found = {(line.needed_date, line.item.code): line.demanded_qty for line in demand.lines}
        expected = {(line.needed_date, line.item_code): line.demanded_qty for line in forecast.expected_lines}
        assert found == expected
        require_within_budget(demand.budget)


def test_a_copy_repeats_the_forecast_of_the_week_before(week):
    before = {forecast.kitchen_code: forecast for forecast in week.forecasts if forecast.week_start < WEEK_START}
    copies = [forecast for forecast in week.forecasts if forecast.source is ForecastSource.COPY]
    assert {forecast.kitchen_code for forecast in copies} == before.keys()
    for forecast in copies:
        last = before[forecast.kitchen_code]
        assert forecast.copied_week_start == last.week_start
        shifted = [(line.item_code, line.needed_date + timedelta(days=7), line.demanded_qty) for line in last.lines]
        assert shifted == [(line.item_code, line.needed_date, line.demanded_qty) for line in forecast.expected_lines]


def test_offers_pass_the_services_own_checks(week, supply_facts):
    for offer in week.offers:
        lots = tuple(LotEntry(lot.lot_code, lot.lot_qty, lot.expires_date) for lot in offer.lots)
        entry = OfferEntry(
            item_code=offer.item_code,
            offered_qty=offer.offered_qty,
            price_idr=offer.price_idr,
            from_date=offer.from_date,
            to_date=offer.to_date,
            min_qty=offer.min_qty,
            cash_bp=offer.cash_bp,
            origin_producer=offer.origin_producer,
            lots=lots,
        )
        offers.require_valid(entry, supply_facts, earliest_from=TODAY)


def test_no_lot_stands_in_two_offers(week):
    lots = [(offer.cooperative_code, offer.item_code, lot.lot_code) for offer in week.offers for lot in offer.lots]
    assert len(set(lots)) == len(lots) > 100


def test_stocks_pass_the_services_own_checks(week, supply_facts):
    lead_days = {each.code: each.lead_days for each in week.wholesalers}
    for stock in week.stocks:
        entry = StockEntry(
            stock.item_code, stock.packs, stock.pack_qty, stock.price_idr, stock.from_date, stock.to_date
        )
        earliest = stocks.first_day(TODAY, lead_days=lead_days[stock.wholesaler_code])
        stocks.require_valid(entry, supply_facts, earliest_from=earliest)


def test_supply_is_somewhat_above_need_but_for_the_scarce_items(week):
    need = needed_qty(week.forecasts)
    supply = defaultdict(int)
    for offer in week.offers:
        supply[offer.item_code] += offer.offered_qty
    for stock in week.stocks:
        supply[stock.item_code] += stock.packs * stock.pack_qty
    short = {code for code, qty in need.items() if supply[code] < qty}
    assert short == set(week.scarce_item_codes)
    assert len(short) == 3
    assert 1.1 < sum(supply[code] / qty for code, qty in need.items()) / len(need) < 1.4


@pytest.fixture
def first_kitchen(facts, week, book, caps):
    return kitchen_facts(facts, book, caps, week.kitchens[0], WEEK_START)


def enter(attempt, supply_facts, kitchen):
    """Type an attempt in, as its organisation would."""
    last_day = cooking_days(WEEK_START)[-1]
    if attempt.entry is Entry.OFFER:
        entry = OfferEntry(attempt.item_code, attempt.qty, attempt.price_idr, WEEK_START, last_day, 0, 0)
        offers.require_valid(entry, supply_facts, earliest_from=TODAY)
    elif attempt.entry is Entry.STOCK:
        entry = StockEntry(attempt.item_code, 10, attempt.qty, attempt.price_idr, WEEK_START, last_day)
        stocks.require_valid(entry, supply_facts, earliest_from=TODAY)
    else:
        lines = (LineEntry(attempt.item_code, WEEK_START, attempt.qty),)
        forecast_entries.require_valid(ForecastEntry(lines=lines), kitchen)


@pytest.mark.parametrize(
    "attempt", REFUSED_ATTEMPTS, ids=lambda each: f"{each.entry}-{each.item_code}-{each.price_idr}"
)
def test_attempts_against_the_rules_are_refused_with_their_code(first_kitchen, supply_facts, attempt):
    with pytest.raises(DomainError) as refused:
        enter(attempt, supply_facts, first_kitchen)
    assert refused.value.code == attempt.error_code


def test_attempts_come_from_organisations_that_exist(week):
    codes = {each.code for group in (week.kitchens, week.cooperatives, week.wholesalers) for each in group}
    assert {attempt.organisation_code for attempt in REFUSED_ATTEMPTS} <= codes


def test_there_is_one_login_for_every_role(week):
    organisations = {
        each.code for group in (week.offices, week.kitchens, week.cooperatives, week.wholesalers) for each in group
    }
    assert Counter(user.role for user in week.users) == Counter(Role)
    assert all(user.organisation_code in organisations for user in week.users)
    assert all(user.username.endswith("@pasok.test") and user.username.islower() for user in week.users)
