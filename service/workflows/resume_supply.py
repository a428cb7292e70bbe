"""A kitchen that takes part again, or came in late, is supplied: what no order holds of its days to come is sought."""

from __future__ import annotations

from datetime import date
from functools import partial
from uuid import UUID

from service.database.queries.locks import keep_organisations, lock_plans_of_week
from service.database.queries.pending_decisions import lacking_days
from service.database.queries.plans import published_weeks
from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.calendars import local_day, week_of
from service.domain.organisations import Organisation, OrganisationStatus
from service.domain.places import Region
from service.workflows.do_each import do_each
from service.workflows.seek_goods import seek_goods

RESUME_SUPPLY = "resume_supply"
"""Name of the job; its argument is ``organisation_id``."""


async def resume_supply(units: UnitsOfWork, kitchen_id: UUID) -> list[date]:
    """Look for what a kitchen lacks of the weeks whose orders are out, each in a transaction of its own.

    Its goods were given up while it was suspended, or never ordered: it came in when the week's plan was made already.
    A week without a published plan needs nothing: its run, or its publication, sees the kitchen. May be repeated.

    Returns
    -------
    list of date
        The weeks in which it lacks something.
    """
    async with units.begin() as work:
        kitchen = await work.session.get_one(Organisation, kitchen_id)
        today = await _today(work, kitchen)
        weeks = await published_weeks(work.session, region_code=kitchen.region_code, first=week_of(today))
    step = partial(resume_week, kitchen_id=kitchen_id)
    done = await do_each(units, weeks, step, failure="supply_not_resumed", is_retried=True)
    return [week for week, is_sought in done.items() if is_sought]


async def resume_week(work: UnitOfWork, week_start: date, kitchen_id: UUID) -> bool:
    """Look for what a kitchen lacks of a week, unless it takes no part again; tell whether it lacks anything."""
    seen = await work.session.get_one(Organisation, kitchen_id)
    await lock_plans_of_week(work.session, region_code=seen.region_code, week_start=week_start)
    [kitchen] = await keep_organisations(work.session, [kitchen_id])
    if kitchen.status is not OrganisationStatus.ACTIVE:
        return False
    days = await lacking_days(
        work.session,
        kitchen.id,
        week_start=week_start,
        after_day=await _today(work, kitchen),
    )
    if days:
        await seek_goods(work, kitchen, week_start, days)
    return bool(days)


async def _today(work: UnitOfWork, kitchen: Organisation) -> date:
    region = await work.session.get_one(Region, kitchen.region_code)
    return local_day(work.now, timezone=region.timezone)
