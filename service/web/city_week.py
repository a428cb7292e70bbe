"""The week that the city's people look at: the one in the address, else the one that is next to be planned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from service.database.queries.plans import list_plans
from service.database.queries.runs import find_policy_in_force
from service.domain.calendars import DAYS_PER_WEEK, cut_off_at, week_of
from service.domain.places import Region
from service.domain.plans import Plan, PlanStatus
from service.domain.policies import values_of
from service.web.page import PageView

_WEEK: Final = timedelta(days=DAYS_PER_WEEK)
_MOST_PLANS: Final = 20


@dataclass(frozen=True, slots=True)
class CityWeek:
    """A Monday, its neighbours for the links, and the cut-off (nobody knows it while there is no policy)."""

    week_start: date
    cut_off_at: datetime | None
    has_passed: bool

    @property
    def before(self) -> date:
        """The Monday before."""
        return self.week_start - _WEEK

    @property
    def after(self) -> date:
        """The Monday after."""
        return self.week_start + _WEEK


async def week_in_view(page: PageView) -> CityWeek:
    """Return the week of the address; without one, next week, or the one after if next week closed without a plan."""
    region = await page.work.session.get_one(Region, page.caller.region_code)
    policy = await find_policy_in_force(page.work.session, region.code)
    values = values_of(policy) if policy else None

    def of(week_start: date) -> CityWeek:
        if values is None:
            return CityWeek(week_start, None, has_passed=False)
        at = cut_off_at(
            week_start, weekday=values.cut_off_weekday, minute=values.cut_off_minute, timezone=region.timezone
        )
        return CityWeek(week_start, at, has_passed=page.work.now >= at)

    wanted = week_asked(page.request.query_params.get("week", ""))
    if wanted is not None:
        return of(wanted)
    following = of(week_of(await page.today()) + _WEEK)
    if following.has_passed and not await plans_of(page, following.week_start):
        return of(following.after)
    return following


async def plans_of(page: PageView, week_start: date) -> Sequence[Plan]:
    """Return the plans of a week that nobody discarded, newest first."""
    return await list_plans(
        page.work.session,
        region_code=page.caller.region_code,
        week_start=week_start,
        statuses=frozenset({PlanStatus.PROPOSED, PlanStatus.PUBLISHED}),
        after=None,
        limit=_MOST_PLANS,
    )


def week_asked(word: str) -> date | None:
    """Return the Monday of the week that a day in an address lies in; nothing for what is no day."""
    try:
        return week_of(date.fromisoformat(word))
    except (ValueError, OverflowError):
        return None
