"""Start the repairs whose time has come: one run for all that fell away in a region's week meanwhile."""

from __future__ import annotations

import logging
from datetime import date
from uuid import UUID

from service.database.queries.due_orders import due_repairs, take_repair_request
from service.database.unit_of_work import UnitsOfWork
from service.domain.errors import DomainError, RunActive
from service.workflows.start_run import StartRun, queue_run

logger = logging.getLogger(__name__)


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
    started = []
    for region_code, week_start in due:
        try:
            run_id = await _start(units, region_code, week_start)
        except RunActive:
            continue
        except DomainError as refusal:
            logger.warning("repair_not_started", extra={"region_code": region_code, "reason": refusal.detail})
            continue
        if run_id is not None:
            started.append(run_id)
    return started


async def _start(units: UnitsOfWork, region_code: str, week_start: date) -> UUID | None:
    async with units.begin() as work:
        if not await take_repair_request(work.session, region_code=region_code, week_start=week_start):
            return None
        run = await queue_run(work, StartRun(week_start), region_code=region_code)
        return run.id
