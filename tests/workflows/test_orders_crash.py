"""A crash at any statement of publishing or answering: nothing has happened, and the next try does it once."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from service.database.engine import conninfo, create_engine, create_sessions
from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.answers import LineAnswer
from service.domain.orders import DeclineReason, OrderLine
from service.jobs.app import Jobs
from service.worker import build_jobs
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.expire_answers import ExpireOrder, expire_order
from service.workflows.move_fallen_lines import MoveFallenLines, move_fallen_lines
from service.workflows.publish_plan import PublishPlan, publish_plan
from tests.factories.planned_weeks import PlannedWeek, add_planned_week
from tests.workflows.books import broken_rules

FEWEST_STATEMENTS = 10


class Crashed(Exception):
    pass


@pytest.fixture
async def lone_engine(fresh_database: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(fresh_database)
    yield engine
    await engine.dispose()


@pytest.fixture
def lone_units(lone_engine: AsyncEngine, fresh_database: str, clock, settings) -> UnitsOfWork:
    jobs = Jobs(conninfo(fresh_database))
    units = UnitsOfWork(create_sessions(lone_engine), jobs, clock=clock)
    jobs.register(*build_jobs(units, settings))
    return units


@contextmanager
def crashing_at(engine: AsyncEngine, number: int) -> Iterator[None]:
    """Let the statement with this number fail, as if the connection broke just before it."""
    seen = 0

    def count(*_details: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            raise Crashed

    sa.event.listen(engine.sync_engine, "before_cursor_execute", count)
    try:
        yield
    finally:
        sa.event.remove(engine.sync_engine, "before_cursor_execute", count)


async def state(units: UnitsOfWork) -> str:
    """Return a fingerprint of every row of every table."""
    async with units.begin() as work:
        names = await work.session.scalars(sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        rows = " UNION ALL ".join(f"SELECT '{name}' || t::text AS row FROM \"{name}\" AS t" for name in sorted(names))
        query = sa.text(f"SELECT md5(string_agg(row, '|' ORDER BY row)) FROM ({rows}) AS every")
        return str(await work.session.scalar(query))


async def crash_everywhere(
    engine: AsyncEngine, units: UnitsOfWork, actor: Any, deed: Callable[[UnitOfWork], Awaitable[Any]]
) -> int:
    """Crash at the first statement, the second, and so on; return how many there are once nothing crashes."""
    before, number = await state(units), 0
    while True:
        number += 1
        try:
            with crashing_at(engine, number):
                async with units.begin(actor=actor) as work:
                    await deed(work)
        except Crashed:
            assert await state(units) == before, f"statement {number}"
        else:
            assert await state(units) != before
            async with units.begin() as work:
                assert await broken_rules(work.session) == []
            return number - 1


async def a_week(units: UnitsOfWork) -> PlannedWeek:
    async with units.begin() as work:
        return await add_planned_week(work.session, kitchens=2, cooperatives=2, items=2)


async def test_publishing_happens_once_or_not_at_all(lone_engine, lone_units):
    week = await a_week(lone_units)

    statements = await crash_everywhere(
        lone_engine, lone_units, week.operator, lambda work: publish_plan(work, PublishPlan(week.plan.id, 1))
    )

    assert statements > FEWEST_STATEMENTS


async def test_answering_happens_once_or_not_at_all(lone_engine, lone_units):
    week = await a_week(lone_units)
    async with lone_units.begin(actor=week.operator) as work:
        order = (await publish_plan(work, PublishPlan(week.plan.id, 1))).orders[0]
    async with lone_units.begin() as work:
        lines = list(await work.session.scalars(sa.select(OrderLine).where(OrderLine.order_id == order.id)))
    answers = tuple(LineAnswer(line.id, 10_000, DeclineReason.CLOSED) for line in lines)

    statements = await crash_everywhere(
        lone_engine, lone_units, week.officer(), lambda work: answer_order(work, AnswerOrder(order.id, answers))
    )

    assert statements > FEWEST_STATEMENTS


async def test_silence_and_the_move_to_a_standby_happen_once_or_not_at_all(lone_engine, lone_units, clock):
    """A crash between the two leaves the move's job behind, which is queued with the decline."""
    week = await a_week(lone_units)
    async with lone_units.begin(actor=week.operator) as work:
        order = (await publish_plan(work, PublishPlan(week.plan.id, 1))).orders[0]
    async with lone_units.begin() as work:
        lines = list(await work.session.scalars(sa.select(OrderLine.id).where(OrderLine.order_id == order.id)))
    clock.now = order.respond_by_at

    expiring = await crash_everywhere(
        lone_engine, lone_units, None, lambda work: expire_order(work, ExpireOrder(order.id))
    )
    moving = await crash_everywhere(
        lone_engine, lone_units, None, lambda work: move_fallen_lines(work, MoveFallenLines(order.id, tuple(lines)))
    )

    assert min(expiring, moving) > FEWEST_STATEMENTS
