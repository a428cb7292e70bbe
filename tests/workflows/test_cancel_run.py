"""Runs that are cancelled: while they wait, while they are solved, and too late."""

import asyncio
import time

import pytest

from service.domain.errors import IllegalTransition, NotFound, NotPermitted
from service.domain.runs import RunStatus
from service.workflows.cancel_run import CancelRun, cancel_run
from service.workflows.run_matching import RunMatching, run_matching
from tests.factories.runs import ASLEEP, at_work, plans_of, start, stored, work_on
from tests.factories.solves import HeldSolve


async def test_a_waiting_run_is_cancelled_at_once_and_its_job_does_nothing(real_units, city):
    run = await start(real_units, city)
    async with real_units.begin(actor=city.operator) as work:
        assert (await cancel_run(work, CancelRun(run.id))).status is RunStatus.CANCELLED
    await work_on(real_units, run)
    assert (await stored(real_units, run)).attempt == 0


async def test_a_cancel_ends_the_solve_within_two_seconds_and_leaves_no_plan(real_units, city):
    run, solve = await start(real_units, city), HeldSolve()
    working = asyncio.create_task(run_matching(real_units, RunMatching(run.id), solve=solve))  # with the usual tempo
    await solve.started.wait()
    async with real_units.begin(actor=city.operator) as work:
        assert (await cancel_run(work, CancelRun(run.id))).status is RunStatus.CANCELLING
        assert (await cancel_run(work, CancelRun(run.id))).status is RunStatus.CANCELLING
    asked = time.monotonic()
    await working
    assert time.monotonic() - asked < 2
    assert (await stored(real_units, run)).status is RunStatus.CANCELLED
    assert await plans_of(real_units, run) == []


async def test_a_cancel_that_comes_while_the_solver_ends_leaves_no_plan(real_units, city):
    run, solve = await start(real_units, city), HeldSolve()
    async with at_work(real_units, run, solve, ASLEEP):
        async with real_units.begin(actor=city.operator) as work:
            await cancel_run(work, CancelRun(run.id))
        solve.finish.set()
    assert (await stored(real_units, run)).status is RunStatus.CANCELLED
    assert await plans_of(real_units, run) == []


async def test_an_ended_run_cannot_be_cancelled(real_units, city):
    run = await start(real_units, city)
    await work_on(real_units, run)
    async with real_units.begin(actor=city.operator) as work:
        with pytest.raises(IllegalTransition):
            await cancel_run(work, CancelRun(run.id))


async def test_only_the_citys_operator_cancels_and_a_foreign_run_is_missing(real_units, city):
    run = await start(real_units, city)
    async with real_units.begin(actor=city.officer()) as work:
        with pytest.raises(NotPermitted):
            await cancel_run(work, CancelRun(run.id))
    async with real_units.begin(actor=city.operator) as work:
        with pytest.raises(NotFound):
            await cancel_run(work, CancelRun(work.new_id()))
