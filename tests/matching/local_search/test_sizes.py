"""Records at the ends of what the format takes: nothing overflows, nothing is lost to rounding."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching.local_search.anneal import anneal, serve_short
from service.matching.local_search.improve import WEIGHTS
from service.matching.local_search.move import room
from service.matching.local_search.work import NOW
from service.matching.problem import BP
from service.matching.reader import parse_problem
from service.matching.schema import (
    MAX_COUNT,
    MAX_LINE_VALUE,
    MAX_MONEY_IDR,
    MAX_PRICE_IDR,
    MAX_QTY,
    MAX_RADIUS_M,
    MAX_WEIGHT_G,
)
from service.matching.writer import write_problem
from tests.factories import problems as make
from tests.matching.local_search.searches import require_room, require_same_records, search_of, seeds, walk

weeks = settings(max_examples=40, derandomize=True, deadline=None)
PRICE = MAX_LINE_VALUE // MAX_QTY
"""The most that the largest quantity may cost per kilogram."""


def taken(problem):
    """The problem as read from a file, so within the format's limits."""
    return parse_problem(json.dumps(write_problem(problem)).encode())


def cooperative(name, capital_idr=MAX_MONEY_IDR, handling_g=MAX_WEIGHT_G):
    return make.cooperative(
        name,
        radius_m=MAX_RADIUS_M,
        capital_idr=capital_idr,
        handling_g=(handling_g,) * 2,
        cold_g=(MAX_WEIGHT_G,) * 2,
        fair_value_idr=MAX_MONEY_IDR,
    )


