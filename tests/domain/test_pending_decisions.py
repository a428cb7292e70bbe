"""When an operator who decides nothing is reminded."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from service.domain.pending_decisions import remind_at

ZONE = "Asia/Jakarta"


@given(st.datetimes(datetime(2026, 11, 20), datetime(2026, 12, 2)), st.dates(date(2026, 11, 30), date(2026, 12, 6)))  # noqa: DTZ001 (made aware below)
def test_a_reminder_leaves_an_hour_and_never_comes_before_six_of_the_day_before(told_at, first_day):
    told_at = told_at.replace(tzinfo=UTC)
    due = remind_at(told_at, first_day, timezone=ZONE)
    six = datetime(first_day.year, first_day.month, first_day.day, tzinfo=UTC) - timedelta(days=1, hours=1)
    assert due == max(six, told_at + timedelta(hours=1))
