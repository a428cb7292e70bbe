"""Weeks lived at random by everybody at once: the books are right after every step, and no obligation is forgotten.

Hypothesis chooses who does what when, what twice and what crashes, and makes a week that breaks a rule short. Few weeks
in the tests; `benchmarks/random_weeks.py` lives as many as one likes, each from a seed.
"""

import asyncio
import uuid
from itertools import count
from typing import ClassVar
from unittest import mock

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy.pool import NullPool

from service.database.engine import conninfo, create_engine, create_sessions
from service.database.unit_of_work import UnitsOfWork
from service.jobs.app import Jobs
from service.worker import build_jobs
from tests.conftest import Clock
from tests.workflows.random_weeks import BEGIN, DEEDS, MORE_OFTEN, a_town
from tests.workflows.timers import forgotten, run_out

TO_NOTES = {"answer": 8, "wait": 1, "prepare": 2, "sell": 6}
TO_RECEIPTS = {**TO_NOTES, "dispatch": 6, "receive": 8, "sign": 12}
LEADS = {
    "orders": {},
    "receipts": TO_RECEIPTS,
    "money": {**TO_RECEIPTS, "pay": 8, "reject_late": 8},
    "repair": {"answer": 3, "undo": 2, "ask_for_repair": 3, "repair": 2, "publish": 3},
    "recall": {**TO_RECEIPTS, "call_back": 4, "account": 8, "end_recall": 8, "clear": 4},
}
"""What is done to bring a week so far, if it is not refused, and how often."""
LONG_AFTER_H = 24 * 60
ROUNDS = 4
"""What is sold once an order is settled has a time of its own, and so has what is owed for it."""
few = settings(
    max_examples=8,
    stateful_step_count=60,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


class NeverKept(Exception):
    """What ends a week's unit of work, so that nothing of it remains."""


class Week(RuleBasedStateMachine):
    """A published week; its transaction is never committed."""

    done: ClassVar[set[str]] = set()

    def __init__(self, address, options, lead):
        super().__init__()
        self.lead = lead
        self.runner, self.clock, ids = asyncio.Runner(), Clock(BEGIN), (uuid.UUID(int=n << 96) for n in count(1))
        # The same course of things must find the same things, in the same order.
        self.same_ids = mock.patch("uuid.uuid4", side_effect=ids)
        self.same_ids.start()
        self.runner.run(self.open(address, options))

    async def open(self, address, options):
        self.engine = create_engine(address, poolclass=NullPool)
        self.connection = await self.engine.connect()
        self.transaction = await self.connection.begin()
        jobs = Jobs(conninfo(address))
        sessions = create_sessions(self.connection, join_transaction_mode="create_savepoint")
        self.units = UnitsOfWork(sessions, jobs, clock=self.clock, new_id=uuid.uuid4)
        jobs.register(*build_jobs(self.units, options))

    @initialize(seed=st.integers(0, 20))
    def begin(self, seed):
        """Let a week begin that has come on by some deeds."""
        self.unit = self.units.begin(correlation_id="week")
        self.town = self.runner.run(self.begun(seed))

    async def begun(self, seed):
        town = await a_town(await self.unit.__aenter__(), self.clock, seed)
        for deed in (deed for deed, turns in self.lead.items() for _ in range(turns)):
            await town.act(deed)
        return town

    @rule(deed=st.sampled_from((*DEEDS, *MORE_OFTEN)), chance=st.randoms(use_true_random=False))
    def somebody_acts(self, deed, chance):
        self.town.chance = chance
        self.runner.run(self.town.act(deed))

    @invariant()
    def the_books_are_right(self):
        if hasattr(self, "town"):
            self.runner.run(self.town.require_right())

    def teardown(self):
        try:
            if hasattr(self, "town"):
                Week.done |= self.town.done
                self.runner.run(self.end())
        finally:
            self.runner.run(self.close())
            self.runner.close()
            self.same_ids.stop()

    async def end(self):
        """Long after, when all times are over: whoever still owes something was told."""
        session = self.town.work.session
        await session.flush()
        for _ in range(ROUNDS):
            self.clock.advance(hours=LONG_AFTER_H)
            await run_out(self.units)
        session.expire_all()
        assert await forgotten(session, self.clock()) == []
        await self.town.require_right()

    async def close(self):
        if hasattr(self, "unit"):
            await self.unit.__aexit__(NeverKept, NeverKept(), None)
        await self.transaction.rollback()
        await self.connection.close()
        await self.engine.dispose()


@pytest.mark.parametrize("far", LEADS)
def test_whatever_everybody_does_the_books_are_right_and_nothing_is_forgotten(database_url, settings, far):
    Week.done = set()
    run_state_machine_as_test(lambda: Week(database_url, settings, LEADS[far]), settings=few)
    refused = LEADS[far].keys() - Week.done
    assert len(refused) <= len(LEADS[far]) / 2, f"deeds that are always refused prove nothing: {refused}"
