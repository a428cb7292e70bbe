"""A run is started once per week, by those who may."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service.domain.errors import InvalidField, NotPermitted, RuleBroken, RunActive
from service.domain.policies import Policy
from service.domain.runs import MatchingRun, RunStatus
from service.workflows.cancel_run import CancelRun, cancel_run
from service.workflows.start_run import StartRun, start_run
from tests.factories.plans import WEEK
from tests.factories.runs import (
    queued_jobs,
    start,
)

# ---- starting


async def test_a_run_is_queued_with_its_job_and_the_policy_in_force(real_units, city, fresh_engine):
    async with real_units.begin() as work:
        newer = Policy(**{**city.policy.model_dump(), "id": work.new_id(), "number": 2})
        work.session.add(newer)
    run = await start(real_units, city, seed=7, effort=0.5)
    assert (run.status, run.seed, run.effort, run.policy_id) == (RunStatus.QUEUED, 7, 0.5, newer.id)
    assert run.requested_by == city.operator.user_id
    assert await queued_jobs(fresh_engine) == [str(run.id)]


async def test_of_twenty_starts_at_once_one_wins_and_the_others_are_told_which(real_units, city, fresh_engine):
    found = await asyncio.gather(*(start(real_units, city) for _ in range(20)), return_exceptions=True)
    (run,) = [one for one in found if isinstance(one, MatchingRun)]
    refused = [one for one in found if isinstance(one, RunActive)]
    assert len(refused) == 19
    assert {one.facts["run_id"] for one in refused} == {str(run.id)}
    assert await queued_jobs(fresh_engine) == [str(run.id)]


async def test_another_week_can_be_run_meanwhile_and_the_same_one_afterwards(real_units, city):
    run = await start(real_units, city)
    async with real_units.begin(actor=city.operator) as work:
        await start_run(work, StartRun(week_start=WEEK + timedelta(days=7)))
    async with real_units.begin(actor=city.operator) as work:
        await cancel_run(work, CancelRun(run.id))
    assert (await start(real_units, city)).id != run.id


async def test_a_run_needs_a_monday_an_operator_and_a_policy(real_units, city):
    async with real_units.begin(actor=city.operator) as work:
        with pytest.raises(InvalidField):
            await start_run(work, StartRun(week_start=WEEK + timedelta(days=1)))
    async with real_units.begin(actor=city.head()) as work:
        with pytest.raises(NotPermitted):
            await start_run(work, StartRun(week_start=WEEK))
    async with real_units.begin(actor=city.operator) as work:
        await work.session.execute(sa.text("TRUNCATE policy CASCADE"))
        with pytest.raises(RuleBroken):
            await start_run(work, StartRun(week_start=WEEK))
