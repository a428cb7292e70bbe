"""A crash at any statement of a repair: it is begun, solved, put in force and refused once, or not at all."""

import pytest
import sqlalchemy as sa

from service.domain.plans import Plan, PlanStatus
from service.domain.repair_requests import RepairRequest
from service.domain.runs import MatchingRun, RunStatus
from service.workflows.publish_repair import PublishRepair, publish_repair
from service.workflows.start_due_repairs import start_due_repairs
from tests.factories.plans import WEEK
from tests.factories.runs import ASLEEP, plans_of, rows, start, stored, work_on
from tests.workflows.books import broken_rules
from tests.workflows.small_worlds import World
from tests.workflows.test_deeds_crash import FEWEST, everywhere, lone_engine, lone_units
from tests.workflows.test_orders_crash import Crashed, crashing_at

__all__ = ["everywhere", "lone_engine", "lone_units"]


@pytest.fixture
def world(lone_engine, lone_units) -> World:
    """A week whose orders are sent; the plan of a repair waits to be published."""
    return World(lone_engine, lone_units, "sent", has_repair=True)


async def test_a_repair_is_put_in_force_once_or_not_at_all(lone_units, everywhere, world):
    case = await world.make()

    await everywhere(*case.publish_repair())

    [plan] = await rows(lone_units, Plan, status=PlanStatus.PUBLISHED)
    assert plan.id == case.repair.id


async def test_a_refused_repair_is_asked_for_again_once_or_not_at_all(lone_units, everywhere, world):
    """What it leaves alone was declined meanwhile: the job finds that, and asks for another."""
    case = await world.make()
    await world.do(case.decline_one())

    await everywhere(None, lambda _: publish_repair(lone_units, PublishRepair(case.repair.id)))

    assert len(await rows(lone_units, RepairRequest)) == 1
    assert await rows(lone_units, Plan, id=case.repair.id, status=PlanStatus.PUBLISHED) == []


async def test_a_repair_that_is_due_is_begun_once_or_not_at_all(lone_units, everywhere, world, clock):
    case = await world.make()
    async with lone_units.begin() as work:
        region_code = case.week.plan.region_code
        work.session.add(RepairRequest(region_code=region_code, week_start=WEEK, due_at=clock.now))

    async def begin(_work):
        if not await start_due_repairs(lone_units):
            raise Crashed  # said in the log alone: the next call finds it again

    await everywhere(None, begin)

    assert await rows(lone_units, RepairRequest) == []
    assert len(await rows(lone_units, MatchingRun, status=RunStatus.QUEUED)) == 1


async def test_a_run_that_crashes_anywhere_is_given_back_without_a_plan_and_the_next_attempt_finds_one(
    lone_engine, lone_units, world
):
    case = await world.make()
    run = await start(lone_units, case.week)
    number, has_crashed = 0, True
    while has_crashed:
        number += 1
        try:
            with crashing_at(lone_engine, number):
                await work_on(lone_units, run, tempo=ASLEEP)
        except Crashed:
            assert (await stored(lone_units, run)).status is RunStatus.QUEUED, f"statement {number}"
            assert await plans_of(lone_units, run) == []
            await forget_attempts(lone_units, run)
        else:
            has_crashed = False

    assert number > FEWEST
    assert (await stored(lone_units, run)).status is RunStatus.SUCCEEDED
    assert len(await plans_of(lone_units, run)) == 1
    async with lone_units.begin() as work:
        assert await broken_rules(work.session) == []


async def forget_attempts(units, run) -> None:
    """Let every crash be the first: after a few attempts a run has failed."""
    async with units.begin() as work:
        await work.session.execute(sa.update(MatchingRun).where(MatchingRun.id == run.id).values(attempt=0))
