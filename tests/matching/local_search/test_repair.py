"""Ruin takes out what is not promised, insertion serves what pays, and undoing both leaves no trace."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching.local_search.move import delta_idr, room, shift, shortage_idr, supply_idr
from service.matching.local_search.repair import best_move, price, rent, serve, serve_all, take_out, undo, worth
from service.matching.local_search.work import BLINK, JOURNAL, JOURNAL_SIZE, LINES, MOST_LINES, NOW, WITH_RENT
from tests.matching.local_search.searches import require_same_records, ruined, searches, seeds, walks

weeks = settings(max_examples=80, derandomize=True, deadline=None)


@weeks
@given(x=walks, seed=seeds, blink=st.sampled_from([0.0, BLINK, 0.5]))
def test_a_step_taken_back_leaves_the_same_plan(x, seed, blink):
    for n in range(6):
        before, total = x.steps(), x.work.total[NOW]
        x.work.counts[JOURNAL] = 0
        ruined(x, seed + n)
        serve_all(x.state, x.work, blink)
        undo(x.state, x.work, total)
        np.testing.assert_array_equal(x.state.arc["steps"], before)
        assert x.work.counts[JOURNAL] == 0
        assert x.work.total[NOW] == total
    require_same_records(x)


@weeks
@given(x=walks, seed=seeds, blink=st.sampled_from([0.0, BLINK]), is_rented=st.booleans())
def test_a_step_kept_leaves_records_and_total_exact_and_every_rule_kept(x, seed, blink, is_rented):
    for n in range(6):
        x.work.counts[JOURNAL] = 0
        ruined(x, seed + n)
        x.work.focus[WITH_RENT] = is_rented
        serve_all(x.state, x.work, blink)
        assert x.broken() == set()
        assert x.work.total[NOW] == pytest.approx(x.total_idr(), rel=1e-9, abs=1e-3)
    require_same_records(x)
    assert not x.work.marks.any()
    assert x.work.counts[LINES] == 0
    assert x.work.counts[JOURNAL] <= JOURNAL_SIZE


@weeks
@given(x=walks, seed=seeds)
def test_the_journal_tells_every_move(x, seed):
    before = x.steps()
    ruined(x, seed)
    serve_all(x.state, x.work, 0.0)
    made = x.work.counts[JOURNAL]
    np.add.at(before, x.work.journal_arc[:made], x.work.journal_steps[:made])
    np.testing.assert_array_equal(x.state.arc["steps"], before)


@weeks
@given(x=walks, seed=seeds)
def test_lines_taken_out_keep_what_is_fixed_and_others_all_they_have(x, seed):
    before = x.steps()
    ruined(x, seed)
    count = x.work.counts[LINES]
    out = x.work.lines[:count]
    is_out = np.isin(x.state.arc["line"], out)
    np.testing.assert_array_equal(x.state.arc["steps"], np.where(is_out, x.state.arc["lower"], before))
    assert count <= MOST_LINES
    assert len(set(out.tolist())) == count
    np.testing.assert_array_equal(np.flatnonzero(x.work.marks), np.sort(out))


@weeks
@given(x=walks, seed=seeds)
def test_nothing_ever_takes_a_promise_back(x, seed):
    for n in range(10):
        ruined(x, seed + n)
        assert (x.state.arc["steps"] >= x.state.arc["lower"]).all()
        serve_all(x.state, x.work, BLINK)
        assert (x.state.arc["steps"] <= x.state.arc["upper"]).all()


@weeks
@given(x=walks)
def test_a_line_is_taken_out_once(x):
    for line in range(len(x.state.line)):
        take_out(x.state, x.work, line)
        made = x.work.counts[JOURNAL]
        take_out(x.state, x.work, line)
        assert (x.work.counts[LINES], x.work.counts[JOURNAL]) == (line + 1, made)
    np.testing.assert_array_equal(x.state.arc["steps"], x.state.arc["lower"])


def ways_to_serve(x, line):
    """Every move that insertion weighs: an arc up to its room, or up to what open packs still hold."""
    for at in range(x.state.line[line]["first"], x.state.line[line]["last"]):
        arc, most = x.state.arc[at], room(x.state, at)
        pool = x.state.pool[arc["pool"]]
        left = int(pool["packs"] * pool["pack_qty"] - pool["qty"]) // int(arc["unit"])
        if most > 0:
            yield at, most
        if pool["pack_qty"] > 0 and 0 < left < most:
            yield at, left


def price_per_part(x, line, at, steps):
    """What a move costs per part of the line, and whether the arc's own price is a floor to that."""
    missing = int(x.state.line[line]["qty_bp"] - x.state.line[line]["covered_bp"])
    arc = x.state.arc[at]
    price = supply_idr(x.state, at, steps) / min(missing, steps * int(arc["covers_bp"]))
    return price, price >= arc["least"]


