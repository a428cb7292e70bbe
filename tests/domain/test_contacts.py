"""How people are reached, and their quiet hours."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.contacts import Channel, Contact, channels_of, plain_phone, quiet_until, require_contact, send_at
from service.domain.errors import InvalidField

ZONE = "Asia/Jakarta"
NIGHT = datetime(2026, 11, 27, 16, 30, tzinfo=UTC)  # 23:30 WIB
MORNING = datetime(2026, 11, 27, 23, 0, tzinfo=UTC)  # 06:00 WIB of the next day


def contact(**changes: object) -> Contact:
    return Contact(**{"id": uuid.uuid4(), "created_at": NIGHT, "user_id": uuid.uuid4(), **changes})


@pytest.mark.parametrize("typed", ["0812-3456-789", "+62 812 3456 789", "62 812 3456789", "(0812) 3456.789"])
def test_phones_are_kept_in_one_form(typed):
    assert plain_phone(typed) == "+628123456789"


def test_addresses_that_cannot_be_are_refused_together():
    with pytest.raises(InvalidField) as refusal:
        require_contact({"phone": "+12", "email": "siti"})
    assert [fault.field for fault in refusal.value.faults] == ["phone", "email"]
    require_contact({"phone": "+628123456789", "email": "siti@koperasi.example.id"})


def test_people_are_told_on_the_screen_and_as_they_chose():
    assert channels_of(None) == [Channel.SCREEN]
    both = contact(phone="+628123456789", email="a@b.id")
    assert channels_of(both) == [Channel.SCREEN, Channel.PHONE, Channel.EMAIL]
    assert channels_of(contact(phone="+628123456789", email="a@b.id", by_phone=False)) == ["screen", "email"]


@pytest.mark.parametrize(
    ("is_urgent", "useful_until", "expected"),
    [
        (False, None, MORNING),
        (True, None, NIGHT),
        (False, MORNING + timedelta(hours=2), MORNING),
        (False, MORNING + timedelta(minutes=60), MORNING),
        (False, MORNING + timedelta(minutes=59), NIGHT),
        (False, MORNING, NIGHT),
        (False, NIGHT + timedelta(hours=1), NIGHT),
    ],
)
def test_nobody_is_woken_but_for_what_cannot_wait(is_urgent, useful_until, expected):
    told = send_at(None, NIGHT, timezone=ZONE, is_urgent=is_urgent, useful_until=useful_until)
    assert told == expected


@given(
    st.integers(0, 1439),
    st.integers(0, 1439),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001 (made aware below)
)
def test_quiet_hours_end_within_a_day_and_outside_of_themselves(begins, ends, naive):
    now = naive.replace(tzinfo=UTC)
    theirs = contact(quiet_from_minute=begins, quiet_to_minute=ends)

    end = quiet_until(theirs, now, timezone=ZONE)

    if end is not None:
        assert now < end <= now + timedelta(days=1)
        assert quiet_until(theirs, end, timezone=ZONE) is None


def test_hours_that_end_when_they_begin_are_none():
    assert quiet_until(contact(quiet_from_minute=60, quiet_to_minute=60), NIGHT, timezone=ZONE) is None
