"""A kitchen's week as its pages show it: how far it is, what is cooked, what is covered, what is short and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from service.api.routers.coverage import read_coverage
from service.api.schemas.forecasts import BudgetOut, ForecastOut
from service.api.schemas.orders import CoverageOut, DayCoverageOut, LineCoverageOut, WeekShortageOut
from service.database.queries.catalogue import list_recipes
from service.database.queries.forecasts import find_by_status, published_plan_id, servings_of
from service.database.queries.policies import find_policy_in_force
from service.domain.calendars import DAYS_PER_WEEK, cut_off_at, days_of, week_of
from service.domain.forecasts import Forecast, ForecastServing, ForecastStatus
from service.domain.items import BudgetLine
from service.domain.menus import Recipe
from service.domain.permissions import Action, own_only
from service.domain.places import Region
from service.domain.policies import values_of
from service.web.page import PageView

WEEKS_AHEAD: Final = 4
MOST_RECIPES: Final = 1000


class WeekState(StrEnum):
    """How far a kitchen's week is; the words for people are in ``kitchen_words.py``."""

    EMPTY = "empty"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    MISSED = "missed"
    PLANNING = "planning"
    PUBLISHED = "published"
    RUNNING = "running"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class WeekStand:
    """How far a week is, and the revisions behind it."""

    week_start: date
    state: WeekState
    cut_off_at: datetime | None
    draft: Forecast | None
    submitted: Forecast | None
    plan_id: UUID | None

    @property
    def last_day(self) -> date:
        """Sunday."""
        return self.week_start + timedelta(days=DAYS_PER_WEEK - 1)

    @property
    def is_open(self) -> bool:
        """Whether the week can still be posted freely."""
        return self.state in {WeekState.EMPTY, WeekState.DRAFT, WeekState.SUBMITTED}

    @property
    def begun(self) -> Forecast | None:
        """The revision from which the kitchen goes on.

        A draft; after the cut-off what counts, as a correction takes its place whole: a draft that was never sent would
        quietly call accepted goods off. Only one made after the cut-off is meant as a correction, such as a file.
        """
        if self.submitted is None or self.draft is None or self.is_open:
            return self.draft or self.submitted
        is_made_late = self.cut_off_at is not None and self.draft.created_at >= self.cut_off_at
        is_meant = is_made_late and self.draft.revision > self.submitted.revision and self.plan_id is None
        return self.draft if is_meant else self.submitted


@dataclass(frozen=True, slots=True)
class WeekDay:
    """A cooking day: its dishes and portions, its cost, and how its goods are covered."""

    day: date
    dishes: tuple[Recipe, ...]
    portions_small: int
    portions_large: int
    cost_idr: int | None
    is_over: bool
    coverage: DayCoverageOut | None
    lines: tuple[LineCoverageOut, ...]


def own_kitchen(page: PageView, action: Action) -> UUID | None:
    """Return the reader's kitchen; ``None`` for the city, which has pages of its own."""
    return own_only(page.caller, action)


async def stand_of(page: PageView, kitchen_id: UUID, week_start: date) -> WeekStand:
    """Return how far a week of a kitchen is."""
    session = page.work.session
    found = [
        await find_by_status(session, kitchen_id=kitchen_id, week_start=week_start, status=status)
        for status in (ForecastStatus.DRAFT, ForecastStatus.SUBMITTED)
    ]
    draft, submitted = found
    region = await session.get_one(Region, page.caller.region_code)
    policy = await find_policy_in_force(session, region.code)
    ends_at = None
    if policy is not None:
        values = values_of(policy)
        ends_at = cut_off_at(
            week_start, weekday=values.cut_off_weekday, minute=values.cut_off_minute, timezone=region.timezone
        )
    plan_id = await published_plan_id(session, region_code=region.code, week_start=week_start)
    is_late = ends_at is not None and page.work.now >= ends_at
    state = _state(week_start, await page.today(), draft, submitted, is_planned=plan_id is not None, is_late=is_late)
    return WeekStand(week_start, state, ends_at, draft, submitted, plan_id)


