"""Runs whose worker died, late finishes, jobs given up."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service.domain.runs import MAX_ATTEMPTS, RunStatus
from service.matching.errors import SolverFailed
from service.workflows.recover_runs import AbandonRun, RecoverRuns, abandon_run
from tests.factories.runs import (
    ASLEEP,
    at_work,
    let_die,
    plans_of,
    queued_jobs,
    recover,
    start,
    stored,
    work_on,
)
from tests.factories.solves import HeldSolve

# ---- workers that die


async def test_a_run_whose_worker_fell_silent_waits_again_and_has_a_new_job(real_units, city, fresh_engine):
    run = await start(real_units, city)
    await let_die(real_units, run)
    assert await recover(real_units) == [run.id]
    assert (await stored(real_units, run)).status is RunStatus.QUEUED
    assert await queued_jobs(fresh_engine) == [str(run.id)] * 2
    await asyncio.gather(work_on(real_units, run), work_on(real_units, run))
    ended = await stored(real_units, run)
    assert (ended.status, ended.attempt) == (RunStatus.SUCCEEDED, 2)
    assert len(await plans_of(real_units, run)) == 1


async def test_the_job_of_a_dead_worker_that_comes_back_first_takes_the_run_itself(real_units, city):
    run = await start(real_units, city)
    await let_die(real_units, run)
    await work_on(real_units, run)
    ended = await stored(real_units, run)
    assert (ended.status, ended.attempt) == (RunStatus.SUCCEEDED, 2)
    assert await recover(real_units) == []


async def test_after_the_last_attempt_a_lost_run_has_failed(real_units, city, fresh_engine):
    run = await start(real_units, city)
    await let_die(real_units, run, attempt=MAX_ATTEMPTS)
    assert await recover(real_units) == [run.id]
    ended = await stored(real_units, run)
    assert (ended.status, ended.failure_code) == (RunStatus.FAILED, "worker_lost")
    assert len(await queued_jobs(fresh_engine)) == 1


async def test_a_cancel_that_a_dead_worker_never_confirmed_is_confirmed(real_units, city):
    run = await start(real_units, city)
    await let_die(real_units, run, status=RunStatus.CANCELLING)
    await recover(real_units)
    assert (await stored(real_units, run)).status is RunStatus.CANCELLED


async def test_a_run_that_is_being_solved_is_left_alone(real_units, city):
    run, solve = await start(real_units, city), HeldSolve()
    async with at_work(real_units, run, solve):
        assert await recover(real_units) == []
        await work_on(real_units, run)
        assert (await stored(real_units, run)).attempt == 1
        solve.finish.set()
    assert (await stored(real_units, run)).status is RunStatus.SUCCEEDED


async def test_a_worker_that_hears_of_its_replacement_stops_solving_and_changes_nothing(real_units, city):
    run, old = await start(real_units, city), HeldSolve()
    async with at_work(real_units, run, old):
        # A row that its worker writes at this moment is left for the next recovery.
        while not await recover(real_units, RecoverRuns(silence=timedelta(0))):
            assert not old.finish.is_set()
    seen = await stored(real_units, run)
    assert (seen.status, seen.attempt, seen.failure_code) == (RunStatus.QUEUED, 1, None)


async def test_a_late_finish_of_an_old_attempt_changes_nothing(real_units, city):
    run, old, new = await start(real_units, city), HeldSolve(), HeldSolve()
    async with at_work(real_units, run, old, ASLEEP):
        assert await recover(real_units, RecoverRuns(silence=timedelta(0))) == [run.id]
        async with at_work(real_units, run, new):
            old.finish.set()
            await asyncio.sleep(0.3)
            seen = await stored(real_units, run)
            assert (seen.status, seen.attempt) == (RunStatus.RUNNING, 2)
            assert await plans_of(real_units, run) == []
            new.finish.set()
    ended = await stored(real_units, run)
    assert (ended.status, ended.attempt) == (RunStatus.SUCCEEDED, 2)
    assert len(await plans_of(real_units, run)) == 1


class LateFailure(HeldSolve):
    """A solve that fails once it is told to go on."""

    async def __call__(self, document, **limits):
        await super().__call__(document, **limits)
        raise SolverFailed("the plan breaks a rule")


async def test_a_late_failure_of_an_old_attempt_changes_nothing(real_units, city):
    run, old = await start(real_units, city), LateFailure()
    async with at_work(real_units, run, old, ASLEEP):
        assert await recover(real_units, RecoverRuns(silence=timedelta(0))) == [run.id]
        old.finish.set()
    seen = await stored(real_units, run)
    assert (seen.status, seen.attempt, seen.failure_code) == (RunStatus.QUEUED, 1, None)


@pytest.mark.parametrize(
    ("left", "status"),
    [
        ({"status": RunStatus.QUEUED}, RunStatus.FAILED),
        ({"status": RunStatus.RUNNING}, RunStatus.FAILED),
        ({"status": RunStatus.RUNNING, "heartbeat_at": sa.func.now()}, RunStatus.RUNNING),
        ({"status": RunStatus.CANCELLED}, RunStatus.CANCELLED),
    ],
)
async def test_a_run_whose_job_was_given_up_fails_unless_it_lives_or_has_ended(real_units, city, left, status):
    run = await start(real_units, city)
    await let_die(real_units, run, **left)
    async with real_units.begin() as work:
        await abandon_run(work, AbandonRun(run.id, "the process that worked on it died"))
    ended = await stored(real_units, run)
    assert ended.status is status
    assert ended.failure_code == ("worker_lost" if status is RunStatus.FAILED else None)
