"""Tables that just grew, unknown to the planner, are looked up and added up: none is compared with another."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.pool import NullPool

from service.database.engine import create_engine
from service.database.queries.fallen_lines import count_fallen_lines, list_fallen_lines
from service.database.queries.needs import open_demand
from service.domain.orders import OrderLine, OrderLineStatus
from service.workflows.publish_plan import PublishPlan, publish_plan
from tests.database.test_order_queries import statements
from tests.factories.places import REGION
from tests.factories.planned_weeks import add_planned_week
from tests.factories.plans import WEEK

BEFORE = WEEK - timedelta(days=3)
LINES = 7_200


async def rows_passed(session: AsyncSession, engine: AsyncEngine, query: Callable[[], Awaitable[Any]]) -> float:
    """Return how many rows the steps of a query hand on or throw away."""
    with statements(engine) as seen:
        await query()
    [(statement, parameters)] = seen
    connection = await session.connection()
    [plan] = (await connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters)).scalar_one()
    return passed_by(plan["Plan"])


def passed_by(step: dict[str, Any]) -> float:
    removed = sum(value for name, value in step.items() if name.startswith("Rows Removed"))
    return (step["Actual Rows"] + removed) * step["Actual Loops"] + sum(map(passed_by, step.get("Plans", ())))


@pytest.fixture
def engine(fresh_database: str) -> AsyncEngine:
    """Of a database of its own: in a shared one the dead rows of other tests were analysed."""
    return create_engine(fresh_database, poolclass=NullPool)


@pytest.fixture
async def half_declined(work, session) -> None:
    """A city's first week, published and half of it declined, in tables that nobody has analysed."""
    week = await add_planned_week(session, kitchens=144, cooperatives=40, items=10, days=5)
    await publish_plan(replace(work, actor=week.operator), PublishPlan(week.plan.id, 1))
    await session.flush()
    every_second = sa.update(OrderLine).where(OrderLine.position % 2 == 1)
    await session.execute(every_second.values(status=OrderLineStatus.DECLINED, accepted_qty=0))


@pytest.mark.usefixtures("half_declined")
async def test_what_fell_and_what_is_needed_take_time_by_the_lines_not_by_their_pairs(session, engine):
    fallen = {"region_code": REGION, "week_start": WEEK, "after_day": BEFORE}
    assert await count_fallen_lines(session, **fallen) == LINES // 2

    counted = await rows_passed(session, engine, lambda: count_fallen_lines(session, **fallen))
    listed = await rows_passed(session, engine, lambda: list_fallen_lines(session, **fallen, after=None, limit=LINES))
    needed = await rows_passed(
        session, engine, lambda: open_demand(session, region_code=REGION, from_date=BEFORE, week_start=WEEK)
    )

    assert max(counted, listed, needed) < 40 * LINES
