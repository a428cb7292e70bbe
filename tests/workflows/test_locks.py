"""What publishing and answering hold until they are done, and that it is the locks which hold it."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from service.database.unit_of_work import UnitsOfWork
from service.domain.answers import LineAnswer
from service.domain.orders import DeclineReason, OrderLine
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.publish_plan import PublishPlan, publish_plan
from tests.factories.planned_weeks import PlannedWeek, add_planned_week


async def a_week(units: UnitsOfWork, **size: int) -> PlannedWeek:
    async with units.begin() as work:
        return await add_planned_week(work.session, **size)


async def is_held(engine: AsyncEngine, table: str) -> bool:
    """Tell whether some row of a table cannot be changed by others now."""
    probe = sa.text(f"SELECT count(*) FROM {table}")
    free = sa.text(f"SELECT 1 FROM {table} FOR NO KEY UPDATE SKIP LOCKED")
    async with engine.connect() as other:
        return len((await other.execute(free)).all()) < await other.scalar(probe)


PUBLISH_HOLDS = ("plan", "organisation", "forecast", "offer", "stock")
ANSWER_HOLDS = ("purchase_order", "order_line", "offer", "stock")


async def test_publishing_holds_what_it_counts_on_until_it_is_done(crowd, crowd_engine):
    week = await a_week(crowd)

    async with crowd.begin(actor=week.operator) as work:
        await publish_plan(work, PublishPlan(week.plan.id, 1))
        assert {table: await is_held(crowd_engine, table) for table in PUBLISH_HOLDS} == dict.fromkeys(
            PUBLISH_HOLDS, True
        )
    assert not await is_held(crowd_engine, "plan")


async def test_without_locks_forecasts_and_organisations_can_change_while_a_plan_is_published(
    crowd, crowd_engine, without_locks
):
    week = await a_week(crowd)
    async with crowd.begin(actor=week.operator) as work:
        await publish_plan(work, PublishPlan(week.plan.id, 1))
        assert not await is_held(crowd_engine, "forecast")
        assert not await is_held(crowd_engine, "organisation")


async def test_answering_holds_the_order_all_its_lines_and_the_goods(crowd, crowd_engine):
    week = await a_week(crowd, kitchens=1, cooperatives=1)
    async with crowd.begin(actor=week.operator) as work:
        [order] = (await publish_plan(work, PublishPlan(week.plan.id, 1))).orders
    async with crowd.begin() as work:
        lines = list(await work.session.scalars(sa.select(OrderLine)))

    async with crowd.begin(actor=week.officer()) as work:
        answers = tuple(LineAnswer(line.id, 0, DeclineReason.CLOSED) for line in lines)
        await answer_order(work, AnswerOrder(order.id, answers))
        assert {table: await is_held(crowd_engine, table) for table in ANSWER_HOLDS} == dict.fromkeys(
            ANSWER_HOLDS, True
        )
