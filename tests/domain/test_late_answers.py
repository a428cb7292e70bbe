"""What became of a line that is answered too late: who has its goods now, and what nobody brings."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import RespondByPassed
from service.domain.late_answers import DemandNow, DemandPart, Fate, fate_of, require_in_time
from service.domain.orders import OrderLineStatus
from service.domain.units import BP, Unit
from tests.factories.orders import RESPOND_BY_AT, SENT_AT, new_order, new_order_line

ORDER = new_order()
DECLINED = {"status": OrderLineStatus.DECLINED, "accepted_qty": 0}
WAITING = {"status": OrderLineStatus.AWAITING_ANSWER, "accepted_qty": None}
REPAIRED_AT = RESPOND_BY_AT + timedelta(hours=1)


def a_part(name="Asal", *, covers_bp=BP, planned_at=SENT_AT, fell_at=None, **line):
    fields = {"status": OrderLineStatus.ACCEPTED, "accepted_qty": line.get("ordered_qty", 40_000)}
    made = new_order_line(ORDER, **{**fields, **line})
    return DemandPart(made, name, "Beras", Unit.GRAM, covers_bp, planned_at, fell_at)


def fell(**line):
    return a_part(fell_at=RESPOND_BY_AT, **{**DECLINED, **line})


def told(own, *others, demanded_qty=40_000, repaired_at=SENT_AT, is_over=False):
    found = fate_of(own.line, DemandNow((own, *others), demanded_qty, repaired_at, is_over))
    return found.fate, {one.cooperative: one.qty for one in found.takers}, found.short_qty


def test_a_line_that_gave_nothing_back_stays_as_it_is():
    for status, fate in (
        ("awaiting_answer", Fate.WAITING),
        ("accepted", Fate.KEPT),
        ("cancelled", Fate.CANCELLED),
    ):
        assert fate_of(new_order_line(ORDER, status=OrderLineStatus(status)), None).fate is fate
    assert fate_of(new_order_line(ORDER, **DECLINED), None).fate is Fate.NOT_NEEDED


def test_whoever_was_asked_last_has_it():
    own = fell()
    first = a_part("Satu", replaces_line_id=own.line.id, fell_at=RESPOND_BY_AT, **DECLINED)
    second = a_part("Dua", replaces_line_id=first.line.id, **WAITING)

    assert told(own, second, first) == (Fate.MOVED_TO_STANDBY, {"Dua": 40_000}, 0)
    assert told(own, first) == (Fate.WAITING_FOR_REPAIR, {}, 40_000)


def test_what_a_standby_took_in_part_is_told_with_the_rest():
    own = fell()
    some = {"status": OrderLineStatus.ACCEPTED_LESS, "accepted_qty": 30_000}
    first = a_part("Satu", replaces_line_id=own.line.id, fell_at=RESPOND_BY_AT, **some)

    assert told(own, first) == (Fate.WAITING_FOR_REPAIR, {"Satu": 30_000}, 10_000)
    assert told(own, first, repaired_at=REPAIRED_AT) == (Fate.LEFT_SHORT, {"Satu": 30_000}, 10_000)
    assert told(own, first, is_over=True) == (Fate.LEFT_SHORT, {"Satu": 30_000}, 10_000)
    more = a_part("Dua", planned_at=REPAIRED_AT, ordered_qty=10_000, **WAITING)
    assert told(own, first, more, repaired_at=REPAIRED_AT) == (Fate.REPAIRED, {"Satu": 30_000, "Dua": 10_000}, 0)


def test_what_a_standby_accepted_and_did_not_bring_is_not_told_to_be_brought():
    own = fell()
    heir = replace(a_part("Satu", replaces_line_id=own.line.id), lost_qty=10_000)

    assert told(own, heir) == (Fate.WAITING_FOR_REPAIR, {"Satu": 30_000}, 10_000)


def test_what_a_repair_left_short_is_not_told_to_be_brought():
    own = fell()
    new = a_part("Baru", planned_at=REPAIRED_AT, ordered_qty=25_000, **WAITING)

    assert told(own, new, repaired_at=REPAIRED_AT) == (Fate.LEFT_SHORT, {"Baru": 25_000}, 15_000)


def test_what_a_repairs_cooperative_declined_too_waits_for_the_next():
    own = fell()
    later = REPAIRED_AT + timedelta(hours=1)
    new = a_part("Baru", planned_at=REPAIRED_AT, fell_at=later, **DECLINED)

    assert told(own, new, repaired_at=REPAIRED_AT) == (Fate.WAITING_FOR_REPAIR, {}, 40_000)


def test_a_plan_that_is_older_than_the_fall_repaired_nothing():
    own = a_part(fell_at=REPAIRED_AT + timedelta(minutes=1), **DECLINED)
    other = a_part("Lain", planned_at=REPAIRED_AT, ordered_qty=10_000)

    assert told(own, other, demanded_qty=50_000, repaired_at=REPAIRED_AT) == (Fate.WAITING_FOR_REPAIR, {}, 40_000)


def test_what_the_kitchen_needs_no_more_is_told_so():
    assert told(fell(), demanded_qty=0) == (Fate.NOT_NEEDED, {}, 0)


def test_goods_that_stand_in_are_counted_as_far_as_they_cover():
    own = fell()
    swap = a_part("Ganti", planned_at=REPAIRED_AT, covers_bp=5_000, ordered_qty=60_000, **WAITING)

    assert told(own, swap, repaired_at=REPAIRED_AT) == (Fate.LEFT_SHORT, {"Ganti": 60_000}, 10_000)


def test_the_words_name_who_has_it():
    own = fell()
    first = a_part("Satu", replaces_line_id=own.line.id, **WAITING)
    entry = fate_of(own.line, DemandNow((own, first), 40_000, None, is_over=False))

    with pytest.raises(RespondByPassed, match="given to Satu") as refusal:
        require_in_time(ORDER, RESPOND_BY_AT, [entry])
    [state] = refusal.value.facts["lines"]
    assert (state["standby_name"], state["short_qty"]) == ("Satu", 0)


@given(
    asked=st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=4),
    planned=st.lists(st.integers(1, 60), max_size=3),
    demanded=st.integers(0, 90),
)
def test_no_more_is_told_than_fell_and_what_is_short_is_open(asked, planned, demanded):
    """Whoever was asked, in whatever chain: takers and shortage never exceed the line."""
    own = fell(ordered_qty=40)
    parts, last, left = [own], own, 40
    for qty, is_taken in asked:
        if not left:
            break
        taken = min(qty, left) if is_taken else 0
        status = OrderLineStatus.DECLINED if not taken else OrderLineStatus.ACCEPTED_LESS
        status = OrderLineStatus.ACCEPTED if taken == left else status
        last = a_part(
            "Satu",
            replaces_line_id=last.line.id,
            ordered_qty=left,
            accepted_qty=taken,
            status=status,
            fell_at=RESPOND_BY_AT,
        )
        parts.append(last)
        left -= taken
    parts += [a_part("Baru", planned_at=REPAIRED_AT, ordered_qty=qty) for qty in planned]
    held = sum(part.line.accepted_qty for part in parts)

    found = fate_of(own.line, DemandNow(parts, demanded, REPAIRED_AT, is_over=False))

    assert found.short_qty <= max(0, demanded - held)
    assert found.short_qty + sum(one.qty for one in found.takers) <= 40
    assert (found.fate is Fate.LEFT_SHORT) == bool(found.short_qty)
    assert not (found.fate in {Fate.REPAIRED, Fate.MOVED_TO_STANDBY} and not found.takers)
