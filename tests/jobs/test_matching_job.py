"""Matching runs as jobs with the real optimiser in its own process, and with workers that are killed meanwhile."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psutil
import pytest
import sqlalchemy as sa
from croniter import croniter
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col

from service.database.engine import conninfo, create_engine, create_sessions
from service.database.unit_of_work import UnitsOfWork
from service.domain.offers import Offer, available_qty
from service.domain.plans import Allocation, Plan, PlanPurchase, Shortage
from service.domain.runs import MatchingRun, RunProblem, RunStatus
from service.domain.stocks import Stock, available_packs
from service.jobs.app import Jobs
from service.jobs.definitions import SOLVE, Job, JobCall, JobTimings
from service.matching.process import solve_in_process
from service.worker import build_jobs
from service.workflows.cancel_run import CancelRun, cancel_run
from service.workflows.problem_file import unpacked
from service.workflows.recover_runs import RecoverRuns, recover_runs
from service.workflows.run_matching import RunMatching, run_matching
from service.workflows.start_run import RUN_MATCHING, StartRun, start_run
from tests.factories.planned_weeks import PlannedWeek, add_planned_week
from tests.factories.plans import WEEK

HURRIED = JobTimings(poll_s=0.1, heartbeat_s=0.3, stalled_after_s=1.5, recover_every_s=0.2)
SILENCE = timedelta(seconds=3)
WORKER = Path(__file__).with_name("matching_worker.py")
SLEEP = (sys.executable, str(Path(__file__).with_name("sleeping_solver.py")))


@pytest.fixture
async def fresh_engine(fresh_database: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(fresh_database)
    yield engine
    await engine.dispose()


@pytest.fixture
def jobs(fresh_database) -> Jobs:
    return Jobs(conninfo(fresh_database), HURRIED)


@pytest.fixture
def real_units(fresh_engine, jobs, clock, settings) -> UnitsOfWork:
    """Units of work that really commit; the worker's jobs are known but nobody works."""
    units = UnitsOfWork(create_sessions(fresh_engine), jobs, clock=clock)
    jobs.register(*build_jobs(units, settings))
    return units


@pytest.fixture
async def city(real_units) -> PlannedWeek:
    """Three kitchens, four cooperatives, four items (half of them bought in packs), two cooking days, goods short."""
    async with real_units.begin() as work:
        week = await add_planned_week(work.session, kitchens=3, cooperatives=4, items=4, days=2)
        scarce = [offer.id for offer in week.offers.values() if offer.item_code == "ITEM-01"]
        await work.session.flush()
        await work.session.execute(
            sa.update(Offer).where(col(Offer.id).in_(scarce)).values(offered_qty=50_000, promised_qty=20_000)
        )
        return week


