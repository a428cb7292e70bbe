"""A repair that started by itself and fails is tried again, a few times; then the operator hears of it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from service.database.queries.due_orders import ask_for_repair
from service.domain.events import Event, EventType
from service.domain.notifications import Notification
from service.domain.people import Role
from service.domain.plans import Plan
from service.domain.repair_requests import MOST_TRIES, RepairRequest, wait_after
from service.domain.runs import MAX_ATTEMPTS, MatchingRun, RunStatus
from service.matching.errors import SolverFailed
from service.workflows.publish_plan import PublishPlan, publish_plan
from service.workflows.publish_repair import PublishRepair, give_up_publishing, publish_repair
from service.workflows.recover_runs import AbandonRun, abandon_run
from service.workflows.start_due_repairs import start_due_repair, start_due_repairs
from service.workflows.start_run import StartRun, queue_run
from service.workflows.tell_events import tell_events
from tests.factories.places import REGION
from tests.factories.plans import WEEK
from tests.factories.repairs import answer, cannot_drive, serving
from tests.factories.runs import let_die, plans_of, recover, rows, start, work_on
from tests.workflows.interleavings import interleave, watch
from tests.workflows.timers import forgotten


async def broken(*_args, **_kwargs):
    message = "the plan breaks a rule"
    raise SolverFailed(message)


@pytest.fixture
async def fallen(real_units, city) -> Plan:
    """A published week of which one cooperative brings nothing."""
    run = await start(real_units, city)
    await work_on(real_units, run)
    (plan,) = await plans_of(real_units, run)
    async with real_units.begin(actor=city.operator) as work:
        await publish_plan(work, PublishPlan(plan.id, plan.version))
    await answer(real_units, city, (await serving(real_units, city))[0], cannot_drive)
    return plan


async def by_itself(units):
    async with units.begin() as work:
        return await queue_run(work, StartRun(WEEK), region_code=REGION)


async def given_up(units):
    return await rows(units, Event, type=EventType.REPAIR_GIVEN_UP.value)


async def test_it_is_tried_again_later_and_later_and_then_the_operator_is_told(real_units, city, fallen, clock):
    run = await by_itself(real_units)
    for failed in range(1, MOST_TRIES):
        await work_on(real_units, run, solve=broken)
        (asked,) = await rows(real_units, RepairRequest)
        assert asked.due_at == clock.now + wait_after(failed)
        assert await given_up(real_units) == []
        clock.now = asked.due_at
        (run_id,) = await start_due_repairs(real_units)
        (run,) = await rows(real_units, MatchingRun, id=run_id)
    await work_on(real_units, run, solve=broken)

    assert await rows(real_units, RepairRequest) == []
    await tell_events(real_units)
    (message,) = await rows(real_units, Notification, kind="repair_given_up")
    assert message.user_id == city.users[Role.CITY_OPERATOR, city.operator.organisation_id].id
    assert message.subject == "Perbaikan rencana gagal: minggu Sen 30 Nov"
    assert message.text.startswith(
        "Perbaikan otomatis untuk minggu Sen 30 Nov sudah 3 kali gagal: Penghitungan berhenti dengan kesalahan. "
    )
    assert " 0 baris" not in message.text


async def test_a_success_in_between_counts_anew(real_units, city, fallen, clock):
    for solve in (broken, broken):
        await work_on(real_units, await by_itself(real_units), solve=solve)
        clock.advance(seconds=1)
    await work_on(real_units, await by_itself(real_units))
    clock.advance(seconds=1)
    await work_on(real_units, await by_itself(real_units), solve=broken)
    assert await given_up(real_units) == []


async def test_of_two_workers_that_find_a_repair_due_one_starts_it(real_units, city, fallen, fresh_engine, clock):
    async with real_units.begin() as work:
        await ask_for_repair(work.session, region_code=REGION, week_start=WEEK, due_at=clock.now)
    watch(fresh_engine)
    worker = None, lambda work: start_due_repair(work, (REGION, WEEK))
    once_it_is_taken = 1
    assert await interleave(fresh_engine, real_units, worker, worker, once_it_is_taken) == ("done", "done")
    assert len(await rows(real_units, MatchingRun, status=RunStatus.QUEUED)) == 1
    assert await rows(real_units, RepairRequest) == []


async def test_what_an_operator_started_is_the_operators(real_units, city, fallen):
    await work_on(real_units, await start(real_units, city), solve=broken)
    assert await rows(real_units, RepairRequest) == []


async def test_a_lost_worker_and_a_job_that_was_given_up_are_failures_too(real_units, city, fallen):
    run = await by_itself(real_units)
    await let_die(real_units, run, attempt=MAX_ATTEMPTS)
    await recover(real_units)
    assert len(await rows(real_units, RepairRequest)) == 1
    async with real_units.begin() as work:
        await work.session.execute(sa.delete(RepairRequest))
    other = await by_itself(real_units)
    async with real_units.begin() as work:
        await abandon_run(work, AbandonRun(other.id, "three times"))
    assert len(await rows(real_units, RepairRequest)) == 1


async def test_the_job_that_finds_the_last_worker_dead_asks_again(real_units, city, fallen):
    run = await by_itself(real_units)
    await let_die(real_units, run, attempt=MAX_ATTEMPTS)
    await work_on(real_units, run)
    (ended,) = await rows(real_units, MatchingRun, id=run.id)
    assert ended.status is RunStatus.FAILED
    assert len(await rows(real_units, RepairRequest)) == 1
    assert len(await rows(real_units, Event, type=EventType.RUN_FAILED.value)) == 1


async def test_a_failure_that_nothing_tries_again_and_nobody_was_told_of_is_forgotten(real_units, city, fallen, clock):
    run = await by_itself(real_units)
    await work_on(real_units, run, solve=broken)

    async def is_forgotten():
        async with real_units.begin() as work:
            return run.id in {one.id for one in await forgotten(work.session, clock.now) if hasattr(one, "id")}

    assert not await is_forgotten()
    async with real_units.begin() as work:
        await work.session.execute(sa.delete(RepairRequest))
    assert await is_forgotten()


async def test_a_plan_whose_publishing_was_given_up_waits_for_the_operator(real_units, city, fallen):
    run = await by_itself(real_units)
    await work_on(real_units, run)
    (plan,) = await plans_of(real_units, run)
    async with real_units.begin() as work:
        await give_up_publishing(work, PublishRepair(plan.id), "three times")
    (event,) = await rows(real_units, Event, type=EventType.PLAN_HELD_BACK.value)
    assert (event.entity_id, event.facts["code"]) == (str(plan.id), "internal_error")
    await tell_events(real_units)
    assert len(await rows(real_units, Notification, kind="plan_held_back")) == 1


async def test_a_plan_that_is_in_force_is_not_held_back_though_its_job_was_given_up(real_units, city, fallen):
    run = await by_itself(real_units)
    await work_on(real_units, run)
    (plan,) = await plans_of(real_units, run)
    assert await publish_repair(real_units, PublishRepair(plan.id))
    async with real_units.begin() as work:
        await give_up_publishing(work, PublishRepair(plan.id), "three times")
    assert await rows(real_units, Event, type=EventType.PLAN_HELD_BACK.value) == []


async def test_an_operator_hears_of_what_was_announced_before_events_named_their_week(real_units, city):
    async with real_units.begin() as work:
        facts = {"code": "plan_outdated", "detail": "its ground has moved"}
        thing = {"entity": "plan", "entity_id": city.plan.id, "region_code": REGION}
        work.announce(EventType.PLAN_HELD_BACK, **thing, facts=facts)
    await tell_events(real_units)
    assert len(await rows(real_units, Notification, kind="plan_held_back")) == 1


def test_the_wait_grows():
    assert [wait_after(failed) for failed in (1, 2)] == [timedelta(minutes=1), timedelta(minutes=5)]
