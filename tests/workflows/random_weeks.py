"""A week lived at random by everybody at once, from a stage to which some deeds have led."""

import asyncio
import random
import uuid
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from unittest import mock

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from service.database.engine import conninfo, create_engine, create_sessions
from service.database.unit_of_work import UnitsOfWork
from service.domain.organisations import Cooperative, Wholesaler
from service.domain.people import Role
from service.domain.policies import FallenLines
from service.jobs.app import Jobs
from service.settings import Settings
from service.worker import build_jobs
from service.workflows.publish_plan import PublishPlan, publish_plan
from tests.factories.people import new_user
from tests.factories.planned_weeks import add_planned_week
from tests.factories.plans import PACK_PRICE_IDR, actor_of
from tests.workflows.books import learn_rules
from tests.workflows.repair_deeds import matched
from tests.workflows.town import Town
from tests.workflows.week_ends import end_a_week

STEPS = 120
HANDLING_G = 180_000
UNDO_MINUTES = 60
"""In every other week; in the others an answer is final. In every other pair of weeks the operator is asked."""
MIN_ORDER_IDR = 4 * PACK_PRICE_IDR
"""In every other four weeks: what a cooperative is asked for reaches it, and less does not."""
TO_NOTES = (("answer", 10), ("wait", 3), ("expire", 4), ("prepare", 4), ("sell", 8), ("prepare", 4))
TO_RECEIPTS = (*TO_NOTES, ("dispatch", 8), ("receive", 10), ("sign", 14))
LEADS = {
    "orders": (("propose", 5), ("decide", 4)),
    "receipts": TO_RECEIPTS,
    "money": (*TO_RECEIPTS, ("pay", 10), ("reject_late", 8), ("refund", 6), ("reverse", 2)),
    "repair": (("answer", 5), ("undo", 4), *3 * (("wait", 1), ("ask_for_repair", 3), ("repair", 2), ("publish", 2))),
    "recall": (*TO_RECEIPTS, ("call_back", 4), ("account", 8), ("end_recall", 8), ("clear", 4)),
}
"""What is done to bring a week to each stage, if it is not refused, and how often."""


@dataclass
class Place:
    """Where weeks are lived one after the other: what is compiled and prepared for one is ready for the next."""

    address: str
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)

    def __post_init__(self) -> None:
        self.engine = create_engine(self.address, poolclass=StaticPool)

    @asynccontextmanager
    async def week(self, clock: Callable[[], datetime]) -> AsyncIterator[UnitsOfWork]:
        """Hand out units of work in a transaction that is never committed."""
        jobs = Jobs(conninfo(self.address))
        async with self.engine.connect() as connection:
            transaction = await connection.begin()
            sessions = create_sessions(connection, join_transaction_mode="create_savepoint")
            units = UnitsOfWork(sessions, jobs, clock=clock, new_id=uuid.uuid4)
            jobs.register(*build_jobs(units, Settings(demo=True)))
            try:
                yield units
            finally:
                await transaction.rollback()

    def leave(self) -> None:
        self.runner.run(self.engine.dispose())
        self.runner.close()


def the_same_ids() -> Any:
    """Give the things of a week ids in turn: the same course of things must find the same things, in the same order."""
    return mock.patch("uuid.uuid4", side_effect=(uuid.UUID(int=n << 96) for n in count(1)))


async def begun(work, clock, seed, lead: Iterable[tuple[str, int]]) -> Town:
    """Return the town of a week that has come on by some deeds."""
    town = await a_town(work, clock, seed)
    for deed in (deed for deed, turns in lead for _ in range(turns)):
        await town.act(deed)
    return town


async def live_a_week(units, work, clock, seed, steps=STEPS) -> Town:
    """Live a week from one of the stages in turn and examine the books after every change; return what came of it."""
    town = await begun(work, clock, seed, list(LEADS.values())[seed % len(LEADS)])
    for _ in range(steps):
        await town.act()
        await town.look_again()
    await end_a_week(town, units)
    if steps >= STEPS:  # in a short one chance may have it so
        assert town.outcomes["done"] > steps // 12
        assert len(town.outcomes) > 2, "a week without refusals and crashes proves little"
    return town


async def a_town(work, clock, seed):
    """Return a town whose first plan was made while packs can still come, and of which no cooperative can carry all."""
    week = await add_planned_week(work.session, kitchens=2, cooperatives=3, items=3)
    await work.session.execute(sa.update(Wholesaler).values(min_order_idr=MIN_ORDER_IDR * (seed // 4 % 2), lead_days=1))
    await work.session.execute(sa.update(Cooperative).values(handling_g_per_day=HANDLING_G))
    fallen = (FallenLines.AUTOMATIC, FallenLines.ASK_OPERATOR)[seed // 2 % 2]
    week.policy.values = {**week.policy.values, "undo_minutes": UNDO_MINUTES * (seed % 2), "fallen_lines": fallen}
    as_operator = replace(work, actor=week.operator)
    plan = await matched(replace(as_operator, now=work.now - timedelta(days=1)))
    await publish_plan(as_operator, PublishPlan(plan.id, plan.version))
    others = [new_user(kitchen, Role.KITCHEN_ACCOUNTANT) for kitchen in week.kitchens]
    others.append(new_user(week.kitchens[0], Role.FOOD_OFFICER))
    work.session.add_all(others)
    await work.session.flush()
    await learn_rules(work.session)
    people = [*week.users.values(), *others]
    actors = {(user.role, user.organisation_id): actor_of(user) for user in people}
    return Town(work, clock, actors, random.Random(seed))
