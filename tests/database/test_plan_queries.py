"""Lists of runs, plans and their parts are served by indexes, however many weeks and deliveries there are."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from service.database.cursors import Cursor
from service.database.queries.plans import list_allocations, list_plans, list_purchases
from service.database.queries.runs import find_active_run, list_runs, lock_silent_runs
from service.database.queries.shortages import list_shortages
from service.domain.plans import PlanStatus
from service.domain.runs import RunStatus
from tests.database.test_order_queries import explained
from tests.factories.planned_weeks import PlannedWeek, add_planned_week
from tests.factories.plans import WEEK

RUNS = """
    INSERT INTO matching_run (id, created_at, version, region_code, week_start, status, policy_id, seed, time_limit_s,
                              effort, attempt, progress)
    SELECT gen_random_uuid(), created_at - n * interval '1 hour', 1, region_code, week_start - 7 * n, 'succeeded',
           policy_id, 0, 60, 1, 1, '[]'
    FROM matching_run, generate_series(1, 2000) AS n"""
PLANS = """
    INSERT INTO plan (id, created_at, version, region_code, week_start, run_id, policy_id, status, solver_status,
                      solver_version, objective_idr, bound_idr, gap_bp, solve_ms, figures, sha256)
    SELECT gen_random_uuid(), created_at, 1, region_code, week_start, id, policy_id, 'proposed', 'feasible', 'x', 1, 1,
           0, 1, '{}', ''
    FROM matching_run WHERE id NOT IN (SELECT run_id FROM plan)"""
ALLOCATIONS = """
    INSERT INTO allocation (id, plan_id, forecast_line_id, kitchen_id, cooperative_id, offer_id, item_code, needed_date,
                            allocated_qty, price_idr)
    SELECT gen_random_uuid(), plan.id, forecast_line_id, kitchen_id, cooperative_id, offer_id, allocation.item_code,
           needed_date, 1000, 1
    FROM allocation, (SELECT id FROM plan ORDER BY created_at LIMIT 60) AS plan WHERE offer_id IS NOT NULL"""
PURCHASES = """
    INSERT INTO plan_purchase (plan_id, stock_id, cooperative_id, packs)
    SELECT plan.id, stock_id, cooperative_id, 1
    FROM plan_purchase, (SELECT id FROM plan ORDER BY created_at LIMIT 60) AS plan"""
SHORTAGES = """
    INSERT INTO shortage (id, plan_id, forecast_line_id, kitchen_id, cause, item_code, needed_date, demanded_qty,
                          short_qty, reasons, contested)
    SELECT gen_random_uuid(), plan_id, forecast_line_id, kitchen_id, 'unmatched', item_code, needed_date, 1000, 1000,
           '[]', '[]'
    FROM allocation"""
TABLES = ("matching_run", "plan", "allocation", "plan_purchase", "shortage")


@pytest.fixture
async def history(session) -> PlannedWeek:
    """Two thousand runs with their plans, sixty of them with deliveries, known to the planner."""
    week = await add_planned_week(session, kitchens=20, cooperatives=20, items=4)
    for statement in (RUNS, PLANS, ALLOCATIONS, PURCHASES, SHORTAGES, *(f"ANALYZE {name}" for name in TABLES)):
        await session.execute(sa.text(statement))
    return week


@pytest.mark.parametrize(
    ("week_start", "index"), [(None, "ix_matching_run_region_created"), (WEEK, "ix_matching_run_region_week")]
)
async def test_runs_are_listed_by_index(session, engine, history, week_start, index):
    after = Cursor(history.plan.created_at - timedelta(days=2), history.plan.id)
    plan = await explained(
        session,
        engine,
        lambda: list_runs(session, region_code="32.71", week_start=week_start, status=None, after=after, limit=50),
    )
    assert index in plan
    assert "Seq Scan on matching_run" not in plan


async def test_the_runs_at_work_are_found_by_index_however_many_have_ended(session, engine, history):
    plan = await explained(session, engine, lambda: lock_silent_runs(session, silence=timedelta(seconds=15)))
    assert "ix_matching_run_active" in plan
    plan = await explained(session, engine, lambda: find_active_run(session, region_code="32.71", week_start=WEEK))
    assert "uq_matching_run_one_active" in plan


async def test_plans_are_listed_by_index(session, engine, history):
    plan = await explained(
        session,
        engine,
        lambda: list_plans(
            session, region_code="32.71", week_start=None, statuses=frozenset(PlanStatus), after=None, limit=50
        ),
    )
    assert "ix_plan_region_created" in plan


def everything(**changes):
    fields = {"viewer_id": None, "kitchen_id": None, "cooperative_id": None, "item_code": None}
    return {**fields, "after": None, "limit": 50, **changes}


async def test_a_plans_deliveries_are_listed_by_index_for_the_city_and_for_each_side(session, engine, history):
    plan_id, kitchen, cooperative = history.plan.id, history.kitchens[0].id, history.cooperatives[0].id
    for wanted, indexes in (
        (everything(), {"ix_allocation_plan"}),
        (everything(kitchen_id=kitchen), {"ix_allocation_plan_kitchen"}),
        (everything(cooperative_id=cooperative), {"ix_allocation_plan_cooperative"}),
        (everything(viewer_id=kitchen), {"ix_allocation_plan_kitchen", "ix_allocation_plan_cooperative"}),
    ):
        plan = await explained(session, engine, lambda wanted=wanted: list_allocations(session, plan_id, **wanted))
        assert all(f"{index} " in plan for index in indexes), plan


async def test_a_plans_purchases_and_shortages_are_listed_by_index(session, engine, history):
    plan_id, kitchen = history.plan.id, history.kitchens[0].id
    plan = await explained(
        session,
        engine,
        lambda: list_purchases(session, plan_id, viewer_id=None, cooperative_id=None, after=None, limit=50),
    )
    assert "pk_plan_purchase" in plan
    for viewer_id, index in ((None, "ix_shortage_plan "), (kitchen, "ix_shortage_plan_kitchen ")):
        plan = await explained(
            session,
            engine,
            lambda viewer_id=viewer_id: list_shortages(
                session, plan_id, viewer_id=viewer_id, kitchen_id=None, cause=None, after=None, limit=50
            ),
        )
        assert index in plan


async def test_an_ended_run_is_no_active_one(session, history):
    assert await find_active_run(session, region_code="32.71", week_start=WEEK) is None
    rows = await list_runs(
        session, region_code="32.71", week_start=WEEK, status=RunStatus.SUCCEEDED, after=None, limit=5
    )
    assert [row.plan_id for row in rows] == [history.plan.id]
