"""A week whose plan is being repaired: a repair that waits to be published, and the next one at work."""

from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.forecasts import ForecastLine
from service.domain.offers import Offer
from service.domain.plans import Plan
from service.domain.policies import Policy
from service.domain.runs import MatchingRun, RunKind, RunStatus
from service.domain.stocks import Stock
from service.matching.greedy import greedy
from tests.factories.explained import explained_problem, new_allocation, solved_files
from tests.factories.plans import BEFORE_CUT_OFF, new_plan, new_run
from tests.factories.things import Thing
from tests.factories.worlds import World

POINTS = [
    {"elapsed_s": 0.4, "objective_idr": 9_400_000.0, "bound_idr": None, "phase": "start"},
    {"elapsed_s": 2.1, "objective_idr": 8_100_000.0, "bound_idr": 7_200_000.0, "phase": "search"},
    {"elapsed_s": 6.8, "objective_idr": 7_900_000.0, "bound_idr": 7_800_000.0, "phase": "search"},
]


async def add_repair(session: AsyncSession, world: World, things: dict[str, Thing]) -> dict[str, Thing]:
    """Add the repair of the published plan after half of an offer fell away; return where it stands."""
    in_force = await session.get_one(Plan, things["plan_id"].value)
    line = await session.get_one(ForecastLine, things["forecast_line_id"].value)
    offer = await session.get_one(Offer, things["offer_id"].value)
    stock = await session.get_one(Stock, things["stock_id"].value)
    policy = (await session.scalars(sa.select(Policy).where(col(Policy.id) == in_force.policy_id))).one()
    run = new_run(policy, kind=RunKind.REPAIR, progress=POINTS, finished_at=BEFORE_CUT_OFF)
    session.add(run)
    await session.flush()
    plan = new_plan(run, run_kind=run.kind, figures=in_force.figures, repair=_report(in_force, world, line))
    session.add(plan)
    await session.flush()
    problem = explained_problem(world, line, offer, stock)
    halved = replace(problem, offers=tuple(replace(one, qty=one.qty // 2) for one in problem.offers))
    session.add_all([new_allocation(plan, line, offer, world.kitchen.id), *solved_files(run, halved, greedy(halved))])
    at_work = await _at_work(session, policy)
    owners = (world.kitchen.id, world.cooperative.id, world.wholesaler.id)
    return {
        "repair_run_id": Thing(str(run.id), ""),
        "repair_plan_id": Thing(str(plan.id), "", frozenset(owners)),
        "repairing_run_id": Thing(str(at_work.id), ""),
    }


async def _at_work(session: AsyncSession, policy: Policy) -> MatchingRun:
    run = new_run(
        policy, kind=RunKind.REPAIR, status=RunStatus.RUNNING, started_at=BEFORE_CUT_OFF, attempt=1, progress=POINTS[:2]
    )
    session.add(run)
    await session.flush()
    return run


def _report(in_force: Plan, world: World, line: ForecastLine) -> dict[str, object]:
    return {
        "plan_id": str(in_force.id),
        "promised": 1,
        "lines": {"kept": 1, "changed": 0, "added": 1, "removed": 1, "moved_kg": 12.5},
        "change_idr": 12_500.0,
        "cost_difference_idr": -41_250.0,
        "new_shortages": [
            {
                "demand": str(line.id),
                "kitchen": world.kitchen.code,
                "item": line.item_code,
                "needed_date": line.needed_date.isoformat(),
                "before_qty": 15_000,
                "short_qty": 27_500,
            }
        ],
    }