@pytest.fixture
def worker(real_units, fresh_database) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that works on runs with a solver that never ends."""
    process = subprocess.Popen(
        [sys.executable, str(WORKER), fresh_database, conninfo(fresh_database)], stderr=subprocess.DEVNULL
    )
    yield process
    process.kill()
    process.wait()


async def start(units, week, **changes) -> MatchingRun:
    async with units.begin(actor=week.operator) as work:
        return await start_run(work, StartRun(week_start=WEEK, **{"time_limit_s": 20, **changes}))


async def stored(units, run) -> MatchingRun:
    async with units.begin() as work:
        return await work.session.get_one(MatchingRun, run.id)


async def rows(units, kind, **where):
    async with units.begin() as work:
        query = sa.select(kind).where(*(getattr(kind, name) == value for name, value in where.items()))
        return list(await work.session.scalars(query))


async def when(units, run, happens) -> MatchingRun:
    async with asyncio.timeout(60):
        while not happens(found := await stored(units, run)):  # noqa: ASYNC110 - the database gives no event
            await asyncio.sleep(0.05)
    return found


def is_ended(run: MatchingRun) -> bool:
    return run.finished_at is not None


def is_asleep(run: MatchingRun) -> bool:
    return run.status is RunStatus.RUNNING and bool(run.progress)


def solver_pid(run: MatchingRun) -> int:
    """The process that solves, as it told with its progress."""
    return int(run.progress[-1]["phase"].split()[1])


async def is_gone(pid: int) -> bool:
    async with asyncio.timeout(5):
        while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.02)
    return True


# ---- the real optimiser


async def test_a_worker_solves_a_small_city_and_never_promises_more_than_is_left(real_units, city, jobs):
    run = await start(real_units, city)
    async with jobs.working():
        ended = await when(real_units, run, is_ended)
    assert (ended.status, ended.failure_detail, ended.attempt) == (RunStatus.SUCCEEDED, None, 1)
    (plan,) = await rows(real_units, Plan, run_id=run.id)
    assert 0 < plan.bound_idr <= plan.objective_idr <= plan.figures["greedy"]["total_idr"]
    parts = await rows(real_units, Allocation, plan_id=plan.id)
    for offer in await rows(real_units, Offer):
        assert sum(part.allocated_qty for part in parts if part.offer_id == offer.id) <= available_qty(offer)
    bought = await rows(real_units, PlanPurchase, plan_id=plan.id)
    for stock in await rows(real_units, Stock):
        assert sum(part.packs for part in bought if part.stock_id == stock.id) <= available_packs(stock)
    short = await rows(real_units, Shortage, plan_id=plan.id)
    assert {(one.item_code, one.reasons[0]["code"]) for one in short} == {("ITEM-01", "stock_used_up")}
    assert sum(one.short_qty for one in short) == 6 * 40_000 - 4 * 30_000


async def test_the_stored_file_solved_again_by_the_command_gives_the_stored_plan(real_units, city, tmp_path):
    run = await start(real_units, city, seed=5)
    await run_matching(real_units, RunMatching(run.id))
    (plan,) = await rows(real_units, Plan, run_id=run.id)
    (file,) = await rows(real_units, RunProblem, run_id=run.id)
    problem, answer = tmp_path / "problem.json", tmp_path / "plan.json"
    problem.write_bytes(unpacked(file.content_gzip))
    command = [sys.executable, "-c", "from service.cli import app; app()", "match", str(problem), "--out", str(answer)]
    limits = ["--time-limit", str(run.time_limit_s), "--seed", "5"]
    done = await asyncio.to_thread(subprocess.run, [*command, *limits], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    again = json.loads(answer.read_text())
    codes = {organisation.id: organisation.code for organisation in city.cooperatives}
    lines = {
        (
            str(part.forecast_line_id),
            str(part.offer_id or part.stock_id),
            codes[part.cooperative_id],
            part.allocated_qty,
        )
        for part in await rows(real_units, Allocation, plan_id=plan.id)
    }
    assert lines == {
        (line["demand"], line["source"], line["cooperative"], line["qty"]) for line in again["allocations"]
    }
    bought = {
        (str(part.stock_id), codes[part.cooperative_id], part.packs)
        for part in await rows(real_units, PlanPurchase, plan_id=plan.id)
    }
    assert bought == {(one["stock"], one["cooperative"], one["packs"]) for one in again["purchases"]}
    assert round(again["objective_idr"]) == plan.objective_idr


# ---- cancel


async def test_a_cancel_ends_the_solving_process_within_two_seconds(real_units, city):
    run = await start(real_units, city)

    async def asleep(document, **limits):
        return await solve_in_process(document, command=SLEEP, **limits)

    working = asyncio.create_task(run_matching(real_units, RunMatching(run.id), solve=asleep))
    pid = solver_pid(await when(real_units, run, is_asleep))
    async with real_units.begin(actor=city.operator) as work:
        await cancel_run(work, CancelRun(run.id))
    asked = time.monotonic()
    ended = await when(real_units, run, is_ended)
    assert time.monotonic() - asked < 2
    assert ended.status is RunStatus.CANCELLED
    assert await is_gone(pid)
    await working
    assert await rows(real_units, Plan, run_id=run.id) == []


# ---- kill -9


async def test_a_run_outlives_a_killed_worker_and_ends_with_one_plan(real_units, city, worker, fresh_database):
    run = await start(real_units, city)
    seen = await when(real_units, run, is_asleep)
    os.kill(worker.pid, signal.SIGKILL)
    assert await is_gone(solver_pid(seen))

    async def work_on(call: JobCall) -> None:
        await run_matching(real_units, RunMatching(UUID(call.args["run_id"]), silence=SILENCE))

    rescuer = Jobs(conninfo(fresh_database), HURRIED)
    rescuer.register(Job(name=RUN_MATCHING, run=work_on, queue=SOLVE))
    async with rescuer.working(), asyncio.timeout(30):
        while not await _recovered(real_units):  # noqa: ASYNC110 - the database gives no event
            await asyncio.sleep(0.2)
        ended = await when(real_units, run, is_ended)
    assert (ended.status, ended.attempt) == (RunStatus.SUCCEEDED, 2)
    assert len(await rows(real_units, Plan, run_id=run.id)) == 1


async def _recovered(units) -> bool:
    """Look for lost runs as the periodic job does, until there was one or the worker's own job came back first."""
    async with units.begin() as work:
        await recover_runs(work, RecoverRuns(silence=SILENCE))
        run = await work.session.scalar(sa.select(MatchingRun).order_by(col(MatchingRun.created_at).desc()).limit(1))
        return bool(run and (run.attempt > 1 or run.status is RunStatus.QUEUED))


# ---- how the jobs are wired


def job_named(units, settings, name: str) -> Job:
    return next(job for job in build_jobs(units, settings) if job.name == name)


def test_lost_runs_are_looked_for_twice_a_minute(real_units, settings):
    moments = croniter(job_named(real_units, settings, "recover_runs").cron, datetime(2026, 11, 24, tzinfo=UTC))
    assert [moments.get_next(datetime).second for _ in range(3)] == [30, 0, 30]


async def test_the_periodic_job_takes_back_what_is_lost(real_units, settings, city):
    run = await start(real_units, city)
    await let_die(real_units, run)
    await job_named(real_units, settings, "recover_runs").run(JobCall(1, 1, False, {}))
    assert (await stored(real_units, run)).status is RunStatus.QUEUED


async def test_a_run_whose_job_is_given_up_has_failed(real_units, settings, city):
    run = await start(real_units, city)
    await let_die(real_units, run)
    job = job_named(real_units, settings, RUN_MATCHING)
    await job.on_given_up(JobCall(1, 3, True, {"run_id": str(run.id)}), "the process that worked on it died")
    ended = await stored(real_units, run)
    assert (ended.status, ended.failure_detail) == (RunStatus.FAILED, "the process that worked on it died")


async def let_die(units, run) -> None:
    """Leave the run as a worker does that was killed long ago."""
    long_ago = sa.func.now() - timedelta(minutes=1)
    values = {"status": RunStatus.RUNNING, "attempt": 1, "heartbeat_at": long_ago}
    async with units.begin() as work:
        await work.session.execute(sa.update(MatchingRun).where(col(MatchingRun.id) == run.id).values(**values))
