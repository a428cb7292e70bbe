"""Steps that every change of a forecast shares: find it, hold the kitchen, check the entry, write the lines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm.attributes import flag_modified

from service.database.queries import forecasts as queries
from service.database.queries.entry_facts import read_kitchen_facts, read_organisation
from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import cut_off_at, local_day, require_monday, require_week_ahead
from service.domain.demands import Demand, demand_of, is_written
from service.domain.errors import NotFound
from service.domain.events import EventType
from service.domain.forecast_entries import ForecastEntry, KitchenFacts, entry_of, require_valid
from service.domain.forecasts import (
    Forecast,
    ForecastLine,
    ForecastServing,
    ForecastSource,
    ForecastStatus,
    require_week_unplanned,
    supersede,
)
from service.domain.late_changes import first_open_day
from service.domain.menus import NO_CLOSED_DAYS, ClosedDays
from service.domain.organisations import Organisation, require_active
from service.domain.permissions import Action, require_reach
from service.domain.places import Region
from service.domain.tables import require_version
from service.workflows.acting import acting


@dataclass(frozen=True, slots=True)
class KitchenWeek:
    """A kitchen and a week, held against other changes of its forecasts until the unit ends."""

    region: Region
    facts: KitchenFacts

    @property
    def kitchen_id(self) -> UUID:
        """The kitchen."""
        return self.facts.organisation.id

    @property
    def week_start(self) -> date:
        """The Monday."""
        return self.facts.week_start


async def read_week(work: UnitOfWork, kitchen_id: UUID, week_start: date, action: Action) -> KitchenWeek:
    """Return a kitchen's week for an actor who may do this to it.

    Raises
    ------
    NotFound
        If there is no such kitchen, or it is another's.
    InvalidField
        If the week starts on another day, or is over.
    OrganisationInactive
        If the kitchen takes no part.
    """
    organisation, region = await read_organisation(work.session, kitchen_id)
    require_reach(
        acting(work), action, region_code=region.code, organisation_ids=(organisation.id,), what="organisation"
    )
    require_active(organisation)
    require_monday(week_start)
    require_week_ahead(week_start, today=local_day(work.now, timezone=region.timezone))
    facts = await read_kitchen_facts(work.session, organisation, region, week_start=week_start)
    closed_days = await _closed_days(work, organisation, region, week_start)
    return KitchenWeek(region, replace(facts, closed_days=closed_days))


async def _closed_days(work: UnitOfWork, kitchen: Organisation, region: Region, week_start: date) -> ClosedDays:
    """Return which days of the week can be changed no more, and what comes for them."""
    open_from = first_open_day(work.now, timezone=region.timezone)
    if open_from <= week_start:
        return NO_CLOSED_DAYS
    came_qty = await queries.came_qty(
        work.session, region_code=region.code, kitchen_id=kitchen.id, week_start=week_start, before=open_from
    )
    return ClosedDays(open_from, came_qty) if came_qty else NO_CLOSED_DAYS


async def hold_week(
    work: UnitOfWork, kitchen_id: UUID, week_start: date, *, may_be_planned: bool = False
) -> KitchenWeek:
    """Return a kitchen's week for a change: the kitchen is locked, and no published plan stands in the way.

    Parameters
    ----------
    may_be_planned
        Whether the change is possible after publishing too.

    Raises
    ------
    WeekPlanned
        If the week's plan is published.
    DomainError
        As ``read_week``.
    """
    await queries.lock_kitchen(work.session, kitchen_id)
    week = await read_week(work, kitchen_id, week_start, Action.FORECASTS_WRITE)
    # First hold what a plan may be made from, then look for the plan: publishing holds it too, so one of us waits.
    await queries.lock_submitted(work.session, kitchen_id=kitchen_id, week_start=week_start)
    if not may_be_planned:
        plan_id = await queries.published_plan_id(work.session, region_code=week.region.code, week_start=week_start)
        require_week_unplanned(week_start, published_plan_id=plan_id)
    return week


async def hold_forecast(
    work: UnitOfWork, forecast_id: UUID, *, expected_version: int, may_be_planned: bool = False
) -> tuple[Forecast, KitchenWeek]:
    """Return a revision and its week for a change.

    Raises
    ------
    NotFound
        If there is none, or it is another's.
    StaleVersion
        If it is no longer the version that the caller saw.
    DomainError
        As ``hold_week``.
    """
    found = await queries.find_forecast(work.session, forecast_id)
    if found is None:
        raise NotFound("No such forecast.")
    require_reach(
        acting(work),
        Action.FORECASTS_WRITE,
        region_code=found.region_code,
        organisation_ids=(found.kitchen_id,),
        what="forecast",
    )
    week = await hold_week(work, found.kitchen_id, found.week_start, may_be_planned=may_be_planned)
    # Read again now that the kitchen is held: the first look may have been before another's change.
    await work.session.refresh(found)
    require_version(found, expected_version)
    return found, week


def cut_off_of(week: KitchenWeek) -> datetime:
    """Return the instant until which the week's forecast can be changed freely, under the policy in force."""
    policy = week.facts.policy
    return cut_off_at(
        week.week_start,
        weekday=policy.cut_off_weekday,
        minute=policy.cut_off_minute,
        timezone=week.region.timezone,
    )