def _state(
    week_start: date,
    today: date,
    draft: Forecast | None,
    submitted: Forecast | None,
    *,
    is_planned: bool,
    is_late: bool,
) -> WeekState:
    if today >= week_start + timedelta(days=DAYS_PER_WEEK):
        return WeekState.OVER
    if is_planned and submitted is not None:
        # The goods of Monday come on Sunday.
        is_running = today >= week_start - timedelta(days=1)
        return WeekState.RUNNING if is_running else WeekState.PUBLISHED
    if submitted is not None:
        return WeekState.PLANNING if is_late else WeekState.SUBMITTED
    if is_late:
        return WeekState.MISSED
    return WeekState.DRAFT if draft is not None else WeekState.EMPTY


async def near_weeks(page: PageView, kitchen_id: UUID) -> list[WeekStand]:
    """Return this week and the ones after it."""
    first = week_of(await page.today())
    weeks = [first + timedelta(days=DAYS_PER_WEEK * ahead) for ahead in range(WEEKS_AHEAD)]
    return [await stand_of(page, kitchen_id, week) for week in weeks]


def in_need(weeks: Sequence[WeekStand]) -> WeekStand:
    """Return the week that wants attention: one that runs, else the first that is not posted, else the first."""
    wanted = (
        {WeekState.RUNNING},
        {WeekState.EMPTY, WeekState.DRAFT},
        {WeekState.PUBLISHED, WeekState.PLANNING, WeekState.SUBMITTED},
    )
    return next((week for states in wanted for week in weeks if week.state in states), weeks[0])


async def coverage_for(page: PageView, week_start: date) -> CoverageOut:
    """Return how far the reader's week is covered, as the API tells it."""
    return await read_coverage(work=page.work, caller=page.caller, week_start=week_start, kitchen_id=None)


def budget_of(forecast: Forecast | None) -> BudgetOut | None:
    """Return the use of the money for ingredients; nothing if nothing is entered."""
    if forecast is None:
        return None
    return next((use for use in ForecastOut.showing(forecast).budget if use.budget_line is BudgetLine.INGREDIENT), None)


async def days_shown(page: PageView, stand: WeekStand, coverage: CoverageOut) -> list[WeekDay]:
    """Return the days of a week on which something is cooked or comes."""
    shown = stand.submitted or stand.draft
    servings = await servings_of(page.work.session, shown.id) if shown else []
    recipes = {one.id: one for one in await list_recipes(page.work.session, after=None, limit=MOST_RECIPES)}
    budget = budget_of(shown)
    found = [_day(day, servings, recipes, budget, coverage) for day in days_of(stand.week_start)]
    return [day for day in found if day.dishes or day.lines or day.cost_idr]


def _day(
    day: date,
    servings: Iterable[ForecastServing],
    recipes: dict[UUID, Recipe],
    budget: BudgetOut | None,
    coverage: CoverageOut,
) -> WeekDay:
    own = [serving for serving in servings if serving.serving_date == day]
    cost = next((one for one in budget.days if one.day == day), None) if budget else None
    return WeekDay(
        day=day,
        dishes=tuple(recipes[serving.recipe_id] for serving in own if serving.recipe_id in recipes),
        portions_small=max((serving.portions_small for serving in own), default=0),
        portions_large=max((serving.portions_large for serving in own), default=0),
        cost_idr=cost.planned_idr if cost else None,
        is_over=cost.is_over if cost else False,
        coverage=next((one for one in coverage.days if one.needed_date == day), None),
        lines=tuple(line for line in coverage.lines if line.needed_date == day),
    )


def causes_of(coverage: CoverageOut, line: LineCoverageOut) -> list[WeekShortageOut]:
    """Return what is known of why a line is short."""
    return [one for one in coverage.shortages if (one.item_code, one.needed_date) == (line.item_code, line.needed_date)]