def huge(items, factor_bp, covers_bp, budget_idr, least_idr):
    """Two kitchens' largest lines, as large offers and stocks, dear policy, and limits from tiny to none."""
    qty = MAX_QTY // items // 1000 * 1000
    limit_idr = min(PRICE, MAX_LINE_VALUE // 2 * covers_bp // (BP * qty))
    weightless = make.substitute("PAPER", covers_bp=covers_bp, max_price_idr=limit_idr, penalty_idr=1_000)
    demands = tuple(
        make.demand(f"D{n}{k}", kitchen=f"K{k}", day=n % 2, qty=qty, max_price_idr=PRICE, substitutes=(weightless,))
        for n in range(items)
        for k in range(2)
    )
    return make.problem(
        policy=make.policy(
            drop_idr=MAX_PRICE_IDR,
            fairness_bp=100 * BP,
            share_bp=100 * BP,
            supplier_gap_idr=MAX_PRICE_IDR,
            change_idr_per_kg=1_000,
        ),
        items=(
            make.item("PAPER", weight_g=0, shortage_idr=MAX_PRICE_IDR, leftover_bp=factor_bp),
            make.item("RICE", cold=True, shortage_idr=MAX_PRICE_IDR, leftover_bp=factor_bp),
        ),
        kitchens=tuple(
            make.kitchen(
                f"K{k}",
                budget_idr={"ingredient": budget_idr},
                max_drops_per_day=MAX_COUNT,
                min_suppliers=MAX_COUNT,
                max_share_bp=1,
            )
            for k in range(2)
        ),
        cooperatives=(cooperative("C1"), cooperative("C2", capital_idr=budget_idr // 3, handling_g=qty * 3 // 2)),
        wholesalers=(make.wholesaler(min_order_idr=least_idr),),
        offers=(
            make.offer(qty=MAX_QTY, price_idr=PRICE, min_qty=MAX_QTY, cash_bp=10_000),
            make.offer("O2", cooperative="C2", qty=MAX_QTY, price_idr=PRICE - 1, cash_bp=1),
            make.offer("O3", item="PAPER", qty=MAX_QTY, price_idr=limit_idr),
        ),
        stocks=(
            make.stock(packs=1_000, pack_qty=MAX_QTY // 1000, price_idr=PRICE * 1000 - 7),
            make.stock("S2", item="PAPER", packs=10_000, pack_qty=MAX_QTY // 10_000, price_idr=MAX_PRICE_IDR),
        ),
        demands=demands,
    )


weeks_of_giants = st.builds(
    huge,
    st.integers(1, 3),
    st.sampled_from([0, 100 * BP]),
    st.sampled_from([1, BP, 10 * BP]),
    st.sampled_from([MAX_MONEY_IDR, MAX_MONEY_IDR // 7, 10**8]),
    st.sampled_from([0, MAX_MONEY_IDR, 10**9]),
)


def require_true_sums(x):
    """The records are what whole numbers of any length say."""
    covered, grams, delivered = {}, {}, {}
    for arc in x.state.arc:
        steps = int(arc["steps"])
        for sums, key, amount in (
            (covered, int(arc["line"]), int(arc["covers_bp"])),
            (grams, int(arc["coop_day"]), int(arc["grams"])),
            (delivered, int(arc["pool"]), int(arc["unit"])),
        ):
            sums[key] = sums.get(key, 0) + steps * amount
    assert all(x.state.line[n]["covered_bp"] == amount for n, amount in covered.items())
    assert all(x.state.coop_day[n]["used_g"] == amount for n, amount in grams.items())
    assert all(x.state.pool[n]["qty"] == amount for n, amount in delivered.items())
    bought = sum(int(pool["packs"]) * int(pool["pack_idr"]) for pool in x.state.pool)
    assert int(x.state.order["idr"].sum()) == bought
    for table in x.state:
        for column in table.dtype.names or ():
            if column not in {"order", "cost", "least", "free_qty"}:  # numbers of things, and rewards for what is kept
                assert (table[column] >= 0).all(), column


@weeks
@given(problem=weeks_of_giants, seed=seeds)
def test_moves_of_giants_are_summed_exactly_and_use_what_the_rules_leave(problem, seed):
    x = search_of(taken(problem), seed=seed, starts_empty=True)
    walk(x, seed, 20)
    require_same_records(x)
    require_true_sums(x)
    require_room(x)


@weeks
@given(problem=weeks_of_giants, seed=seeds)
def test_giants_are_annealed_within_the_rules(problem, seed):
    x = search_of(taken(problem), seed=seed)
    serve_short(x.state, x.work)
    anneal(x.state, x.work, 200, (1e12, 1e9), WEIGHTS)
    require_same_records(x)
    require_true_sums(x)
    assert x.broken() == set()
    assert np.isfinite(x.work.total[NOW])
    assert x.work.total[NOW] == pytest.approx(x.total_idr(), rel=1e-9)


def test_the_least_cash_beside_the_most_capital_leaves_all_the_room():
    """A gram at Rp 1 a kilogram, of which 0.01 % is cash: Rp 10^13 of capital would pay for 10^20 steps."""
    problem = make.problem(
        items=(make.item(step=1),),
        kitchens=(make.kitchen(budget_idr={"ingredient": MAX_MONEY_IDR}),),
        cooperatives=(cooperative("C1"),),
        offers=(make.offer(qty=MAX_QTY, price_idr=1, cash_bp=1),),
        demands=(make.demand(qty=MAX_QTY),),
    )
    x = search_of(taken(problem), starts_empty=True, seed=1)
    assert len(x.chosen) == 1
    assert room(x.state, 0) == MAX_QTY


def test_one_step_of_the_largest_substitute_serves_the_largest_line():
    """10^9 g a step at ten times its weight: the line of 10^9 g needs one."""
    item = make.item("NOODLE", step=MAX_QTY, weight_g=0)
    problem = make.problem(
        items=(make.item(step=1), item),
        kitchens=(make.kitchen(budget_idr={"ingredient": MAX_MONEY_IDR}),),
        offers=(make.offer(item="NOODLE", qty=MAX_QTY, price_idr=1),),
        demands=(make.demand("D1", item="NOODLE", qty=MAX_QTY, max_price_idr=1_000),),
    )
    x = search_of(taken(problem), starts_empty=True, seed=1)
    assert len(x.chosen) == 1
    assert room(x.state, 0) == 1
    serve_short(x.state, x.work)
    assert x.state.line[0]["covered_bp"] == MAX_QTY * BP


def test_prices_of_nothing_leave_room_for_everything():
    problem = make.problem(
        offers=(make.offer(price_idr=0, cash_bp=10_000, qty=MAX_QTY),),
        cooperatives=(make.cooperative(capital_idr=0),),
        kitchens=(make.kitchen(budget_idr={"ingredient": 0}),),
        demands=(make.demand(qty=MAX_QTY),),
    )
    assert room(search_of(taken(problem), starts_empty=True, seed=1).state, 0) == MAX_QTY // 1000
