"""Start the repairs whose time has come: one run for all that fell away in a region's week meanwhile."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from service.database.queries.due_orders import due_repairs, take_repair_request
from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.errors import RunActive
from service.workflows.do_each import do_each
from service.workflows.start_run import StartRun, queue_run


async def start_due_repairs(units: UnitsOfWork) -> list[UUID]:
    """Queue a run for every week that waits for its repair, each in a transaction of its own.

    The request goes away in the transaction that queues the run, so that of two workers one starts it. While another
    run of the week is at work the request stays: that run may have read the week before the decline.

    Returns
    -------
    list of UUID
        The runs that were queued.
    """
    async with units.begin() as work:
        due = await due_repairs(work.session, work.now)
    done = await do_each(units, due, start_due_repair, failure="repair_not_started", waits=(RunActive,))
    return [run_id for run_id in done.values() if run_id is not None]


async def start_due_repair(work: UnitOfWork, due: tuple[str, date]) -> UUID | None:
    """Queue the run of one region's week; none if another worker was quicker."""
    region_code, week_start = due
    if not await take_repair_request(work.session, region_code=region_code, week_start=week_start):
        return None
    run = await queue_run(work, StartRun(week_start), region_code=region_code)
    return run.id
