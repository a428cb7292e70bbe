"""What a repair orders, in memory: never what orders hold already, never beyond the demand."""

import uuid
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.publishing import PlannedDelivery
from service.domain.repairs import covered_demand, key_of, lost_promises, new_deliveries
from service.domain.units import BP
from tests.factories.plans import WEEK

LINES = [uuid.UUID(int=number) for number in range(3)]
OFFERS = [uuid.UUID(int=number) for number in range(10, 13)]
COOPERATIVE, KITCHEN = uuid.UUID(int=20), uuid.UUID(int=30)


def delivery(line, offer, qty) -> PlannedDelivery:
    return PlannedDelivery(uuid.uuid4(), line, KITCHEN, COOPERATIVE, offer, None, "RICE-M", WEEK, qty, 13_000)


DELIVERIES = st.lists(
    st.builds(delivery, st.sampled_from(LINES), st.sampled_from(OFFERS), st.integers(1, 50)), max_size=8
)


def totals(parts) -> Counter:
    found: Counter = Counter()
    for part in parts:
        found[key_of(part)] += part.allocated_qty
    return found


@given(DELIVERIES, st.data())
def test_promised_and_new_together_are_what_was_planned(planned, data):
    promised = {key: data.draw(st.integers(0, qty)) for key, qty in totals(planned).items()}

    fresh = new_deliveries(planned, promised)

    assert totals(fresh) + Counter(promised) == totals(planned)
    assert all(part.allocated_qty > 0 for part in fresh)


@given(DELIVERIES)
def test_what_is_promised_whole_is_not_ordered_again(planned):
    assert new_deliveries(planned, totals(planned)) == []
    assert totals(new_deliveries(planned, {})) == totals(planned)


def test_a_promise_that_shrank_is_named():
    key = (LINES[0], OFFERS[0], COOPERATIVE)

    assert list(lost_promises({key: 40}, {key: 40})) == []
    [change] = lost_promises({key: 40}, {key: 30})
    assert (change.code, change.entity_id) == ("promise_lost", str(LINES[0]))
    [change] = lost_promises({key: 40}, {})
    assert change.code == "promise_lost"


@given(open_qty=st.integers(0, 100), qty=st.integers(1, 200), covers_bp=st.sampled_from([5000, 8000, BP]))
def test_more_than_a_step_beyond_the_open_demand_is_refused(open_qty, qty, covers_bp):
    fresh = [delivery(LINES[0], OFFERS[0], qty)]
    found = list(covered_demand(fresh, {(LINES[0], "RICE-M"): covers_bp}, {LINES[0]: open_qty * BP}, {LINES[0]: 10}))

    assert bool(found) == (qty * covers_bp > (open_qty + 9) * BP)


def test_demand_that_is_gone_is_refused():
    [change] = covered_demand([delivery(LINES[0], OFFERS[0], 40)], {(LINES[0], "RICE-M"): BP}, {}, {})
    assert (change.code, change.entity_id) == ("demand_covered", str(LINES[0]))


def test_a_delivery_that_comes_from_nowhere_is_our_fault():
    with pytest.raises(ValueError, match="nowhere"):
        key_of(delivery(LINES[0], None, 1))
