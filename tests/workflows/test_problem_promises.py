"""Promises in the problem: order lines that stay where they are, goods that are declined and not asked for again."""

import uuid
from dataclasses import replace

import pytest

from service.domain.declines import DeclinedGoods
from service.domain.orders import DeclineReason, OrderLineStatus
from service.matching.check import check
from service.matching.greedy import greedy
from service.matching.problem import Line
from service.matching.reader import read_problem
from service.matching.writer import write_problem
from tests.factories.plans import PACK_PRICE_IDR, WEEK, new_offer
from tests.factories.snapshots import (
    a_cap,
    a_line,
    a_snapshot,
    a_swap,
    an_order_line,
    built,
    cooperative_of,
    full_policy,
    kitchen_of,
    reasons,
    with_order,
)


def from_stock(snapshot, **changes):
    return an_order_line(snapshot, offer_id=None, stock_id=snapshot.stocks[0].id, price_idr=12_600, **changes)


def held(snapshot, *lines):
    """The snapshot once these lines are ordered and their goods promised."""
    for line in lines:
        if line.offer_id:
            snapshot.offers[0].promised_qty += line.ordered_qty
    return with_order(snapshot, *lines)


def declined(snapshot, reason, *lines):
    who = cooperative_of(snapshot).id
    goods = {DeclinedGoods(who, line.offer_id, line.stock_id, line.needed_date, reason) for line in lines}
    return replace(snapshot, declined=goods)


def is_sound(problem):
    return read_problem(write_problem(problem)) == problem and check(problem, greedy(problem)).is_allowed


@pytest.mark.parametrize(
    ("status", "qty"),
    [
        ({"status": OrderLineStatus.AWAITING_ANSWER}, 10_000),
        ({"status": OrderLineStatus.ACCEPTED, "accepted_qty": 10_000}, 10_000),
        ({"status": OrderLineStatus.ACCEPTED_LESS, "accepted_qty": 4_000}, 4_000),
    ],
)
def test_a_line_that_orders_hold_is_kept_where_it_is_with_the_whole_demand_around_it(status, qty):
    snapshot = a_snapshot()
    line = an_order_line(snapshot, **status)
    snapshot.offers[0].promised_qty = qty
    problem = built(with_order(snapshot, line)).problem
    assert problem.fixed == (Line(str(line.forecast_line_id), str(line.offer_id), "C1", "RICE-M", qty),)
    assert [demand.qty for demand in problem.demands] == [40_000, 40_000]
    assert problem.offers[0].qty == 100_000
    assert is_sound(problem)


def test_two_orders_of_one_delivery_are_one_promise():
    snapshot = a_snapshot()
    lines = [an_order_line(snapshot), an_order_line(snapshot, ordered_qty=5_000)]
    assert [line.qty for line in built(held(snapshot, *lines)).problem.fixed] == [15_000]


