"""What can be changed once orders are out: in time, not too much of accepted goods, as few lines as possible."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.domain.errors import InvalidField
from service.domain.forecasts import ForecastLine
from service.domain.late_changes import (
    GoodsChange,
    HeldLine,
    TakenBack,
    changes_between,
    changes_until,
    first_open_day,
    keep_on,
    kept_line,
    least_kept_qty,
    require_possible,
    spared_qty,
    too_late,
)
from service.domain.orders import OrderLineStatus, apply_answer, live_qty
from service.domain.withdrawals import spare
from tests.factories.orders import new_order, new_order_line

ORDER = new_order()
MONDAY, TUESDAY = date(2026, 11, 30), date(2026, 12, 1)
JAKARTA = "Asia/Jakarta"
STEP = 1000
ACCEPTED_AT = datetime(2026, 11, 27, 1, tzinfo=UTC)
LATER = datetime(2026, 11, 27, 3, tzinfo=UTC)


def need(item_code, day, qty):
    return ForecastLine(
        id=uuid.uuid4(), forecast_id=uuid.uuid4(), item_code=item_code, needed_date=day, demanded_qty=qty
    )


def held(qty, *, is_accepted=True, covers_bp=10_000):
    line = new_order_line(ORDER, ordered_qty=qty)
    if is_accepted:
        apply_answer(line, qty)
    return HeldLine(line, qty, covers_bp, ACCEPTED_AT if is_accepted else None)


def test_a_day_can_be_changed_until_noon_two_days_before():
    assert changes_until(MONDAY, timezone=JAKARTA) == datetime(2026, 11, 28, 5, tzinfo=UTC)
    changes = [GoodsChange("RICE-M", MONDAY, 1, 2), GoodsChange("RICE-M", TUESDAY, 1, 2)]
    assert too_late(changes, datetime(2026, 11, 28, 5, tzinfo=UTC), timezone=JAKARTA) == changes[:1]
    assert too_late(changes, datetime(2026, 11, 28, 4, 59, tzinfo=UTC), timezone=JAKARTA) == []


@given(st.integers(0, 60 * 24 * 7), st.sampled_from([JAKARTA, "Asia/Jayapura"]))
def test_the_first_day_that_can_still_be_changed_follows_the_last_one_that_cannot(minutes, timezone):
    now = LATER + timedelta(minutes=minutes)
    first = first_open_day(now, timezone=timezone)
    assert changes_until(first - timedelta(days=1), timezone=timezone) <= now < changes_until(first, timezone=timezone)


def test_two_revisions_differ_by_item_and_day():
    before = [need("RICE-M", MONDAY, 5), need("EGG", MONDAY, 3), need("EGG", TUESDAY, 3)]
    after = [need("RICE-M", MONDAY, 5), need("EGG", MONDAY, 2), need("TEMPE", TUESDAY, 4)]
    assert changes_between(before, after) == [
        GoodsChange("EGG", MONDAY, 3, 2),
        GoodsChange("EGG", TUESDAY, 3, 0),
        GoodsChange("TEMPE", TUESDAY, 0, 4),
    ]


def faults_of(change, *, late=(), accepted=0, cooked=(MONDAY,)):
    least = {change.key: least_kept_qty([held(accepted)], []) if accepted else 0}
    try:
        require_possible([change], late, least_qty=least, cooked_days=set(cooked), timezone=JAKARTA)
    except InvalidField as refused:
        return [fault.code for fault in refused.faults]
    return []


def test_too_late_for_more_but_needing_less_of_what_came_is_no_fault():
    more, less = GoodsChange("EGG", MONDAY, 3, 4), GoodsChange("EGG", MONDAY, 3, 1)
    assert faults_of(more, late=[more]) == ["too_late"]
    assert faults_of(less, late=[less], accepted=3) == []
    assert faults_of(more) == []


def test_half_of_accepted_goods_is_kept_unless_the_day_is_called_off():
    assert faults_of(GoodsChange("EGG", MONDAY, 10, 4), accepted=10) == ["accepted_goods"]
    assert faults_of(GoodsChange("EGG", MONDAY, 10, 5), accepted=10) == []
    assert faults_of(GoodsChange("EGG", MONDAY, 10, 0), accepted=10, cooked=()) == []
    assert faults_of(GoodsChange("EGG", MONDAY, 10, 0), accepted=0) == []


def test_the_half_is_of_what_was_accepted_first_however_often_it_is_asked():
    assert least_kept_qty([held(20)], [TakenBack(20, LATER)]) == 20
    assert least_kept_qty([held(30)], [TakenBack(10, LATER)]) == 20
    assert least_kept_qty([held(20, covers_bp=5_000)], [TakenBack(20, LATER, 5_000)]) == 10


def test_no_more_is_kept_than_is_left_of_what_a_cooperative_gave_back():
    assert least_kept_qty([held(5)], [TakenBack(35, LATER)]) == 5


def test_what_was_taken_back_with_a_called_off_day_does_not_bind_the_day_that_is_cooked_after_all():
    anew = HeldLine(held(20).line, 20, answered_at=datetime(2026, 11, 27, 4, tzinfo=UTC))
    assert least_kept_qty([anew], [TakenBack(40, LATER)]) == 10
    assert least_kept_qty([], [TakenBack(40, LATER)]) == 0


lines = st.lists(
    st.tuples(st.integers(1, 30), st.booleans(), st.sampled_from([5_000, 9_000, 10_000, 12_500])), max_size=5
)


@given(lines, st.integers(0, 100))
def test_spared_goods_never_leave_a_need_uncovered_that_was_covered(rows, after):
    parts = [held(qty * STEP, is_accepted=taken, covers_bp=covers) for qty, taken, covers in rows]
    covered = sum(live_qty(one.line) * one.covers_bp for one in parts)
    spared = spared_qty(GoodsChange("RICE-M", MONDAY, 10**9, after * STEP), parts, step_qty={"RICE-M": STEP})
    left = covered - sum(spared.get(one.line.id, 0) * one.covers_bp for one in parts)
    assert left >= min(covered, after * STEP * 10_000)
    assert all(qty % STEP == 0 and qty <= live_qty(one.line) for one in parts if (qty := spared.get(one.line.id)))
    untouched = [one for one in parts if spared.get(one.line.id, 0) < live_qty(one.line)]
    if untouched:
        assert left - after * STEP * 10_000 < STEP * max(one.covers_bp for one in untouched) or not spared


@example([(1, False, 10_000), (1, True, 5_000)], [1])
@given(lines, st.lists(st.integers(0, 160), max_size=8))
def test_no_sequence_of_corrections_takes_a_need_below_half_of_what_was_accepted_first(rows, wanted):
    parts = [held(qty * STEP, is_accepted=taken, covers_bp=covers) for qty, taken, covers in rows]
    first_bp = sum(live_qty(one.line) * one.covers_bp for one in parts if one.answered_at)
    need_qty, taken_back = 10**9, []
    for after in (qty * STEP for qty in wanted):
        change = GoodsChange("RICE-M", MONDAY, need_qty, after)
        held_now = [HeldLine(p.line, live_qty(p.line), p.covers_bp, p.answered_at) for p in parts if live_qty(p.line)]
        least = {change.key: least_kept_qty(held_now, taken_back)}
        try:
            require_possible([change], [], least_qty=least, cooked_days={MONDAY}, timezone=JAKARTA)
        except InvalidField:
            continue
        need_qty = after
        spared = spared_qty(change, held_now, step_qty={"RICE-M": STEP}, least_qty=least[change.key])
        for one in held_now:
            if qty := spared.get(one.line.id):
                spare(one.line, qty)
                taken_back += [TakenBack(qty, LATER, one.covers_bp)] if one.answered_at else []
        kept_bp = sum(live_qty(one.line) * one.covers_bp for one in parts if one.answered_at)
        assert kept_bp // 10_000 >= first_bp // 10_000 // 2


def test_what_waits_for_an_answer_goes_before_what_was_accepted():
    accepted, waiting = held(50 * STEP), held(10 * STEP, is_accepted=False)
    assert waiting.line.status is OrderLineStatus.AWAITING_ANSWER
    spared = spared_qty(
        GoodsChange("RICE-M", MONDAY, 60 * STEP, 45 * STEP), [accepted, waiting], step_qty={"RICE-M": STEP}
    )
    assert spared == {waiting.line.id: 10 * STEP, accepted.line.id: 5 * STEP}


def test_a_change_with_a_fault_says_what_would_be_valid():
    change = GoodsChange("EGG", MONDAY, 10, 4)
    with pytest.raises(InvalidField) as refused:
        require_possible([change], [], least_qty={change.key: 5}, cooked_days={MONDAY}, timezone=JAKARTA)
    assert "keep at least 5" in refused.value.faults[0].message


def test_what_will_not_come_is_not_taken_off_others():
    """A line of 60 that lost 20 and one of 20 that replaces them cover a need of 60."""
    lost = HeldLine(held(60_000).line, 0, answered_at=ACCEPTED_AT, lost_qty=20_000)
    other = held(20_000)
    change = GoodsChange("RICE-M", MONDAY, 60_000, 50_000)
    assert spared_qty(change, [lost, other], step_qty={other.line.item_code: STEP}) == {other.line.id: 10_000}
    assert least_kept_qty([lost, other], []) == 30_000


@pytest.mark.parametrize(
    ("demanded_qty", "menu_qty", "kept_menu_qty"), [(800, 800, 1000), (850, 800, 950), (800, 0, 0)]
)
def test_what_came_too_much_is_the_menus_where_it_needs_any(demanded_qty, menu_qty, kept_menu_qty):
    line = need("RICE-M", MONDAY, demanded_qty)
    line.menu_qty = menu_qty
    keep_on(line, 1000)
    assert (line.demanded_qty, line.menu_qty) == (1000, kept_menu_qty)


@pytest.mark.parametrize(("menu_qty", "kept_menu_qty"), [(0, 0), (700, 1000)])
def test_what_came_and_is_not_needed_any_more_stays_on_a_line(menu_qty, kept_menu_qty):
    line = need("RICE-M", MONDAY, 1000)
    line.menu_qty = menu_qty
    forecast_id, line_id = uuid.uuid4(), uuid.uuid4()
    kept = kept_line(line, forecast_id, line_id=line_id)
    assert (kept.id, kept.forecast_id, kept.item_code, kept.needed_date) == (line_id, forecast_id, "RICE-M", MONDAY)
    assert (kept.demanded_qty, kept.menu_qty) == (1000, kept_menu_qty)
