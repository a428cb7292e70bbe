"""Answers taken back and repairs made, in a week lived at random: asked for, solved and put in force, step by step."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from unittest import mock

import sqlalchemy as sa

from service.domain.orders import Order
from service.domain.people import Role
from service.domain.plans import Plan, PlanStatus
from service.domain.runs import MatchingRun, RunFailure, RunKind, RunStatus
from service.workflows.publish_plan import PublishPlan, publish_plan
from service.workflows.publish_repair import PublishRepair, publish_repair
from service.workflows.run_matching import RunMatching, run_matching
from service.workflows.start_due_repairs import start_due_repairs
from service.workflows.start_run import StartRun, start_run
from service.workflows.undo_answers import UndoAnswers, undo_answers
from tests.factories.plans import WEEK
from tests.factories.runs import ASLEEP
from tests.factories.solves import clerks_solve


class UnitsWithin:
    """Units of work of a job whose commits are parts of the unit that the whole job is, one after the other."""

    def __init__(self, work):
        self.work, self.turn = work, asyncio.Lock()

    @asynccontextmanager
    async def begin(self, *, actor=None):
        async with self.turn, self.work.session.begin_nested():
            yield replace(self.work, actor=actor)
            await self.work.session.flush()


async def match(work, run_id):
    """Do a worker's job: a plan, or the finding that nothing is left to be matched."""
    with mock.patch("service.workflows.run_matching.hold_one_instant"):  # it is one transaction already
        await run_matching(UnitsWithin(work), RunMatching(run_id), solve=clerks_solve, tempo=ASLEEP)
    run = await work.session.get_one(MatchingRun, run_id)
    assert run.failure_code in {None, RunFailure.NO_DEMAND}, run.failure_detail


async def matched(work):
    """Return the plan of a run of the week now, if there is something to match."""
    run = await start_run(work, StartRun(WEEK))
    await match(work, run.id)
    return (await work.session.scalars(sa.select(Plan).where(Plan.run_id == run.id))).one_or_none()


class RepairDeeds:
    """Deeds of a town: each returns who does it and what, or nothing if there is nothing to do it with."""

    async def undo(self):
        order = await self.one_of(Order)
        command = UndoAnswers(order.id)

        async def do(work):
            self.undone |= {line.id for line in await undo_answers(work, command)}

        return self.actor(Role.COOP_OFFICER, order.cooperative_id), do

    async def ask_for_repair(self):
        """Let the operator ask for one, or the job for one whose time has come."""
        if self.chance.choice((True, False)):
            return self.operator, lambda work: start_run(work, StartRun(WEEK))
        return None, lambda work: start_due_repairs(UnitsWithin(work))

    async def repair(self):
        """Let a worker find the plan of a repair, or find that there is none to make."""
        queued = sa.select(MatchingRun.id).where(MatchingRun.status == RunStatus.QUEUED)
        run_id = await self.work.session.scalar(queued)
        if run_id is None:
            return None

        return None, lambda work: match(work, run_id)

    async def publish(self):
        """Let the job put a repair in force that nobody asked for by hand, the operator any."""
        query = sa.select(Plan).where(Plan.status == PlanStatus.PROPOSED, Plan.run_kind == RunKind.REPAIR)
        plan = await self.work.session.scalar(query)
        if plan is None:
            return None
        run = await self.work.session.get_one(MatchingRun, plan.run_id)
        if run.requested_by is None and self.chance.choice((True, False)):
            by_job = PublishRepair(plan.id)
            return None, lambda work: publish_repair(UnitsWithin(work), by_job)
        command = PublishPlan(plan.id, plan.version)
        return self.operator, lambda work: publish_plan(work, command)
