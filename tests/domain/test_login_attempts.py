"""How often somebody may try to get in, and what counts as one address."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.login_attempts import MOST_IN_WINDOW, WINDOW, Attempt, Gate, network_of, wait_for

NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
GAPS = st.lists(st.integers(0, 200).map(lambda seconds: timedelta(seconds=seconds)), min_size=1, max_size=60)


def test_the_limits_are_no_looser_than_those_of_the_best():
    assert {gate: MOST_IN_WINDOW[gate] for gate in Gate} == {Gate.PASSWORD: 10, Gate.SECOND_FACTOR: 5}
    assert timedelta(minutes=5) == WINDOW


@given(gate=st.sampled_from(Gate), gaps=GAPS)
def test_no_window_ever_holds_more_than_the_limit_and_the_wait_is_exact(gate, gaps):
    counted: list[datetime] = []
    now = NOW
    for gap in gaps:
        now += gap
        wait = wait_for(gate, counted, now)
        if wait is None:
            counted.append(now)
        else:
            assert timedelta(0) < wait <= WINDOW
            assert wait_for(gate, counted, now + wait) is None
            assert wait_for(gate, counted, now + wait - timedelta(microseconds=1)) is not None
    for start in counted:
        assert sum(start <= at < start + WINDOW for at in counted) <= MOST_IN_WINDOW[gate]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
    ],
)
def test_who_has_many_addresses_of_one_household_counts_as_one(address, network):
    assert network_of(address) == network


def test_a_name_counts_however_it_is_written_and_each_gate_for_itself():
    first, second = Attempt(Gate.PASSWORD, " SITI ", "::1"), Attempt(Gate.PASSWORD, "siti", "::2")
    assert first.subjects() == second.subjects()
    other = Attempt(Gate.SECOND_FACTOR, "siti", "::1")
    assert not set(first.subjects()) & set(other.subjects())
