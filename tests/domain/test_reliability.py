"""Reliability: accepted, on time and taken, with the city's mean beside it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from service.domain.reliability import PRIOR_LINES, TRIAL_WEEKS, Record, due_at, is_new, reliabilities, total_of

ONE, TWO = uuid4(), uuid4()
GOOD = Record(
    lines=20,
    ordered_idr=1000,
    accepted_idr=1000,
    received_idr=1000,
    due_idr=1000,
    shipped_idr=1000,
    on_time_idr=1000,
    weighed_idr=1000,
    taken_idr=1000,
)


def of(record, *others):
    return reliabilities({ONE: record, **{uuid4(): other for other in others}})[ONE]


def test_who_keeps_every_word_is_wholly_reliable():
    assert of(GOOD).reliability_bp == 10_000


def test_the_shares_are_multiplied_and_stand_beside_the_citys_mean():
    """Alone, the city's mean is its own: (800 - 100) / 1000 x 900 / 1000 x 500 / 1000 = 0.7 x 0.9 x 0.5 = 0.315."""
    weak = replace(GOOD, accepted_idr=800, withdrawn_idr=100, on_time_idr=900, taken_idr=500)
    found = of(weak)
    assert (found.kept_bp, found.on_time_bp, found.taken_bp) == (7000, 9000, 5000)
    assert found.own_bp == found.city_bp == found.reliability_bp == 3150
    assert weak.rejected_idr == 500


def test_what_is_rejected_after_signing_was_not_taken():
    found = of(replace(GOOD, taken_idr=900, late_rejected_idr=200))
    assert (found.taken_bp, found.kept_bp, found.on_time_bp) == (7000, 10_000, 10_000)
    assert replace(GOOD, taken_idr=900, late_rejected_idr=200).rejected_idr == 300


def test_twenty_lines_weigh_as_much_as_the_citys_mean():
    """Nothing accepted of 1000, beside one that accepted all: the city's mean is a half, and half of that is left."""
    silent = replace(Record(lines=PRIOR_LINES, ordered_idr=1000), expired_idr=1000)
    found = of(silent, GOOD)
    assert (found.own_bp, found.city_bp, found.reliability_bp) == (0, 5000, 2500)


def test_one_bad_week_of_a_small_cooperative_does_not_end_it():
    bad_week = Record(lines=5, ordered_idr=100)
    assert of(bad_week, *[GOOD] * 10).reliability_bp > 7500


def test_a_new_cooperative_starts_at_the_citys_mean():
    weak = replace(GOOD, on_time_idr=600)
    found = of(Record(), weak, GOOD)
    assert found.reliability_bp == found.city_bp == 8000


def test_what_cannot_be_told_yet_is_as_in_the_city():
    only_ordered = Record(lines=20, ordered_idr=1000, accepted_idr=1000)
    found = of(only_ordered, replace(GOOD, on_time_idr=600))
    assert (found.kept_bp, found.on_time_bp) == (10_000, 6000)


def test_a_cooperative_is_new_until_it_was_asked_in_four_weeks():
    assert is_new([GOOD] * (TRIAL_WEEKS - 1))
    assert is_new([Record(), *[GOOD] * (TRIAL_WEEKS - 1)])
    assert not is_new([GOOD] * TRIAL_WEEKS)


def test_goods_are_on_time_that_leave_by_the_evening_before_cooking():
    assert due_at(date(2026, 11, 30), timezone="Asia/Jakarta") == datetime(2026, 11, 29, 13, tzinfo=UTC)


AMOUNT = st.integers(0, 10**12)


@st.composite
def records(draw):
    """A record as the rows can say it: no part is larger than what it is part of."""
    ordered, due, weighed = draw(AMOUNT), draw(AMOUNT), draw(AMOUNT)
    accepted, taken = draw(st.integers(0, ordered)), draw(st.integers(0, weighed))
    return Record(
        lines=draw(st.integers(0, 500)) if ordered else 0,
        ordered_idr=ordered,
        accepted_idr=accepted,
        withdrawn_idr=draw(st.integers(0, accepted)),
        due_idr=due,
        on_time_idr=draw(st.integers(0, due)),
        weighed_idr=weighed,
        taken_idr=taken,
        late_rejected_idr=draw(st.integers(0, taken)),
    )


CITIES = st.lists(records(), min_size=1, max_size=6)


@given(CITIES)
def test_a_reliability_is_a_share_between_ones_own_and_the_citys(city):
    for found in reliabilities({uuid4(): record for record in city}).values():
        assert 0 <= found.reliability_bp <= 10_000
        assert min(found.own_bp, found.city_bp) <= found.reliability_bp <= max(found.own_bp, found.city_bp)


@given(CITIES)
def test_without_lines_it_is_the_citys_mean(city):
    found = reliabilities({ONE: Record(), **{uuid4(): record for record in city}})[ONE]
    assert found.own_bp == found.reliability_bp == found.city_bp


@given(records(), CITIES, st.data())
def test_better_deeds_of_one_never_lower_it(record, others, data):
    """With more accepted, on time or taken its own rises and the city's too."""
    better = replace(
        record,
        accepted_idr=data.draw(st.integers(record.accepted_idr, record.ordered_idr)),
        withdrawn_idr=data.draw(st.integers(0, record.withdrawn_idr)),
        on_time_idr=data.draw(st.integers(record.on_time_idr, record.due_idr)),
        taken_idr=data.draw(st.integers(record.taken_idr, record.weighed_idr)),
        late_rejected_idr=data.draw(st.integers(0, record.late_rejected_idr)),
    )
    assert of(better, *others).reliability_bp >= of(record, *others).reliability_bp


@given(records(), CITIES, st.data())
def test_what_is_rejected_late_counts_as_if_it_had_been_refused_at_once(record, others, data):
    late = data.draw(st.integers(0, record.taken_idr))
    at_once = replace(record, taken_idr=record.taken_idr - late, late_rejected_idr=0)
    later = replace(record, late_rejected_idr=late)
    assert of(later, *others) == of(at_once, *others)
    assert later.rejected_idr == at_once.rejected_idr


@given(CITIES)
def test_the_order_of_weeks_changes_nothing(weeks):
    assert total_of(weeks) == total_of(reversed(weeks))
    assert of(total_of(weeks)) == of(total_of(reversed(weeks)))
