"""A week's goods from a file: the template to fill in, what is wrong row by row, and the good rows as a draft."""

from __future__ import annotations

from datetime import date
from typing import Final

from fastapi import APIRouter, Response

from service.api.dependencies import allows
from service.domain.permissions import Action
from service.files.columns import FORECAST_COLUMNS
from service.web import kitchen_words
from service.web.forms import Form
from service.web.kitchen_weeks import stand_of
from service.web.page import Page
from service.web.routes import PageRoute
from service.web.sent_files import done_with, file_of, keep
from service.workflows.file_steps import Take
from service.workflows.import_forecast import ImportForecast, import_forecast

router = APIRouter(route_class=PageRoute, include_in_schema=False)

WRITE = allows(Action.FORECASTS_WRITE)
EXAMPLE: Final = "RICE-P;{day:%d/%m/%Y};200;kg"
MOST_TOLD: Final = 200


@router.get("/weeks/{week_start}/forecast/import", dependencies=[WRITE])
async def show_import(week_start: date, page: Page) -> Response:
    """Ask for a file."""
    stand = await stand_of(page, page.caller.organisation_id, week_start)
    return await page.show("forecasts/import.html", stand=stand, report=None, kept=None, words=kitchen_words)


@router.get("/weeks/{week_start}/forecast/template", dependencies=[WRITE])
async def show_template(week_start: date) -> Response:
    """Give an empty file with the columns, and one row as an example."""
    header = ";".join(column.title for column in FORECAST_COLUMNS[:4])
    content = f"{header}\r\n{EXAMPLE.format(day=week_start)}\r\n"
    named = {"Content-Disposition": f'attachment; filename="kebutuhan-{week_start}.csv"'}
    return Response("\ufeff" + content, media_type="text/csv; charset=utf-8", headers=named)


@router.post("/weeks/{week_start}/forecast/import", dependencies=[WRITE])
async def send_import(week_start: date, page: Page, form: Form) -> Response:
    """Try a file, keep it and show what is wrong; or take it whole, or its good rows, as a draft."""
    file = await file_of(page, form)
    then = form.text("then")
    take = Take.GOOD if then == "good" else Take.ALL
    kitchen_id = page.caller.organisation_id
    report = await import_forecast(
        page.work, ImportForecast(kitchen_id, week_start, file.table, is_dry_run=True, take=take)
    )
    if then != "try" and report.good and (take is Take.GOOD or not report.refused):
        await import_forecast(
            page.work, ImportForecast(kitchen_id, week_start, file.table, is_dry_run=False, take=take)
        )
        await done_with(page, file)
        return page.leave(f"/weeks/{week_start}/forecast", said="file_taken")
    stand = await stand_of(page, kitchen_id, week_start)
    bad = [row for row in report.rows if row.faults][:MOST_TOLD]
    kept = await keep(page, file) if report.good else None
    return await page.show("forecasts/import.html", stand=stand, report=report, bad=bad, kept=kept, words=kitchen_words)
