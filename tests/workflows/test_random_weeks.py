"""Weeks lived at random by everybody at once: the books are right after every step, and no obligation is forgotten.

Of whatever people are to hear a message can be made, too. Hypothesis chooses who does what when, what twice and what
crashes, and makes a week that breaks a rule short. Few weeks in the tests; `benchmarks/random_weeks.py` lives as many
as one likes, each from a seed.
"""

from contextlib import AsyncExitStack

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.conftest import Clock
from tests.workflows.random_weeks import LEADS, Place, begun, the_same_ids
from tests.workflows.town import BEGIN, DEEDS, MORE_OFTEN
from tests.workflows.week_ends import end_a_week

SEEDS, FURTHER = range(4), 40
few = settings(
    max_examples=20,
    stateful_step_count=30,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


class NeverKept(Exception):
    """What ends a week's unit of work, so that nothing of it remains."""


class Week(RuleBasedStateMachine):
    """A published week; its transaction is never committed."""

    def __init__(self, place, lead):
        super().__init__()
        self.lead, self.runner, self.clock = lead, place.runner, Clock(BEGIN)
        self.kept = AsyncExitStack()
        self.kept.enter_context(the_same_ids())
        self.units = self.runner.run(self.kept.enter_async_context(place.week(self.clock)))

    @initialize(seed=st.integers(0, 20))
    def begin(self, seed):
        """Let a week begin that has come on by some deeds."""
        self.come_on(seed)

    def come_on(self, seed):
        self.town = self.runner.run(self.begun(seed))

    async def begun(self, seed):
        work = await self.kept.enter_async_context(self.units.begin(correlation_id="week"))
        return await begun(work, self.clock, seed, self.lead)

    @rule(deed=st.sampled_from((*DEEDS, *MORE_OFTEN)), chance=st.randoms(use_true_random=False))
    def somebody_acts(self, deed, chance):
        self.town.chance = chance
        self.runner.run(self.town.act(deed))

    @invariant()
    def the_books_are_right(self):
        if hasattr(self, "town"):
            self.runner.run(self.town.look_again())

    def teardown(self):
        try:
            if hasattr(self, "town"):
                self.runner.run(end_a_week(self.town, self.units))
        finally:
            self.forget()

    def forget(self):
        self.runner.run(self.kept.__aexit__(NeverKept, NeverKept(), None))


@pytest.fixture(scope="module")
def place(database_url):
    place = Place(database_url)
    yield place
    place.leave()


@pytest.mark.parametrize("far", LEADS)
def test_whatever_everybody_does_the_books_are_right_and_nothing_is_forgotten(place, far):
    run_state_machine_as_test(lambda: Week(place, LEADS[far]), settings=few)


@pytest.mark.parametrize("far", LEADS)
def test_each_stage_is_reached_and_left(place, far):
    """Which deeds Hypothesis draws depends on the modules that are loaded; what these seeds draw does not."""
    missing = set(dict(LEADS[far]))
    for seed in SEEDS:
        if not missing:
            break
        week = Week(place, LEADS[far])
        try:
            week.come_on(seed)
            for _ in range(FURTHER):
                week.runner.run(week.town.act())
            missing -= week.town.done
        finally:
            week.forget()
    assert not missing, "deeds that are always refused prove nothing"
