"""A repair that started by itself and failed is asked for again, a few times; then the city's operator is told."""

from __future__ import annotations

from service.database.queries.due_orders import ask_for_repair, count_failed_repairs
from service.database.queries.fallen_lines import count_fallen_lines
from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import local_day
from service.domain.events import EventType
from service.domain.places import Region
from service.domain.repair_requests import MOST_TRIES, wait_after
from service.domain.runs import MatchingRun, is_failed_repair


async def retry_repair(work: UnitOfWork, run: MatchingRun) -> None:
    """Ask for another repair in place of one that just failed, or give up and say so; other runs are left alone.

    Parameters
    ----------
    run
        Held by the caller, at its end.
    """
    if not is_failed_repair(run):
        return
    await work.session.flush()
    code, week = run.region_code, run.week_start
    failed = await count_failed_repairs(work.session, region_code=code, week_start=week)
    if failed < MOST_TRIES:
        await ask_for_repair(work.session, region_code=code, week_start=week, due_at=work.now + wait_after(failed))
        return
    region = await work.session.get_one(Region, code)
    today = local_day(work.now, timezone=region.timezone)
    lines = await count_fallen_lines(work.session, region_code=code, week_start=week, after_day=today)
    after = {"week_start": week.isoformat(), "tries": failed, "lines": lines, "code": run.failure_code}
    work.record("repair.given_up", "run", run.id, region_code=code, after=after)
    work.announce(EventType.REPAIR_GIVEN_UP, entity="run", entity_id=run.id, region_code=code, facts=after)