async def begin_revision(work: UnitOfWork, week: KitchenWeek, source: ForecastSource) -> Forecast:
    """Return a new draft with the next revision number."""
    number = await queries.next_revision(work.session, kitchen_id=week.kitchen_id, week_start=week.week_start)
    forecast = Forecast(
        id=work.new_id(),
        created_at=work.now,
        region_code=week.region.code,
        kitchen_id=week.kitchen_id,
        week_start=week.week_start,
        revision=number,
        status=ForecastStatus.DRAFT,
        source=source,
    )
    work.session.add(forecast)
    return forecast


async def submitted_revision(work: UnitOfWork, week: KitchenWeek) -> Forecast | None:
    """Return the revision of the week that counts."""
    return await queries.find_by_status(
        work.session, kitchen_id=week.kitchen_id, week_start=week.week_start, status=ForecastStatus.SUBMITTED
    )


async def put_aside(work: UnitOfWork, *earlier: Forecast | None) -> None:
    """Supersede revisions before another one counts; the database holds one submitted revision at a time."""
    for forecast in {known.id: known for known in earlier if known is not None}.values():
        supersede(forecast)
    await work.session.flush()


async def typed_in(work: UnitOfWork, forecast: Forecast) -> ForecastEntry:
    """Return what was typed in for a revision."""
    servings = await queries.servings_of(work.session, forecast.id)
    codes = await queries.recipe_codes(work.session, (serving.recipe_id for serving in servings))
    return entry_of(servings, await queries.lines_of(work.session, forecast.id), codes)


async def write_content(work: UnitOfWork, forecast: Forecast, entry: ForecastEntry, facts: KitchenFacts) -> Demand:
    """Check an entry and make it the content of a draft: servings, lines, and the use of the budget.

    Raises
    ------
    InvalidField
        With everything that is wrong.
    """
    require_valid(entry, facts)
    demand = demand_of(entry, facts)
    forecast.budget = [use.as_json() for use in demand.budget]
    # The version rises with every new content, even where the money stays the same.
    flag_modified(forecast, "budget")
    await work.session.flush()
    await queries.delete_content(work.session, forecast.id)
    work.session.add_all(_servings(forecast, entry, facts))
    work.session.add_all(_lines(work, forecast, demand))
    return demand


async def recheck_content(work: UnitOfWork, forecast: Forecast, facts: KitchenFacts) -> Demand:
    """Check what a draft says once more, against what holds now; lines are written anew only where they differ.

    Raises
    ------
    InvalidField
        With everything that is no longer valid.
    """
    servings = await queries.servings_of(work.session, forecast.id)
    codes = await queries.recipe_codes(work.session, (serving.recipe_id for serving in servings))
    lines = await queries.lines_of(work.session, forecast.id)
    entry = entry_of(servings, lines, codes)
    require_valid(entry, facts)
    demand = demand_of(entry, facts)
    if not is_written(demand, lines):
        return await write_content(work, forecast, entry, facts)
    forecast.budget = [use.as_json() for use in demand.budget]
    return demand


def source_of(entry: ForecastEntry) -> ForecastSource:
    """Return how the lines of an entry come about."""
    return ForecastSource.MENU if entry.servings else ForecastSource.LINES


FORECAST_EVENTS = {
    "forecast.drafted": EventType.FORECAST_DRAFTED,
    "forecast.copied": EventType.FORECAST_DRAFTED,
    "forecast.changed": EventType.FORECAST_CHANGED,
    "forecast.corrected": EventType.FORECAST_CORRECTED,
    "forecast.submitted": EventType.FORECAST_SUBMITTED,
    "forecast.withdrawn": EventType.FORECAST_WITHDRAWN,
}


def record_change(work: UnitOfWork, action: str, forecast: Forecast, **facts: object) -> None:
    """Add a change of a forecast to the audit trail and to what happened."""
    after = {
        "week_start": forecast.week_start.isoformat(),
        "revision": forecast.revision,
        "status": forecast.status.value,
        **facts,
    }
    work.record(action, "forecast", forecast.id, region_code=forecast.region_code, after=after)
    work.announce(
        FORECAST_EVENTS[action],
        entity="forecast",
        entity_id=forecast.id,
        region_code=forecast.region_code,
        concerns=[forecast.kitchen_id],
        facts=after,
    )


def _servings(forecast: Forecast, entry: ForecastEntry, facts: KitchenFacts) -> list[ForecastServing]:
    return [
        ForecastServing(
            forecast_id=forecast.id,
            serving_date=serving.serving_date,
            recipe_id=facts.recipes[serving.recipe_code].id,
            portions_small=serving.portions_small,
            portions_large=serving.portions_large,
        )
        for serving in entry.servings
    ]


def _lines(work: UnitOfWork, forecast: Forecast, demand: Demand) -> list[ForecastLine]:
    return [
        ForecastLine(
            id=work.new_id(),
            forecast_id=forecast.id,
            item_code=line.item.code,
            needed_date=line.needed_date,
            demanded_qty=line.demanded_qty,
            max_price_idr=line.max_price_idr,
            budget_line=line.item.budget_line,
            can_substitute=line.can_substitute,
            menu_qty=line.menu_qty,
            own_max_price_idr=line.own_max_price_idr,
        )
        for line in demand.lines
    ]