def test_what_is_held_of_packs_is_a_source_beside_those_that_are_left_and_the_rest_of_its_packs_is_tied_up():
    """10 kg of a pack of 25; two packs are reserved, since less was accepted than ordered, and 98 are left."""
    snapshot = a_snapshot()
    snapshot.stocks[0].promised_packs = 2
    ordered = with_order(snapshot, from_stock(snapshot), cash_bp=None)
    problem = built(replace(ordered, pack_cost_idr={cooperative_of(snapshot).id: 2 * PACK_PRICE_IDR})).problem
    name = str(snapshot.stocks[0].id)
    assert problem.fixed[0].source == f"{name}/C1"
    assert [(stock.id, stock.packs, stock.pack_qty, stock.price_idr) for stock in problem.stocks] == [
        (name, 98, 25_000, PACK_PRICE_IDR),
        (f"{name}/C1", 1, 10_000, PACK_PRICE_IDR * 10 // 25),
    ]
    assert problem.cooperatives[0].capital_idr == 100_000_000 - 2 * PACK_PRICE_IDR + PACK_PRICE_IDR * 10 // 25
    assert is_sound(problem)


def test_limits_never_fall_below_what_is_promised():
    """Capacity, capital, budget, drops and the wholesaler's minimum were changed after the orders went out."""
    snapshot = a_snapshot()
    (_, kitchen), (_, cooperative), (_, wholesaler) = (
        snapshot.kitchens[0],
        snapshot.cooperatives[0],
        snapshot.wholesalers[0],
    )
    kitchen.portions_small = kitchen.portions_large = kitchen.max_drops_per_day = 0
    cooperative.handling_g_per_day = cooperative.cold_g_per_day = cooperative.capital_idr = 0
    wholesaler.min_order_idr = 10**9
    snapshot.stocks[0].promised_packs = 1
    ordered = held(snapshot, an_order_line(snapshot), from_stock(snapshot))
    ordered = replace(
        ordered, ordered=[(key, line, 7000 if line.offer_id else None) for key, line, _ in ordered.ordered]
    )
    problem = built(replace(ordered, pack_cost_idr={cooperative_of(snapshot).id: PACK_PRICE_IDR})).problem
    assert len(problem.fixed) == 2
    assert problem.kitchens[0].budget_idr["ingredient"] == 10 * 16_000 + 10 * 12_600
    assert problem.kitchens[0].max_drops_per_day == 1
    assert problem.cooperatives[0].handling_g[0] == 20_000
    assert problem.cooperatives[0].capital_idr == 112_000 + 120_000
    assert problem.wholesalers[0].min_order_idr == 120_000
    assert is_sound(problem)


def test_a_minimum_that_was_agreed_to_is_not_asked_for_again():
    snapshot = a_snapshot()
    snapshot.offers[0].min_qty = 50_000
    assert built(snapshot).problem.offers[0].min_qty == 50_000
    assert built(held(snapshot, an_order_line(snapshot))).problem.offers[0].min_qty == 0


@pytest.mark.parametrize("why", ["withdrawn", "closed", "price", "day", "corrected", "too much", "radius"])
def test_a_promise_that_the_week_cannot_hold_any_more_is_taken_off_instead(why):
    snapshot = a_snapshot()
    line = an_order_line(snapshot, ordered_qty=50_000 if why == "too much" else 10_000)
    ordered = held(snapshot, line)
    if why == "withdrawn":
        ordered = replace(ordered, offers=[])
    elif why == "closed":
        ordered = replace(ordered, closed_dates={cooperative_of(snapshot).id: frozenset(ordered.days)})
    elif why == "price":
        ordered = replace(ordered, caps=[a_cap("RICE-M", price_idr=15_000)])
    elif why == "day":
        snapshot.offers[0].from_date = snapshot.demand[1][1].needed_date
    elif why == "corrected":
        ordered = replace(ordered, demand=[a_line(snapshot), snapshot.demand[1]])
    elif why == "radius":
        snapshot.cooperatives[0][1].radius_m = 1
        kitchen_of(snapshot).latitude = -6.7
    problem = built(ordered).problem
    assert problem.fixed == ()
    assert is_sound(problem)


def test_a_line_of_before_pasok_without_a_source_is_taken_off():
    snapshot = a_snapshot()
    assert built(with_order(snapshot, an_order_line(snapshot, offer_id=None))).problem.fixed == ()


def test_goods_that_ran_out_are_not_asked_for_again_but_what_was_accepted_stays():
    snapshot = a_snapshot()
    line = an_order_line(snapshot, status=OrderLineStatus.ACCEPTED_LESS, accepted_qty=4_000)
    snapshot.offers[0].promised_qty = 4_000
    short = declined(with_order(snapshot, line), DeclineReason.NOT_ENOUGH_GOODS, line)
    assert [(offer.qty, offer.min_qty) for offer in built(short).problem.offers] == [(4_000, 0)]
    none = a_snapshot()
    gone = declined(none, DeclineReason.NOT_ENOUGH_GOODS, an_order_line(none))
    assert built(gone).problem.offers == ()
    assert reasons(built(gone), "offer") == [("declined", [])]


def test_a_stock_that_ran_out_gives_no_more_packs():
    snapshot = a_snapshot()
    gone = declined(snapshot, DeclineReason.NOT_ENOUGH_GOODS, from_stock(snapshot))
    assert built(gone).problem.stocks == ()
    assert reasons(built(gone), "stock") == [("declined", [])]


@pytest.mark.parametrize(
    ("reason", "handling_g", "cold_g", "capital_idr"),
    [
        (DeclineReason.NO_TRANSPORT, (10_000, 3_000_000), (0, 400_000), 100_000_000),
        (DeclineReason.CLOSED, (10_000, 3_000_000), (0, 400_000), 100_000_000),
        (DeclineReason.NO_COLD_ROOM, (3_000_000, 3_000_000), (0, 400_000), 100_000_000),
        (DeclineReason.NO_CASH, (3_000_000, 3_000_000), (400_000, 400_000), 112_000),
    ],
)
def test_a_cooperative_that_cannot_is_asked_for_no_more_than_it_promised(reason, handling_g, cold_g, capital_idr):
    """It holds 10 kg of Monday, 112,000 of cash in them, and declined another line of Monday."""
    snapshot = a_snapshot()
    found = declined(held(snapshot, an_order_line(snapshot)), reason, an_order_line(snapshot))
    carrier = built(found).problem.cooperatives[0]
    assert (carrier.handling_g, carrier.cold_g, carrier.capital_idr) == (handling_g, cold_g, capital_idr)
    assert len(built(found).problem.fixed) == 1


def test_the_published_plan_is_in_force_even_where_its_demand_or_source_is_gone():
    snapshot = a_snapshot()
    gone = (uuid.uuid4(), uuid.uuid4(), cooperative_of(snapshot).id, "RICE-M", 7_000)
    there = (snapshot.demand[0][1].id, snapshot.offers[0].id, cooperative_of(snapshot).id, "RICE-M", 9_000)
    problem = built(replace(snapshot, planned=[gone, there])).problem
    assert {(line.demand, line.qty) for line in problem.previous} == {(str(gone[0]), 7_000), (str(there[0]), 9_000)}
    assert is_sound(problem)
    assert WEEK.isoformat() in problem.days


def test_the_plan_in_force_may_name_an_item_that_nobody_needs_any_more():
    """A line that was taken back, or that orders cover, is no demand any more; the plan in force still names it."""
    snapshot = a_snapshot()
    over = (uuid.uuid4(), uuid.uuid4(), cooperative_of(snapshot).id, "CHICKEN", 7_000)
    problem = built(replace(snapshot, planned=[over])).problem
    assert {demand.item for demand in problem.demands} == {"RICE-M"}
    assert [line.item for line in problem.previous] == ["CHICKEN"]
    assert is_sound(problem)


def test_no_promise_is_broken_by_what_is_rounded():
    """Twice 10 kg at Rp 16,001, a third of it in cash: 53,331.33 each, so 106,663 of capital and not twice 53,331."""
    snapshot = a_snapshot(offers=[])
    cooperative = cooperative_of(snapshot)
    snapshot.cooperatives[0][1].capital_idr = 0
    offer = new_offer(cooperative, price_idr=16_001, cash_bp=3_333, promised_qty=20_000)
    snapshot = replace(snapshot, offers=[offer])
    days = [(line.id, line.needed_date) for _, line in snapshot.demand]
    lines = [
        an_order_line(snapshot, forecast_line_id=line_id, needed_date=day, price_idr=16_001) for line_id, day in days
    ]
    problem = built(with_order(snapshot, *lines, cash_bp=3_333)).problem
    assert len(problem.fixed) == 2
    assert problem.cooperatives[0].capital_idr == 106_663
    assert is_sound(problem)


def test_no_budget_is_broken_by_what_is_rounded():
    """Goods of 10.4 rupiah twice are more than twice 10: the budget of what is kept is 21."""
    snapshot = a_snapshot(policy=full_policy(ingredient_idr_per_small_portion=0, ingredient_idr_per_large_portion=0))
    snapshot.items["RICE-M"].step_qty = 1
    snapshot.offers[0].price_idr, snapshot.offers[0].promised_qty = 1_300, 16
    days = [(line.id, line.needed_date) for _, line in snapshot.demand]
    lines = [
        an_order_line(snapshot, forecast_line_id=line_id, needed_date=day, price_idr=1_300, ordered_qty=8)
        for line_id, day in days
    ]
    problem = built(with_order(snapshot, *lines)).problem
    assert len(problem.fixed) == 2
    assert problem.kitchens[0].budget_idr["ingredient"] == 21
    assert is_sound(problem)


def test_no_more_is_asked_for_than_publishing_lets_through_where_substitutes_were_taken_off():
    """Of 40 kg, 31 kg of a substitute (worth 27.9) are taken off and 12 kg kept: 100 g are open, less than a step."""
    snapshot = a_snapshot(substitutions=[a_swap()])
    lines = [
        an_order_line(snapshot, ordered_qty=12_000),
        an_order_line(snapshot, item_code="RICE-P", offer_id=None, price_idr=14_000, ordered_qty=31_000),
    ]
    snapshot.offers[0].promised_qty = 12_000
    problem = built(with_order(snapshot, *lines)).problem
    monday, _ = sorted(problem.demands, key=lambda demand: demand.day)
    assert (monday.qty, [line.qty for line in problem.fixed]) == (12_000, [12_000])


def test_what_lacks_less_than_a_step_is_covered():
    """Of 1 kg, 1 kg of a substitute (worth 0.9) is taken off."""
    snapshot = a_snapshot(substitutions=[a_swap()])
    snapshot.demand[0][1].demanded_qty = 1_000
    line = an_order_line(snapshot, item_code="RICE-P", offer_id=None, price_idr=14_000, ordered_qty=1_000)
    found = built(with_order(snapshot, line))
    assert [demand.id for demand in found.problem.demands] == [str(snapshot.demand[1][1].id)]
    assert reasons(found, "demand") == [("already_ordered", [WEEK.isoformat()])]


def test_a_line_of_which_no_whole_steps_are_left_is_taken_off():
    """Of 20 kg, 5.75 that had not left fell with the cooperative: nobody plans 250 g, but 14.25 kg come."""
    snapshot = a_snapshot()
    line = an_order_line(snapshot, ordered_qty=20_000, status=OrderLineStatus.ACCEPTED_LESS, accepted_qty=14_250)
    snapshot.offers[0].promised_qty = 14_250
    problem = built(with_order(snapshot, line)).problem
    monday, _ = sorted(problem.demands, key=lambda demand: demand.day)
    assert (monday.qty, problem.fixed, problem.offers[0].qty) == (25_000, (), 85_000)
    assert is_sound(problem)


def test_a_line_that_orders_cover_is_not_asked_for_again_because_of_a_step():
    """Of 40 kg, 35 kg and a substitute's 5 kg (worth 4.5) are kept, and 1 kg (worth 0.9) comes from elsewhere: 40.4."""
    snapshot = a_snapshot(substitutions=[a_swap()])
    swap = new_offer(cooperative_of(snapshot), "RICE-P", price_idr=14_000, promised_qty=5_000)
    snapshot = replace(snapshot, offers=[*snapshot.offers, swap])
    lines = [
        an_order_line(snapshot, ordered_qty=35_000),
        an_order_line(snapshot, item_code="RICE-P", offer_id=swap.id, price_idr=14_000, ordered_qty=5_000),
        an_order_line(snapshot, item_code="RICE-P", offer_id=None, price_idr=14_000, ordered_qty=1_000),
    ]
    snapshot.offers[0].promised_qty = 35_000
    problem = built(with_order(snapshot, *lines)).problem
    assert sorted(line.qty for line in problem.fixed) == [5_000, 35_000]
    monday, friday = sorted(problem.demands, key=lambda demand: demand.day)
    assert (monday.qty, friday.qty) == (39_000, 40_000)
    assert is_sound(problem)
    assert {line.demand for line in greedy(problem).allocations if line not in problem.fixed} == {friday.id}
