"""The pulse of a run: what it remembers of the progress, and a database that is away for a moment."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from service.domain.runs import RunStatus
from service.matching.progress import Progress
from service.workflows.recover_runs import RecoverRuns
from service.workflows.run_pulse import MOST_POINTS, Pulse
from tests.factories.runs import HASTY, at_work, plans_of, recover, start, stored, work_on
from tests.factories.solves import HeldSolve


@contextmanager
def database_away(engine: AsyncEngine) -> Iterator[asyncio.Semaphore]:
    """Refuse every statement inside the block; what is yielded counts them."""
    refused = asyncio.Semaphore(0)

    def refuse(*_details: Any) -> None:
        refused.release()
        raise OperationalError("SELECT 1", {}, ConnectionError("the server closed the connection"))

    sa.event.listen(engine.sync_engine, "before_cursor_execute", refuse)
    try:
        yield refused
    finally:
        sa.event.remove(engine.sync_engine, "before_cursor_execute", refuse)


async def test_a_run_outlives_a_database_that_is_away_for_some_heartbeats(real_units, city, fresh_engine, caplog):
    run, solve = await start(real_units, city), HeldSolve()
    async with at_work(real_units, run, solve):
        with database_away(fresh_engine) as refused:
            for _ in range(3):
                await refused.acquire()
        solve.finish.set()
    assert "run_heartbeat_failed" in caplog.messages
    ended = await stored(real_units, run)
    assert (ended.status, ended.attempt) == (RunStatus.SUCCEEDED, 1)
    assert len(await plans_of(real_units, run)) == 1


async def test_what_broke_a_run_is_raised_though_the_database_is_away_and_the_run_is_recovered(
    real_units, city, fresh_engine, caplog
):
    run = await start(real_units, city)
    with ExitStack() as lasting:

        async def break_down(_document, **_limits):
            lasting.enter_context(database_away(fresh_engine))
            raise KeyError("surprise")

        with pytest.raises(KeyError, match="surprise"):
            await work_on(real_units, run, break_down)
    assert "run_not_given_back" in caplog.messages
    assert (await stored(real_units, run)).status is RunStatus.RUNNING
    assert await recover(real_units, RecoverRuns(silence=timedelta(0))) == [run.id]
    assert (await stored(real_units, run)).status is RunStatus.QUEUED


def test_a_long_solve_is_remembered_from_its_first_to_its_last_second_in_few_points(real_units, city):
    pulse = Pulse(real_units, city.plan.run_id, attempt=1, tempo=HASTY)
    for second in range(3 * MOST_POINTS):
        pulse.note(Progress(float(second), None, None, "drops"))
        assert pulse.points[-1]["elapsed_s"] == second
    seconds = [point["elapsed_s"] for point in pulse.points]
    assert seconds[0] == 0
    assert seconds == sorted(set(seconds))
    assert MOST_POINTS / 2 < len(seconds) <= MOST_POINTS


def test_of_points_within_a_second_of_one_phase_the_last_counts(real_units, city):
    pulse = Pulse(real_units, city.plan.run_id, attempt=1, tempo=HASTY)
    for elapsed_s, objective_idr, phase in ((0.1, 900, "start"), (1.2, 800, "drops"), (1.9, 700, "drops")):
        pulse.note(Progress(elapsed_s, float(objective_idr), None, phase))
    pulse.note(Progress(1.95, 600.0, None, "repair"))
    assert [(point["phase"], point["objective_idr"]) for point in pulse.points] == [
        ("start", 900),
        ("drops", 700),
        ("repair", 600),
    ]
