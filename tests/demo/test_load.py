"""The demo is loaded once, whole, through the workflows, and is the same problem on whatever day it is loaded."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from service.database.queries.counts import week_counts
from service.database.queries.runs import find_policy_in_force
from service.demo.load import find_loaded_week, load_demo
from service.workflows.build_problem import BuildProblem, build_problem

TUESDAY = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SATURDAY = datetime(2026, 12, 5, 3, 0, tzinfo=UTC)


@pytest.fixture
def load(units, clock, facts, connection):
    """Load a small demo as of an instant, build its problem, and forget it all."""

    async def load(now):
        clock.now = now
        savepoint = await connection.begin_nested()
        week_start = await load_demo(units, facts, seed=1, kitchens=4, cooperatives=3, now=now)
        async with units.begin() as work:
            policy = await find_policy_in_force(work.session, facts.region.code)
            built = await build_problem(work, BuildProblem(policy.id, week_start, now.date()))
            counts = await week_counts(work.session, facts.region.code, week_start)
        found = await find_loaded_week(units, facts.region.code)
        await savepoint.rollback()
        return week_start, found, counts, built

    return load


async def test_a_demo_of_any_day_is_the_same_problem(load):
    first_week, first_found, counts, first = await load(TUESDAY)
    second_week, second_found, _, second = await load(SATURDAY)
    assert (first_week, second_week) == (first_found, second_found)
    assert first_week < second_week
    assert counts["kelurahan"] == 68
    assert counts["of them operating"] == 3
    assert counts["forecasts"] == 4
    assert counts["past order lines"] > 0
    assert len(first.problem.demands) > 100
    assert replace(second.problem, name=first.problem.name, days=first.problem.days) == first.problem


async def test_nothing_is_loaded_before(units, facts):
    assert await find_loaded_week(units, facts.region.code) is None
