"""The city reminds the kitchens and cooperatives that have not posted for a week, once a day at most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from service.database.queries.entry_facts import read_policy_values
from service.database.queries.places import read_region
from service.database.queries.week_readiness import who_posts
from service.database.queries.week_reminders import add_reminders
from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import cut_off_at, local_day, require_before_cut_off, require_monday
from service.domain.events import EventType
from service.domain.organisations import OrganisationKind
from service.domain.permissions import Action, require, require_actor
from service.domain.week_reminders import REMINDED_KINDS, WeekReminder, to_remind

EVENTS = {
    OrganisationKind.KITCHEN: EventType.FORECAST_MISSING,
    OrganisationKind.COOPERATIVE: EventType.OFFER_MISSING,
}


@dataclass(frozen=True, slots=True)
class RemindWeek:
    """The Monday of the week."""

    week_start: date


@dataclass(frozen=True, slots=True)
class RemindedWeek:
    """How many were reminded now; whoever was reminded today before is not among them."""

    week_start: date
    kitchens: int
    cooperatives: int


async def remind_week(work: UnitOfWork, command: RemindWeek) -> RemindedWeek:
    """Tell the kitchens without a submitted forecast and the cooperatives without an open offer of the week.

    Raises
    ------
    NotPermitted
        If the caller may not.
    InvalidField
        If the week does not begin on a Monday.
    AfterCutOff
        If nothing can be posted for the week as usual any more.
    NotFound
        If the city has no policy, and so no cut-off.
    """
    actor = require_actor(work.actor)
    require(actor, Action.WEEKS_REMIND)
    week_start = command.week_start
    require_monday(week_start)
    region = await read_region(work.session, actor.region_code)
    policy = await read_policy_values(work.session, region.code)
    cut_off = cut_off_at(
        week_start, weekday=policy.cut_off_weekday, minute=policy.cut_off_minute, timezone=region.timezone
    )
    require_before_cut_off(work.now, cut_off, timezone=region.timezone)
    posters = await who_posts(work.session, region_code=region.code, week_start=week_start)
    silent = to_remind(poster.organisation for poster in posters if not poster.has_posted)
    today = local_day(work.now, timezone=region.timezone)
    told = await add_reminders(
        work.session,
        [
            WeekReminder(week_start=week_start, organisation_id=one.id, reminded_on=today, region_code=region.code)
            for kind in REMINDED_KINDS
            for one in silent[kind]
        ],
    )
    counts = {kind: sum(one.id in told for one in silent[kind]) for kind in REMINDED_KINDS}
    if told:
        after = {"kitchens": counts[OrganisationKind.KITCHEN], "cooperatives": counts[OrganisationKind.COOPERATIVE]}
        work.record("week.reminded", "week", week_start.isoformat(), region_code=region.code, after=after)
    for kind in REMINDED_KINDS:
        _announce(work, EVENTS[kind], week_start, cut_off, [one.id for one in silent[kind] if one.id in told])
    return RemindedWeek(week_start, counts[OrganisationKind.KITCHEN], counts[OrganisationKind.COOPERATIVE])


def _announce(
    work: UnitOfWork, event_type: EventType, week_start: date, cut_off: datetime, concerns: list[UUID]
) -> None:
    if concerns:
        work.announce(
            event_type,
            entity="week",
            entity_id=week_start.isoformat(),
            region_code=work.actor.region_code if work.actor else None,
            concerns=concerns,
            facts={"week_start": week_start, "respond_by_at": cut_off.isoformat()},
        )