@weeks
@given(x=searches)
def test_serving_never_costs_and_leaves_short_only_what_no_move_pays_for(x):
    for line in range(len(x.state.line)):
        before = x.work.total[NOW]
        serve(x.state, x.work, line, 0.0)
        assert x.work.total[NOW] <= before
        assert x.total_idr() <= before + 1e-3
        if x.state.line[line]["covered_bp"] < x.state.line[line]["qty_bp"]:
            assert best_move(x.state, x.work, line, 0.0) == (-1, 0)
            for at, steps in ways_to_serve(x, line):
                assert delta_idr(x.state, at, steps) >= 0 or not price_per_part(x, line, at, steps)[1]
    assert x.broken() == set()


@weeks
@given(x=walks)
def test_the_best_move_is_the_one_that_costs_least_per_part_of_the_line(x):
    for line in x.short():
        paying = [(at, steps) for at, steps in ways_to_serve(x, line) if delta_idr(x.state, at, steps) < 0]
        prices = [price_per_part(x, line, at, steps) for at, steps in paying]
        at, steps = best_move(x.state, x.work, line, 0.0)
        if at < 0:
            assert not any(is_floored for _, is_floored in prices)
        else:
            assert delta_idr(x.state, at, steps) < 0
            chosen, _ = price_per_part(x, line, at, steps)
            assert chosen <= min((price for price, is_floored in prices if is_floored), default=np.inf) + 1e-9


@weeks
@given(x=walks)
def test_the_rent_of_a_move_is_that_of_what_it_takes_and_of_the_capital_it_spends(x):
    for line in x.short():
        for at, steps in ways_to_serve(x, line):
            arc = x.state.arc[at]
            coop = x.state.coop[arc["coop"]]
            due, free, spent = rent(x.state, at, steps), price(x.state, x.work, at, steps), float(coop["used_idr"])
            x.work.focus[WITH_RENT] = 1
            assert price(x.state, x.work, at, steps) == pytest.approx(free + due)
            x.work.focus[WITH_RENT] = -1
            shift(x.state, at, steps)
            assert due == pytest.approx(steps * arc["rent"] + (coop["used_idr"] - spent) * coop["rent"], abs=1e-3)
            shift(x.state, at, -steps)


@weeks
@given(x=walks)
def test_with_rents_the_last_part_of_a_line_is_left_short_where_it_does_not_pay(x):
    for line in x.short():
        for at, steps in ways_to_serve(x, line):
            assert worth(x.state, x.work, at, steps) == steps
            x.work.focus[WITH_RENT] = 1
            kept = worth(x.state, x.work, at, steps)
            assert 0 < kept <= steps
            more = price(x.state, x.work, at, steps) - price(x.state, x.work, at, kept)
            x.work.focus[WITH_RENT] = -1
            covered, per_step = int(x.state.line[line]["covered_bp"]), int(x.state.arc[at]["covers_bp"])
            saved = shortage_idr(x.state, line, covered + kept * per_step)
            saved -= shortage_idr(x.state, line, covered + steps * per_step)
            assert kept == steps or saved < more


@weeks
@given(x=walks, seed=seeds)
def test_what_rents_left_is_there_for_the_lines_after_all(x, seed):
    for n in range(6):
        ruined(x, seed + n)
        count = x.work.counts[LINES]
        x.work.focus[WITH_RENT] = 1
        serve_all(x.state, x.work, 0.0)
        assert x.work.focus[WITH_RENT] <= 0
        for line in x.work.lines[:count][-1:]:  # the last: nothing was served after it
            assert line not in x.short() or best_move(x.state, x.work, line, 0.0) == (-1, 0)


@weeks
@given(x=walks)
def test_with_rents_nothing_is_served_that_is_worth_less_than_what_it_takes(x):
    for line in x.short():
        x.work.focus[WITH_RENT] = 1
        at, steps = best_move(x.state, x.work, line, 0.0)
        x.work.focus[WITH_RENT] = -1
        if at >= 0:
            assert delta_idr(x.state, at, steps) + rent(x.state, at, steps) < 1e-6
    require_same_records(x)
