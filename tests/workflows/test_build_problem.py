"""What a week's data becomes in the matching problem, rule by rule."""

import json
from dataclasses import replace
from datetime import timedelta

from service.domain.orders import OrderLineStatus
from service.domain.organisations import OrganisationStatus
from service.domain.price_caps import CapKind
from service.matching.reader import read_problem
from service.matching.writer import write_problem
from service.workflows.problem_file import packed, problem_file, unpacked
from tests.factories.items import new_household_gas, new_item
from tests.factories.plans import WEEK
from tests.factories.snapshots import (
    FRIDAY,
    TUESDAY,
    WEDNESDAY,
    a_cap,
    a_line,
    a_snapshot,
    a_swap,
    an_exception,
    an_order_line,
    built,
    full_policy,
    kitchen_of,
    reasons,
    with_items,
    with_order,
)

IN_WEEK = [WEEK + timedelta(days=offset) for offset in range(5)]


def every_day(snapshot, **changes):
    """The snapshot with a line of rice on each day from Monday to Friday."""
    return replace(snapshot, demand=[a_line(snapshot, needed_date=day, **changes) for day in IN_WEEK])


# ---- the whole


def test_a_week_is_a_valid_problem_with_codes_as_ids():
    snapshot = a_snapshot()
    problem = built(snapshot).problem
    assert read_problem(json.loads(problem_file(problem).content)) == problem
    assert problem.name == "32.71-2026-11-30"
    assert problem.days == ("2026-11-30", "2026-12-04")
    assert [kitchen.id for kitchen in problem.kitchens] == ["K1"]
    assert [cooperative.id for cooperative in problem.cooperatives] == ["C1"]
    assert [wholesaler.id for wholesaler in problem.wholesalers] == ["W1"]
    assert [(offer.cooperative, offer.item, offer.qty) for offer in problem.offers] == [("C1", "RICE-M", 100_000)]
    assert [(stock.wholesaler, stock.packs, stock.pack_qty) for stock in problem.stocks] == [("W1", 100, 25_000)]
    assert {demand.id for demand in problem.demands} == {str(line.id) for _, line in snapshot.demand}
    assert sorted(demand.day for demand in problem.demands) == [0, 1]
    assert built(snapshot).excluded == []


def test_equal_data_in_another_order_gives_the_equal_file():
    snapshot = every_day(a_snapshot())
    turned = replace(snapshot, demand=snapshot.demand[::-1], offers=snapshot.offers[::-1])
    assert problem_file(built(snapshot).problem) == problem_file(built(turned).problem)


def test_a_stored_file_comes_back_byte_for_byte():
    content = problem_file(built(a_snapshot()).problem).content
    assert unpacked(packed(content)) == content
    assert packed(content) == packed(content)


def test_without_demand_there_are_no_lines_and_the_supply_says_so():
    found = built(replace(a_snapshot(), demand=[]))
    assert found.problem.demands == ()
    assert reasons(found, "offer") == reasons(found, "stock") == [("no_demand", [])]
    assert write_problem(found.problem)["kitchens"] == []


# ---- prices and policy


def test_a_missing_kilogram_costs_the_middle_of_the_price_range_times_the_factor_of_its_class():
    """Rice 12,000 to 15,000: middle 13,500, staple eight times: 108,000."""
    items = {item.id: item for item in built(a_snapshot()).problem.items}
    assert items["RICE-M"].shortage_idr == 108_000
    assert (items["RICE-M"].per, items["RICE-M"].step, items["RICE-M"].cold) == (1000, 1000, False)


def test_chilled_goods_need_cold():
    snapshot = a_snapshot()
    chicken = a_line(snapshot, "CHICKEN")
    items = {item.id: item for item in built(replace(snapshot, demand=[chicken])).problem.items}
    assert items["CHICKEN"].cold


def test_a_line_submitted_before_a_cap_fell_gets_the_new_limit():
    snapshot = replace(a_snapshot(), caps=[a_cap("RICE-M", price_idr=15_000, valid_from=TUESDAY)])
    limits = {demand.day: demand.max_price_idr for demand in built(snapshot).problem.demands}
    assert limits == {0: 20_000, 1: 15_000}


def test_an_offer_above_a_cap_that_changed_is_limited_to_the_days_before():
    snapshot = every_day(a_snapshot(caps=[a_cap("RICE-M", price_idr=15_999, valid_from=WEDNESDAY)]))
    found = built(snapshot)
    assert [(offer.from_day, offer.to_day) for offer in found.problem.offers] == [(0, 1)]
    assert reasons(found, "offer") == [("cap_exceeded", ["2026-12-02", "2026-12-03", "2026-12-04"])]


def test_an_offer_above_the_cap_on_all_days_is_out():
    found = built(a_snapshot(caps=[a_cap("RICE-M", price_idr=15_999)]))
    assert found.problem.offers == ()
    assert reasons(found, "offer") == [("cap_exceeded", ["2026-11-30", "2026-12-04"])]


def test_an_exception_on_record_lifts_a_hap_but_not_a_het():
    exception = an_exception()
    for kind, kept in ((CapKind.HAP, 1), (CapKind.HET, 0)):
        cap = a_cap("RICE-M", kind=kind, price_idr=15_000)
        assert len(built(a_snapshot(caps=[cap], exceptions=[exception])).problem.offers) == kept


def test_a_stock_dearer_than_the_cap_before_any_markup_is_out():
    """300,000 for 25 kg is 12,000 a kg."""
    for cap_idr, kept in ((12_000, 1), (11_999, 0)):
        assert len(built(a_snapshot(caps=[a_cap("RICE-M", price_idr=cap_idr)])).problem.stocks) == kept


