"""A kitchen's forecasts: typed in as a menu, as lines, or copied; sent, corrected, taken back."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.dependencies import USUAL_PER_PAGE, After, Caller, IfMatch, Limit, Work, allows
from service.api.etags import set_etag
from service.api.pagination import Page, page_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.forecasts import (
    CopyIn,
    CopyOut,
    CorrectionIn,
    EntryIn,
    ForecastDetailOut,
    ForecastIn,
    ForecastOut,
    LinesIn,
    PreviewOut,
    WithdrawalIn,
    content_out,
)
from service.api.schemas.shapes import Day
from service.database.cursors import Cursor
from service.database.queries import forecasts as queries
from service.database.queries.forecasts import ForecastFilter
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.forecasts import Forecast, ForecastStatus
from service.domain.permissions import Action, Actor, own_only, require_reach
from service.workflows.change_forecast import ChangeForecast, change_forecast
from service.workflows.copy_forecast import CopyForecast, copy_forecast
from service.workflows.correct_forecast import CorrectForecast, correct_forecast
from service.workflows.draft_forecast import DraftForecast, draft_forecast
from service.workflows.preview_forecast import PreviewForecast, preview_forecast
from service.workflows.submit_forecast import SubmitForecast, submit_forecast
from service.workflows.withdraw_forecast import WithdrawForecast, withdraw_forecast

router = APIRouter(prefix="/forecasts", tags=["forecasts"], route_class=UnitOfWorkRoute)

READ = allows(Action.FORECASTS_READ)
WRITE = allows(Action.FORECASTS_WRITE)
Kitchen = Annotated[UUID | None, Query(description="Only this kitchen's")]
Week = Annotated[Day | None, Query(description="Only this week's (its Monday)", examples=["2026-11-30"])]
ItemCode = Annotated[str | None, Query(max_length=16, description="Only those with this item", examples=["RICE-P"])]
Status = Annotated[ForecastStatus | None, Query(description="Only those in this status")]


@router.get("", dependencies=[READ])
async def list_forecasts(
    *,
    work: Work,
    caller: Caller,
    after: After,
    limit: Limit = USUAL_PER_PAGE,
    kitchen_id: Kitchen = None,
    week_start: Week = None,
    item_code: ItemCode = None,
    status: Status = None,
) -> Page[ForecastOut]:
    """List revisions, newest first, each with its budget use."""
    wanted = ForecastFilter(
        owner_id=own_only(caller, Action.FORECASTS_READ),
        kitchen_id=kitchen_id,
        week_start=week_start,
        item_code=item_code,
        status=status,
    )
    return await _page(work, caller, wanted, after, limit)


@router.post("", status_code=201, dependencies=[WRITE])
async def create_forecast(body: ForecastIn, work: Work, caller: Caller, response: Response) -> ForecastDetailOut:
    """Keep a draft: a menu, plain lines, or both. It counts once it is submitted."""
    command = DraftForecast(caller.organisation_id, body.week_start, body.entry())
    return await _created(work, response, await draft_forecast(work, command))


@router.post("/preview", dependencies=[allows(Action.FORECASTS_WRITE, is_idempotent=True)])
async def preview(body: ForecastIn, work: Work, caller: Caller) -> PreviewOut:
    """Show the goods, price limits, cost and budget use that an entry leads to; nothing is kept."""
    command = PreviewForecast(caller.organisation_id, body.week_start, body.entry())
    return PreviewOut.showing(body.week_start, await preview_forecast(work, command))


@router.post("/copy", status_code=201, dependencies=[WRITE])
async def copy_earlier_week(body: CopyIn, work: Work, caller: Caller, response: Response) -> CopyOut:
    """Keep a draft of an earlier week's submitted forecast, moved to this week, with the price limits of its new days.

    Days on which the kitchen is closed are left out and named in `skipped_dates`.
    """
    copied = await copy_forecast(work, CopyForecast(caller.organisation_id, body.week_start, body.weeks_back))
    shown = await _created(work, response, copied.forecast)
    return CopyOut(**dict(shown), copied_from_id=copied.copied_from.id, skipped_dates=list(copied.skipped_dates))


@router.get("/{forecast_id}", dependencies=[READ])
async def read_forecast(forecast_id: UUID, work: Work, caller: Caller, response: Response) -> ForecastDetailOut:
    """Show a revision with its menu, lines and budget use."""
    return await _shown(work, response, await _readable(work, caller, forecast_id))


@router.get("/{forecast_id}/revisions", dependencies=[READ])
async def list_revisions(
    forecast_id: UUID, work: Work, caller: Caller, after: After, limit: Limit = USUAL_PER_PAGE
) -> Page[ForecastOut]:
    """List every revision of the same kitchen and week, newest first; none is ever overwritten once sent."""
    forecast = await _readable(work, caller, forecast_id)
    wanted = ForecastFilter(kitchen_id=forecast.kitchen_id, week_start=forecast.week_start)
    return await _page(work, caller, wanted, after, limit)


@router.put("/{forecast_id}/lines", dependencies=[WRITE])
async def replace_lines(
    forecast_id: UUID, body: LinesIn, work: Work, version: IfMatch, response: Response
) -> ForecastDetailOut:
    """Make these lines all that a draft says; a menu behind it is dropped, since it no longer explains them."""
    command = ChangeForecast(forecast_id, version, body.entry())
    return await _shown(work, response, await change_forecast(work, command))


@router.put("/{forecast_id}/menu", dependencies=[WRITE])
async def replace_menu(
    forecast_id: UUID, body: EntryIn, work: Work, version: IfMatch, response: Response
) -> ForecastDetailOut:
    """Make this menu, with the lines beside it, all that a draft says."""
    command = ChangeForecast(forecast_id, version, body.entry())
    return await _shown(work, response, await change_forecast(work, command))


@router.post("/{forecast_id}/submit", dependencies=[WRITE])
async def submit(forecast_id: UUID, work: Work, version: IfMatch, response: Response) -> ForecastDetailOut:
    """Send a draft before the cut-off: it counts from now on, and the revision sent before is superseded.

    Everything is checked again. A forecast above the week's budget is refused; a single dear day is not.
    """
    return await _shown(work, response, await submit_forecast(work, SubmitForecast(forecast_id, version)))


@router.post("/{forecast_id}/withdraw", dependencies=[WRITE])
async def withdraw(
    forecast_id: UUID, body: WithdrawalIn, work: Work, version: IfMatch, response: Response
) -> ForecastDetailOut:
    """Take back a draft or the submitted revision; the latter needs a reason after the cut-off."""
    command = WithdrawForecast(forecast_id, version, body.reason)
    return await _shown(work, response, await withdraw_forecast(work, command))


@router.post("/{forecast_id}/corrections", status_code=201, dependencies=[WRITE])
async def correct(
    forecast_id: UUID, body: CorrectionIn, work: Work, version: IfMatch, response: Response
) -> ForecastDetailOut:
    """After the cut-off, send what is right instead, with a reason; both revisions are kept.

    Name the submitted revision, or, if nothing was sent in time, the draft. Once the week's orders are out they follow:
    less is taken off them, more is asked of others. A cooking day can be changed until noon two days before, and half
    of what cooperatives accepted stays unless the whole day is called off.
    """
    command = CorrectForecast(forecast_id, version, body.reason, body.entry())
    return await _created(work, response, await correct_forecast(work, command))


async def _readable(work: UnitOfWork, caller: Actor, forecast_id: UUID) -> Forecast:
    forecast = await queries.find_forecast(work.session, forecast_id)
    if forecast is None:
        raise NotFound("No such forecast.")
    require_reach(
        caller,
        Action.FORECASTS_READ,
        region_code=forecast.region_code,
        organisation_ids=(forecast.kitchen_id,),
        what="forecast",
    )
    return forecast


async def _page(
    work: UnitOfWork, caller: Actor, wanted: ForecastFilter, after: Cursor | None, limit: int
) -> Page[ForecastOut]:
    rows = await queries.list_forecasts(
        work.session, region_code=caller.region_code, wanted=wanted, after=after, limit=limit + 1
    )
    return page_of(rows, limit=limit, key=lambda row: Cursor(row.created_at, row.id), show=ForecastOut.showing)


async def _created(work: UnitOfWork, response: Response, forecast: Forecast) -> ForecastDetailOut:
    response.headers["Location"] = f"/api/v1/forecasts/{forecast.id}"
    return await _shown(work, response, forecast)


async def _shown(work: UnitOfWork, response: Response, forecast: Forecast) -> ForecastDetailOut:
    await work.session.flush()
    servings = await queries.servings_of(work.session, forecast.id)
    lines = await queries.lines_of(work.session, forecast.id)
    codes = await queries.recipe_codes(work.session, (serving.recipe_id for serving in servings))
    set_etag(response, forecast.version)
    return content_out(forecast, servings, lines, codes)
