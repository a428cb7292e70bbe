"""Money between an organisation and the others: what is invoiced, due, late, credited, and the statement."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Response

from service.api.delivery_views import sides_seen
from service.api.dependencies import allows
from service.api.routers.credit_notes import read_credit_notes
from service.api.routers.exposures import read_exposures
from service.api.routers.invoices import read_invoices
from service.api.routers.ledgers import read_statements
from service.database.queries.invoices import InvoiceFilter, debt_of
from service.domain.calendars import week_of
from service.domain.permissions import Action
from service.web.filters import OptionalDay
from service.web.page import Page
from service.web.routes import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)

STATEMENT_DAYS: Final = 28
MOST_ROWS: Final = 50


@router.get("/money", dependencies=[allows(Action.LEDGER_READ)])
async def show_money(page: Page, from_date: OptionalDay = None, to_date: OptionalDay = None) -> Response:
    """Show what others owe the reader's organisation and what it owes them, with the papers behind it."""
    today = await page.today()
    last = to_date or today
    first = from_date or last - timedelta(days=STATEMENT_DAYS)
    statements = await read_statements(page.caller.organisation_id, page.work, page.caller, first, last)
    invoices = notes = debt = exposures = None
    if page.may(Action.INVOICES_READ):
        invoices = await read_invoices(
            work=page.work, caller=page.caller, after=None, limit=MOST_ROWS, status=None, overdue=False,
            cooperative_id=None, kitchen_id=None,
        )  # fmt: skip
        cooperatives, kitchens = sides_seen(page.caller, Action.INVOICES_READ, cooperative_id=None, kitchen_id=None)
        debt = await debt_of(
            page.work.session,
            region_code=page.caller.region_code,
            wanted=InvoiceFilter(cooperatives, kitchens),
            today=today,
        )
        notes = await read_credit_notes(
            work=page.work, caller=page.caller, after=None, limit=MOST_ROWS, cooperative_id=None, kitchen_id=None
        )
    if page.may(Action.EXPOSURES_READ):
        week_start = week_of(today) + timedelta(weeks=1)
        exposures = await read_exposures(
            week_start=week_start, work=page.work, caller=page.caller, after=None, limit=MOST_ROWS
        )
    return await page.show(
        "money/money.html",
        today=today,
        first=first,
        last=last,
        statements=statements,
        invoices=invoices,
        debt=debt,
        notes=notes,
        exposures=exposures,
    )