def test_policy_values_are_the_problems_prices():
    policy = full_policy(drop_idr=61_000, tier_city_idr_per_kg=333, change_idr_per_kg=77)
    priced = built(a_snapshot(policy=policy)).problem.policy
    assert (priced.drop_idr, priced.tier_idr_per_kg.city, priced.change_idr_per_kg) == (61_000, 333, 77)
    assert [(step.above_bp, step.factor_bp) for step in priced.shortage_steps] == [(0, 10_000)]


# ---- demand


def test_a_suspended_kitchen_gets_nothing():
    snapshot = a_snapshot()
    kitchen_of(snapshot).status = OrganisationStatus.SUSPENDED
    found = built(snapshot)
    assert found.problem.demands == ()
    assert {reason for reason, _ in reasons(found, "demand")} == {"organisation_inactive"}


def test_a_kitchen_has_no_lines_on_its_closed_day_and_outside_its_weekdays():
    snapshot = a_snapshot()
    closed = replace(snapshot, closed_dates={kitchen_of(snapshot).id: frozenset({WEEK})})
    assert built(closed).problem.days == ("2026-12-04",)
    assert reasons(built(closed), "demand") == [("closed_day", ["2026-11-30"])]
    kitchen_of(snapshot).service_weekdays = 0b0001111
    assert built(snapshot).problem.days == ("2026-11-30",)


def test_goods_that_kitchens_may_not_get_are_out():
    snapshot = with_items(a_snapshot(), new_household_gas())
    found = built(replace(snapshot, demand=[*snapshot.demand, a_line(snapshot, "LPG-3")]))
    assert {demand.item for demand in found.problem.demands} == {"RICE-M"}
    assert reasons(found, "demand") == [("not_for_kitchens", ["2026-11-30"])]


def test_a_day_whose_goods_had_to_come_already_is_out():
    found = built(a_snapshot(), ordered_date=WEEK)
    assert found.problem.days == ("2026-12-04",)
    assert reasons(found, "demand") == [("day_begun", ["2026-11-30"])]


def taken_off(snapshot, **changes):
    """The snapshot once goods are ordered that no offer or stock of the week is behind."""
    return with_order(snapshot, an_order_line(snapshot, offer_id=None, **changes))


def test_what_is_ordered_outside_of_the_problem_is_not_matched_again():
    snapshot = a_snapshot()
    assert sorted(demand.qty for demand in built(taken_off(snapshot)).problem.demands) == [30_000, 40_000]
    whole = taken_off(snapshot, ordered_qty=40_000)
    assert [demand.qty for demand in built(whole).problem.demands] == [40_000]
    assert reasons(built(whole), "demand") == [("already_ordered", ["2026-11-30"])]


def test_an_ordered_substitute_covers_its_share_and_part_of_a_step_is_not_asked_for():
    """10 kg of a substitute that covers 85 % leave 31.5 kg of 40: 31 with a step of 1 kg."""
    ordered = taken_off(replace(a_snapshot(), substitutions=[a_swap(covers_bp=8500)]), item_code="RICE-P")
    assert sorted(demand.qty for demand in built(ordered).problem.demands) == [31_000, 40_000]


def test_a_line_that_was_answered_counts_with_what_was_accepted():
    answered = taken_off(a_snapshot(), status=OrderLineStatus.ACCEPTED_LESS, accepted_qty=4_000)
    assert sorted(demand.qty for demand in built(answered).problem.demands) == [36_000, 40_000]


def test_substitutes_are_offered_where_the_line_allows_them_at_their_own_cap():
    snapshot = replace(a_snapshot(), substitutions=[a_swap()], caps=[a_cap("RICE-P", valid_from=FRIDAY)])
    problem = built(snapshot).problem
    swaps = {demand.day: demand.substitutes[0] for demand in problem.demands}
    assert (swaps[0].item, swaps[0].covers_bp, swaps[0].penalty_idr) == ("RICE-P", 9000, 500)
    assert {day: swap.max_price_idr for day, swap in swaps.items()} == {0: 15_000, 1: 14_900}
    assert [item.id for item in problem.items] == ["RICE-M", "RICE-P"]
    firm = replace(snapshot, demand=[a_line(snapshot, can_substitute=False)])
    assert built(firm).problem.demands[0].substitutes == ()


def test_subsidised_goods_are_no_substitute():
    snapshot = with_items(a_snapshot(substitutions=[a_swap()]), new_item("RICE-P", is_for_kitchens=False))
    assert all(demand.substitutes == () for demand in built(snapshot).problem.demands)


def test_a_kitchens_budget_is_its_portions_times_its_cooking_days_less_what_is_ordered():
    """1,200 x 8,000 + 1,800 x 10,000 = 27.6 million a day, five days; operations 3,000 x 3,000 x 5; order: 10 kg."""
    snapshot = a_snapshot()
    assert built(snapshot).problem.kitchens[0].budget_idr == {"ingredient": 138_000_000, "operations": 45_000_000}
    ordered = taken_off(snapshot)
    assert built(ordered).problem.kitchens[0].budget_idr["ingredient"] == 138_000_000 - 160_000
    closed = replace(snapshot, closed_dates={kitchen_of(snapshot).id: frozenset({TUESDAY})})
    assert built(closed).problem.kitchens[0].budget_idr["ingredient"] == 4 * 27_600_000
