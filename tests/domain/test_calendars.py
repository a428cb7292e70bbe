"""Weeks start on Monday in the region's time; the cut-off lies in the week before."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.calendars import (
    cut_off_at,
    days_of,
    delivery_days,
    local_day,
    require_after_cut_off,
    require_before_cut_off,
    require_monday,
    require_week_ahead,
    week_of,
)
from service.domain.errors import AfterCutOff, BeforeCutOff, InvalidField

MONDAY = date(2026, 11, 30)
WIB = "Asia/Jakarta"
CUT_OFF = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)


def test_a_week_that_starts_on_another_day_names_its_monday() -> None:
    assert require_monday(MONDAY) == MONDAY
    with pytest.raises(InvalidField, match="2026-11-30"):
        require_monday(date(2026, 12, 3))


@given(st.dates(date(2020, 1, 6), date(2099, 12, 20)))
def test_every_day_lies_in_its_week(day: date) -> None:
    assert day in days_of(week_of(day))
    assert require_monday(week_of(day)).weekday() == 0


def test_thursday_noon_in_wib_is_five_oclock_utc() -> None:
    assert cut_off_at(MONDAY, weekday=3, minute=720, timezone=WIB) == CUT_OFF


def test_the_same_hour_is_another_instant_further_east() -> None:
    assert cut_off_at(MONDAY, weekday=3, minute=720, timezone="Asia/Jayapura") == CUT_OFF - timedelta(hours=2)


def test_up_to_the_cut_off_changes_are_free() -> None:
    require_before_cut_off(CUT_OFF - timedelta(microseconds=1), CUT_OFF, timezone=WIB)
    with pytest.raises(AfterCutOff, match="2026-11-26 12:00 WIB") as refusal:
        require_before_cut_off(CUT_OFF, CUT_OFF, timezone=WIB)
    assert refusal.value.facts == {"cut_off_at": "2026-11-26T05:00:00+00:00"}


def test_from_the_cut_off_on_corrections_are_possible() -> None:
    require_after_cut_off(CUT_OFF, CUT_OFF, timezone=WIB)
    with pytest.raises(BeforeCutOff, match="2026-11-26 12:00 WIB"):
        require_after_cut_off(CUT_OFF - timedelta(microseconds=1), CUT_OFF, timezone=WIB)


def test_the_day_is_the_regions() -> None:
    evening = datetime(2026, 11, 29, 18, 0, tzinfo=UTC)
    assert local_day(evening, timezone=WIB) == MONDAY


def test_a_week_counts_until_its_sunday_is_over() -> None:
    assert require_week_ahead(MONDAY, today=MONDAY + timedelta(days=6)) == MONDAY
    with pytest.raises(InvalidField, match="2026-12-07"):
        require_week_ahead(MONDAY, today=MONDAY + timedelta(days=7))


def test_a_period_has_both_its_ends() -> None:
    assert delivery_days(MONDAY, MONDAY) == [MONDAY]
    assert len(delivery_days(MONDAY, MONDAY + timedelta(days=6))) == 7
    assert delivery_days(MONDAY, MONDAY - timedelta(days=1)) == []
