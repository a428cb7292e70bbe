"""Money between an organisation and the others: what is invoiced, due, late, credited, and the statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Response

from service.api.delivery_views import sides_seen
from service.api.dependencies import AfterCode, allows
from service.api.routers.credit_notes import read_credit_notes
from service.api.routers.exposures import read_exposures
from service.api.routers.invoices import read_invoices
from service.api.routers.ledgers import read_statements
from service.database.queries.invoices import InvoiceFilter, debt_of
from service.domain.calendars import week_of
from service.domain.invoices import InvoiceStatus
from service.domain.permissions import Action
from service.web.filters import BLANK, OptionalDay
from service.web.page import Page, PageView
from service.web.routes import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)

STATEMENT_DAYS: Final = 28
MOST_ROWS: Final = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which invoices and credit notes are shown: the latest, unless the address says otherwise."""

    after: str | None
    status: InvoiceStatus | None
    overdue: bool
    refundable: bool
    notes: bool
    """Whether it is the list of credit notes that goes on at ``after``."""

    @property
    def chosen(self) -> str:
        """What the invoices are narrowed to, as it stands in the address."""
        given = {"status": self.status, "overdue": self.overdue, "refundable": self.refundable}
        return urlencode({name: "true" if value is True else value for name, value in given.items() if value})


async def wanted_papers(
    after: AfterCode = None,
    status: Annotated[InvoiceStatus | None, BLANK, Query()] = None,
    overdue: Annotated[bool, Query()] = False,
    refundable: Annotated[bool, Query()] = False,
    notes: Annotated[bool, Query()] = False,
) -> Wanted:
    """Read from the address what is shown."""
    return Wanted(after, status, overdue, refundable, notes)


@router.get("/money", dependencies=[allows(Action.LEDGER_READ)])
async def show_money(
    page: Page,
    wanted: Annotated[Wanted, Depends(wanted_papers)],
    from_date: OptionalDay = None,
    to_date: OptionalDay = None,
) -> Response:
    """Show what others owe the reader's organisation and what it owes them, with the papers behind it."""
    today = await page.today()
    last = to_date or today
    first = from_date or last - timedelta(days=STATEMENT_DAYS)
    statements = await read_statements(page.caller.organisation_id, page.work, page.caller, first, last)
    exposures = None
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
        exposures=exposures,
        chosen=wanted.chosen,
        **await _papers(page, wanted, today),
    )


async def _papers(page: PageView, wanted: Wanted, today: date) -> dict[str, Any]:
    """Return invoices and credit notes as far as they are wanted, and what is owed of all; nothing for a wholesaler."""
    if not page.may(Action.INVOICES_READ):
        return {"invoices": None, "debt": None, "notes": None}
    invoices = await read_invoices(
        work=page.work, caller=page.caller, after=None if wanted.notes else wanted.after, limit=MOST_ROWS,
        status=wanted.status, overdue=wanted.overdue, refundable=wanted.refundable, cooperative_id=None,
        kitchen_id=None,
    )  # fmt: skip
    notes = await read_credit_notes(
        work=page.work, caller=page.caller, after=wanted.after if wanted.notes else None, limit=MOST_ROWS,
        cooperative_id=None, kitchen_id=None,
    )  # fmt: skip
    sides = sides_seen(page.caller, Action.INVOICES_READ, cooperative_id=None, kitchen_id=None)
    region_code, all_of_them = page.caller.region_code, InvoiceFilter(*sides)
    debt = await debt_of(page.work.session, region_code=region_code, wanted=all_of_them, today=today)
    return {"invoices": invoices, "debt": debt, "notes": notes}
