"""Deeds from phones: by which clocks they are taken, and which of two weighings stands."""

import uuid
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.device_actions import (
    ActionKind,
    ActionOutcome,
    DeviceAction,
    Made,
    happened_at,
    is_final,
    require_plausible,
    require_same,
)
from service.domain.errors import (
    ActionIdReused,
    ClockWrong,
    NotDispatched,
    NotWeighed,
    ReceiptSigned,
    WeighedSince,
)
from service.domain.receipts import ReceiptLine, is_superseded, require_as_weighed

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
SECONDS = st.integers(-30 * 86_400, 86_400)


@given(SECONDS)
def test_an_instant_is_taken_from_seven_days_ago_to_ten_minutes_ahead(seconds):
    made_at = NOW + timedelta(seconds=seconds)
    if -7 * 86_400 <= seconds <= 600:
        require_plausible(made_at, NOW)
    else:
        with pytest.raises(ClockWrong) as caught:
            require_plausible(made_at, NOW)
        assert caught.value.facts["earliest"] <= NOW <= caught.value.facts["latest"]


@given(SECONDS)
def test_nothing_is_written_down_as_of_the_future(seconds):
    made = Made(NOW + timedelta(seconds=seconds), uuid.uuid4())
    assert happened_at(made, NOW) == min(made.at, NOW)
    assert happened_at(None, NOW) == NOW
    earliest = NOW - timedelta(hours=1)
    assert earliest <= happened_at(made, NOW, not_before=earliest) <= NOW


@given(st.lists(st.tuples(st.integers(0, 3), st.uuids()), min_size=1, max_size=4, unique=True))
def test_of_several_weighings_the_same_one_stands_in_whatever_order_they_come(said):
    made = [Made(NOW + timedelta(minutes=minutes), action_id) for minutes, action_id in said]
    standing = set()
    for order in permutations(made):
        line = None
        for each in order:
            if not is_superseded(line, each):
                line = ReceiptLine(weighed_at=each.at, action_id=each.action_id)
        standing.add((line.weighed_at, line.action_id))
    assert standing == {max((each.at, each.action_id) for each in made)}


def test_scales_that_are_read_online_have_the_last_word():
    line = ReceiptLine(weighed_at=NOW + timedelta(minutes=5), action_id=uuid.uuid4())
    assert not is_superseded(line, None)


def test_a_signature_is_for_the_figures_that_stood_when_it_was_made():
    line = ReceiptLine(delivery_line_id=uuid.uuid4(), weighed_at=NOW)
    positions = {line.delivery_line_id: 3}
    require_as_weighed([line], Made(NOW, uuid.uuid4()), positions)
    require_as_weighed([line], None, positions)
    with pytest.raises(WeighedSince) as caught:
        require_as_weighed([line], Made(NOW - timedelta(seconds=1), uuid.uuid4()), positions)
    assert caught.value.facts == {"positions": [3]}


def test_an_id_is_one_persons_and_one_deeds():
    user_id = uuid.uuid4()
    known = DeviceAction(
        id=uuid.uuid4(),
        user_id=user_id,
        kind=ActionKind.SIGN_RECEIPT,
        body_hash="a",
        outcome=ActionOutcome.DONE,
    )
    require_same(known, user_id=user_id, body_hash="a")
    for other in ({"user_id": uuid.uuid4(), "body_hash": "a"}, {"user_id": user_id, "body_hash": "b"}):
        with pytest.raises(ActionIdReused):
            require_same(known, **other)


def test_only_what_may_still_come_true_is_worth_sending_again():
    for refusal in (NotDispatched(""), NotWeighed(""), ClockWrong("")):
        assert not is_final(refusal)
    for refusal in (ReceiptSigned(""), WeighedSince("")):
        assert is_final(refusal)
