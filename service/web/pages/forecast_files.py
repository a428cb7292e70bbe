"""A week's goods from a file: the template to fill in, what is wrong row by row, and the good rows as a draft."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Final

from fastapi import APIRouter, Response

from service.api.dependencies import allows
from service.domain.permissions import Action
from service.files.columns import FORECAST_COLUMNS
from service.files.reading import kind_of, read_table
from service.web import kitchen_words
from service.web.forms import Form
from service.web.kitchen_weeks import stand_of
from service.web.page import Page
from service.web.routes import PageRoute
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
    return await page.show("forecasts/import.html", stand=stand, report=None, words=kitchen_words)


@router.get("/weeks/{week_start}/forecast/template", dependencies=[WRITE])
async def show_template(week_start: date) -> Response:
    """Give an empty file with the columns, and one row as an example."""
    header = ";".join(column.title for column in FORECAST_COLUMNS[:4])
    content = f"{header}\r\n{EXAMPLE.format(day=week_start)}\r\n"
    named = {"Content-Disposition": f'attachment; filename="kebutuhan-{week_start}.csv"'}
    return Response("\ufeff" + content, media_type="text/csv; charset=utf-8", headers=named)


@router.post("/weeks/{week_start}/forecast/import", dependencies=[WRITE])
async def send_import(week_start: date, page: Page, form: Form) -> Response:
    """Try a file and show what is wrong; or take it whole, or its good rows, as a draft."""
    sent = form.files.get("file", [])
    if not sent:
        form.faults.add("file", "missing", "Choose a file first.")
    form.require()
    content = sent[0][1]
    table = await asyncio.to_thread(read_table, content, kind_of(content))
    then = form.text("then")
    take = Take.GOOD if then == "good" else Take.ALL
    command = ImportForecast(page.caller.organisation_id, week_start, table, then == "try", take)
    report = await import_forecast(page.work, command)
    if not report.is_dry_run and report.good:
        return page.leave(f"/weeks/{week_start}/forecast", said="file_taken")
    stand = await stand_of(page, page.caller.organisation_id, week_start)
    bad = [row for row in report.rows if row.faults][:MOST_TOLD]
    return await page.show("forecasts/import.html", stand=stand, report=report, bad=bad, words=kitchen_words)
