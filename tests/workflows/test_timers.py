"""The search for what was forgotten finds it: an answer's job, a repair's, a run's that nobody queued."""

from dataclasses import replace
from datetime import timedelta
from unittest import mock

import pytest
import sqlalchemy as sa

from service.domain.orders import OrderLine
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.move_fallen_lines import MoveFallenLines, move_fallen_lines
from service.workflows.publish_plan import PublishPlan, publish_plan
from service.workflows.start_run import StartRun, start_run
from tests.factories.orders import taking
from tests.factories.planned_weeks import add_planned_week
from tests.factories.plans import WEEK
from tests.workflows.timers import forgotten


@pytest.fixture
async def week(work):
    week = await add_planned_week(work.session, kitchens=1, cooperatives=1, items=1)
    await publish_plan(replace(work, actor=week.operator), PublishPlan(week.plan.id, 1))
    return week


async def decline(work, week):
    """Decline the only line, for which there is no standby."""
    line = (await work.session.scalars(sa.select(OrderLine))).one()
    await answer_order(replace(work, actor=week.officer()), AnswerOrder(line.order_id, (taking(line, 0),)))
    return line


async def found(work, **later):
    return await forgotten(work.session, work.now + timedelta(**later))


async def test_a_line_is_forgotten_until_it_is_answered_and_what_it_gave_back_has_a_job(work, week):
    line = (await work.session.scalars(sa.select(OrderLine))).one()
    assert await found(work) == [line]
    await decline(work, week)
    assert await found(work) == []


async def test_a_declined_line_that_nobody_moves_is_found(work, week):
    with mock.patch("service.workflows.release_lines.defer_move"):
        line = await decline(work, week)
    assert await found(work) == [line]


async def test_a_repair_whose_time_has_come_is_found_unless_a_run_is_queued(work, week):
    line = await decline(work, week)
    await move_fallen_lines(work, MoveFallenLines(line.order_id, (line.id,)))
    assert await found(work) == []
    (asked,) = await found(work, hours=1)
    assert (asked.week_start, type(asked).__name__) == (WEEK, "RepairRequest")
    await start_run(replace(work, actor=week.operator), StartRun(WEEK))
    assert await found(work, hours=1) == []


async def test_a_queued_run_without_a_job_is_found(work, week):
    await decline(work, week)
    run = await start_run(replace(work, actor=week.operator), StartRun(WEEK))
    assert await found(work) == []
    await work.session.execute(sa.text("DELETE FROM procrastinate_jobs WHERE task_name = 'run_matching'"))
    assert await found(work) == [run]
