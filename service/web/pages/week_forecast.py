"""A kitchen posts its week: the menu planner with its cost, copies, corrections, withdrawals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request, Response

from service.api.dependencies import allows
from service.api.schemas.forecasts import PreviewOut
from service.database.queries.catalogue import read_menu_cycle
from service.database.queries.coverage import shortages_of_week
from service.database.queries.forecasts import find_by_status, submitted_weeks
from service.domain.calendars import DAYS_PER_WEEK
from service.domain.demands import demand_of
from service.domain.errors import DomainError
from service.domain.forecast_entries import ForecastEntry, require_valid
from service.domain.forecasts import MOST_WEEKS_BACK, ForecastStatus
from service.domain.items import BudgetLine
from service.domain.menu_cycles import CycleDay, ReplacedDay, filled, next_place, replaced_days
from service.domain.permissions import Action
from service.web import kitchen_words
from service.web.forms import NAME, Form, Typed
from service.web.kitchen_weeks import WeekStand, stand_of
from service.web.menus import (
    day_rows,
    dishes_to_choose,
    entry_in,
    goods_rows,
    goods_to_choose,
    lead_to_days,
    portions_in,
)
from service.web.page import Page, PageView
from service.web.routes import PageRoute
from service.workflows.change_forecast import ChangeForecast, change_forecast
from service.workflows.copy_forecast import CopyForecast, copy_forecast
from service.workflows.correct_forecast import CorrectForecast, correct_forecast
from service.workflows.draft_forecast import DraftForecast, draft_forecast
from service.workflows.forecast_steps import KitchenWeek, read_week, typed_in
from service.workflows.submit_forecast import SubmitForecast, submit_forecast
from service.workflows.withdraw_forecast import WithdrawForecast, withdraw_forecast

router = APIRouter(route_class=PageRoute, include_in_schema=False)

WRITE = allows(Action.FORECASTS_WRITE)
FRAGMENT: Final = "HX-Request"
LONGEST_REASON: Final = 400
WEEK: Final = timedelta(days=DAYS_PER_WEEK)


@router.get("/weeks/{week_start}/forecast", dependencies=[WRITE])
async def show_planner(week_start: date, page: Page) -> Response:
    """Show the menu of a week to fill in, and what it costs so far."""
    week = await _week(page, week_start)
    stand = await stand_of(page, week.kitchen_id, week_start)
    entry = await typed_in(page.work, stand.begun) if stand.begun else ForecastEntry()
    return await _planner(page, week, stand, entry)


@router.post("/weeks/{week_start}/forecast/preview", dependencies=[allows(Action.FORECASTS_WRITE, is_idempotent=True)])
async def preview_week(week_start: date, page: Page, form: Form, request: Request) -> Response:
    """Show what a menu comes to while it is typed; nothing is kept."""
    week = await _week(page, week_start)
    entry = entry_in(form, week.facts)
    if not request.headers.get(FRAGMENT):
        form.require()
        require_valid(entry, week.facts)
        return await _planner(page, week, await stand_of(page, week.kitchen_id, week_start), entry)
    try:
        form.require()
        shown = await _cost(page, week, entry)
    except DomainError as refusal:
        return await page.show("forecasts/refused_preview.html", refusal=refusal)
    return await page.show("forecasts/preview.html", **shown)


@router.post("/weeks/{week_start}/forecast/cycle", dependencies=[allows(Action.FORECASTS_WRITE, is_idempotent=True)])
async def fill_from_cycle(week_start: date, page: Page, form: Form) -> Response:
    """Fill the menu from the menu cycle and show it, with what it replaces; nothing is kept until it is sent."""
    week = await _week(page, week_start)
    typed = entry_in(form, week.facts)
    portions = portions_in(form, week.facts)
    cycle = await read_menu_cycle(page.work.session)
    chosen = form.whole("cycle_day", least=1)
    place = next((place for place, day in enumerate(cycle) if day.position == chosen), None)
    if chosen is not None and place is None:
        form.faults.add("cycle_day", "unknown", "Choose one from the list.")
    form.require()
    entry = filled(typed, week.facts, cycle, first=place or 0, portions=portions)
    lead_to_days(form, entry)
    require_valid(entry, week.facts)
    stand = await stand_of(page, week.kitchen_id, week_start)
    return await _planner(page, week, stand, entry, cycle=cycle, first=place, replaced=replaced_days(typed, entry))


@router.post("/weeks/{week_start}/forecast", dependencies=[WRITE])
async def send_menu(week_start: date, page: Page, form: Form) -> Response:
    """Keep the menu as a draft, send it, or, after the cut-off, correct with a reason what was sent."""
    week = await _week(page, week_start)
    entry = entry_in(form, week.facts)
    stand = await stand_of(page, week.kitchen_id, week_start)
    then = form.text("then")
    reason = form.words("reason", longest=LONGEST_REASON, needed=True) if then == "correct" else None
    form.require()
    seen = _seen(form)
    if then == "correct":
        wrong = seen or await _drafted(page, week, entry)
        await correct_forecast(page.work, CorrectForecast(*wrong, reason or "", entry))
        return page.leave(f"/weeks/{week_start}", said="forecast_corrected")
    if stand.draft is not None and seen is not None and seen[0] == stand.draft.id:
        draft = await change_forecast(page.work, ChangeForecast(*seen, entry))
    else:
        draft = await draft_forecast(page.work, DraftForecast(week.kitchen_id, week_start, entry))
    if then == "submit":
        await page.work.session.flush()
        await submit_forecast(page.work, SubmitForecast(draft.id, draft.version))
        return page.leave(f"/weeks/{week_start}", said="forecast_submitted")
    return page.leave(f"/weeks/{week_start}/forecast", said="draft_saved")


@router.post("/weeks/{week_start}/forecast/copy", dependencies=[WRITE])
async def copy_week(week_start: date, page: Page, form: Form) -> Response:
    """Take an earlier week's menu over as a draft: last week's unless another is chosen."""
    chosen = form.day("from", needed=False) or week_start - WEEK
    weeks_back, rest = divmod((week_start - chosen).days, DAYS_PER_WEEK)
    if rest or not 1 <= weeks_back <= MOST_WEEKS_BACK:
        form.faults.add("from", "unknown", "Choose one from the list.")
    form.require()
    await copy_forecast(page.work, CopyForecast(page.caller.organisation_id, week_start, weeks_back))
    return page.leave(f"/weeks/{week_start}/forecast", said="week_copied")


@router.post("/weeks/{week_start}/forecast/withdrawal", dependencies=[WRITE])
async def withdraw_week(week_start: date, page: Page, form: Form) -> Response:
    """Take the draft or what was sent back."""
    forecast_id, version = form.identifier("forecast_id"), form.whole("version", least=1)
    reason = form.words("reason", longest=LONGEST_REASON)
    form.require()
    if forecast_id is not None and version is not None:
        await withdraw_forecast(page.work, WithdrawForecast(forecast_id, version, reason))
    return page.leave(f"/weeks/{week_start}", said="forecast_withdrawn")


async def _week(page: PageView, week_start: date) -> KitchenWeek:
    return await read_week(page.work, page.caller.organisation_id, week_start, Action.FORECASTS_WRITE)


def _seen(form: Typed) -> tuple[UUID, int] | None:
    """Return the revision that the reader saw when they filled in the form."""
    version = form.whole("version", least=1, needed=False)
    if version is None:
        return None
    try:
        return UUID(form.text("forecast_id")), version
    except ValueError:
        return None


async def _drafted(page: PageView, week: KitchenWeek, entry: ForecastEntry) -> tuple[UUID, int]:
    """Return a draft for a week of which nothing was ever sent: a correction takes its place."""
    draft = await draft_forecast(page.work, DraftForecast(week.kitchen_id, week.week_start, entry))
    await page.work.session.flush()
    return draft.id, draft.version


async def _planner(
    page: PageView,
    week: KitchenWeek,
    stand: WeekStand,
    entry: ForecastEntry,
    *,
    cycle: Sequence[CycleDay] | None = None,
    first: int | None = None,
    replaced: Sequence[ReplacedDay] = (),
) -> Response:
    is_late = not stand.is_open
    session = page.work.session
    since = week.week_start - WEEK * MOST_WEEKS_BACK
    earlier = await submitted_weeks(session, kitchen_id=week.kitchen_id, before=week.week_start, since=since)
    cycle = cycle or await read_menu_cycle(session)
    cost = await _cost(page, week, entry) if entry.servings or entry.lines else None
    refused = page.request.scope.get("pasok.refused")
    sent = refused.typed if refused and refused.typed.text(NAME) == "menu" else None
    return await page.show(
        "forecasts/planner.html",
        at=f"/weeks/{week.week_start}/forecast",
        stand=stand,
        # After the cut-off what counts is corrected; before it the draft is changed, or a new one made.
        begun=(stand.submitted or stand.draft) if is_late else stand.draft,
        is_late=is_late,
        is_fresh=page.request.method == "POST",
        copy_from=earlier if stand.draft is None else [],
        cycle=cycle,
        cycle_day=cycle[await _goes_on(page, week, cycle, earlier) if first is None else first] if cycle else None,
        is_filled=first is not None,
        replaced=replaced,
        days=day_rows(entry, week.facts, sent),
        goods=goods_rows(entry, week.facts, sent),
        dishes=dishes_to_choose(week.facts),
        recipes=week.facts.recipes,
        items=goods_to_choose(week.facts),
        kitchen=week.facts.kitchen,
        cost=cost,
        words=kitchen_words,
    )


async def _goes_on(page: PageView, week: KitchenWeek, cycle: Sequence[CycleDay], earlier: Sequence[date]) -> int:
    """Return the place in the cycle after the kitchen's last week before this one; the first if there is none."""
    last = None
    if earlier:
        last = await find_by_status(
            page.work.session, kitchen_id=week.kitchen_id, week_start=earlier[0], status=ForecastStatus.SUBMITTED
        )
    return next_place(cycle, await typed_in(page.work, last)) if last else 0


async def _cost(page: PageView, week: KitchenWeek, entry: ForecastEntry) -> dict[str, Any]:
    """Return what an entry comes to: goods, budget, and what was short of late."""
    try:
        require_valid(entry, week.facts)
    except DomainError:
        if page.request.method != "GET":
            raise
        return {"preview": None, "budget": None, "items": week.facts.items, "lacked": {}}  # a day was closed since
    shown = PreviewOut.showing(week.week_start, demand_of(entry, week.facts))
    budget = next((use for use in shown.budget if use.budget_line is BudgetLine.INGREDIENT), None)
    lacked: dict[str, int] = {}
    for back in (1, 2):
        before = week.week_start - timedelta(days=DAYS_PER_WEEK * back)
        for one in await shortages_of_week(page.work.session, kitchen_id=week.kitchen_id, week_start=before):
            lacked[one.item_code] = lacked.get(one.item_code, 0) + one.short_qty
    return {"preview": shown, "budget": budget, "items": week.facts.items, "lacked": lacked}
