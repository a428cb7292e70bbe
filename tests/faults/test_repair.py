"""A worker killed while it publishes a repair that nobody asked for by hand: another publishes it, once."""

import os
import signal

import pytest

from service.domain.orders import Order
from service.domain.plans import Plan, PlanStatus
from tests.factories.repairs import answer, cannot_drive, serving
from tests.factories.runs import rows
from tests.faults.processes import Nursery, Onlooker, until
from tests.workflows.conftest import city, fresh_engine, real_units
from tests.workflows.test_repair_run import asked_by_declines, balanced, published

__all__ = ["city", "fresh_engine", "published", "real_units"]

JOB = "SELECT status::text FROM procrastinate_jobs WHERE task_name = 'publish_repair'"


@pytest.fixture
async def repair(real_units, city, published, clock) -> Plan:
    """The plan of a repair that started by itself; the job that publishes it waits."""
    first, *_ = await serving(real_units, city)
    lost = await answer(real_units, city, first, cannot_drive)
    (order,) = await rows(real_units, Order, cooperative_id=city.cooperatives[first].id)
    return await asked_by_declines(real_units, clock, order, lost)


async def test_a_repair_is_published_once_though_its_worker_is_killed_meanwhile(
    fresh_database: str, nursery: Nursery, real_units, repair, clock
) -> None:
    look = Onlooker(fresh_database)
    with look.holding("event"):
        worker = nursery.start("worker", fresh_database, clock.now)
        until(lambda: look.ask(JOB) == "doing")
        look.wait_for_somebody()
        os.kill(worker, signal.SIGKILL)
    nursery.start("worker", fresh_database, clock.now)
    until(lambda: look.ask(JOB) == "succeeded")
    (in_force,) = await rows(real_units, Plan, status=PlanStatus.PUBLISHED)
    assert in_force.id == repair.id
    orders = await rows(real_units, Order, plan_id=repair.id)
    assert len({one.cooperative_id for one in orders}) == len(orders) > 0
    assert await balanced(real_units)
