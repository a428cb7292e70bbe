"""The books of double entry: entries, and what stands between two organisations over a period."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from service.api.book_rows import LEDGER, STATEMENTS, ledger_row, statement_row
from service.api.delivery_views import dated_place, dated_place_after
from service.api.dependencies import USUAL_PER_PAGE, AfterCode, Caller, Limit, Work, allows
from service.api.list_files import FILES, Kind, as_file
from service.api.pagination import Page, page_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.ledgers import LedgerEntryOut, StatementOut, StatementsOut
from service.api.schemas.shapes import Day
from service.database.queries.ledgers import LedgerFilter, Statement, list_entries, list_statements
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import InvalidField, NotFound
from service.domain.ledgers import Account
from service.domain.organisations import Organisation
from service.domain.permissions import Action, Actor, own_only, require_reach
from service.files.bounds import MOST_ROWS
from service.files.tables import FileKind

router = APIRouter(tags=["invoices"], route_class=UnitOfWorkRoute)

READ = allows(Action.LEDGER_READ)
PeriodFrom = Annotated[Day, Query(description="First day", examples=["2026-11-30"])]
PeriodTo = Annotated[Day, Query(description="Last day", examples=["2026-12-13"])]


async def ledger_filter(
    *,
    caller: Caller,
    organisation_id: Annotated[UUID | None, Query(description="Only this organisation's book")] = None,
    counterparty_id: Annotated[UUID | None, Query(description="Only movements with it")] = None,
    account: Annotated[Account | None, Query(description="Only this account")] = None,
    from_date: Annotated[Day | None, Query(description="First day")] = None,
    to_date: Annotated[Day | None, Query(description="Last day")] = None,
) -> LedgerFilter | None:
    """Return which entries a caller gets of those asked for; ``None``: none of them."""
    own_id = own_only(caller, Action.LEDGER_READ)
    if own_id is not None and organisation_id not in (None, own_id):
        return None
    return LedgerFilter(caller.region_code, own_id or organisation_id, counterparty_id, account, from_date, to_date)


Wanted = Annotated[LedgerFilter | None, Depends(ledger_filter)]


@router.get("/ledger", dependencies=[READ])
async def read_ledger(
    work: Work, wanted: Wanted, after: AfterCode, limit: Limit = USUAL_PER_PAGE
) -> Page[LedgerEntryOut]:
    """List the entries of the caller's book (the city: of all), the latest first; nothing is ever changed in it."""
    if wanted is None:
        return Page(items=[])
    rows = await list_entries(work.session, wanted, after=dated_place_after(after), limit=limit + 1)
    return page_of(
        rows, limit=limit, key=lambda row: dated_place(row.entry.booked_on, row.entry.id), show=LedgerEntryOut.showing
    )


@router.get("/ledger/export", dependencies=[READ], response_class=Response, responses=FILES)
async def export_ledger(work: Work, wanted: Wanted, kind: Kind = FileKind.XLSX) -> Response:
    """Give the entries that the list shows as a file, debit and credit apart."""
    found = [] if wanted is None else await list_entries(work.session, wanted, after=None, limit=MOST_ROWS + 1)
    return await as_file(work, "buku-besar", kind, LEDGER, [ledger_row(row) for row in found])


@router.get("/organisations/{organisation_id}/statements", dependencies=[READ])
async def read_statements(
    organisation_id: UUID,
    work: Work,
    caller: Caller,
    from_date: PeriodFrom,
    to_date: PeriodTo,
) -> StatementsOut:
    """Tell what everybody owes an organisation (below 0: is owed by it) before and after a period."""
    found = await _statements(work, caller, organisation_id, from_date=from_date, to_date=to_date)
    return StatementsOut(
        organisation_id=organisation_id,
        from_date=from_date,
        to_date=to_date,
        items=[StatementOut.showing(statement) for statement in found],
    )


@router.get(
    "/organisations/{organisation_id}/statements/export", dependencies=[READ], response_class=Response, responses=FILES
)
async def export_statements(
    *,
    organisation_id: UUID,
    work: Work,
    caller: Caller,
    kind: Kind = FileKind.XLSX,
    from_date: PeriodFrom,
    to_date: PeriodTo,
) -> Response:
    """Give what everybody owes an organisation before and after a period as a file."""
    found = await _statements(work, caller, organisation_id, from_date=from_date, to_date=to_date)
    return await as_file(work, "saldo", kind, STATEMENTS, [statement_row(statement) for statement in found])


async def _statements(
    work: UnitOfWork, caller: Actor, organisation_id: UUID, *, from_date: Day, to_date: Day
) -> list[Statement]:
    if to_date < from_date:
        raise InvalidField.at("to_date", f"A day from {from_date} on.", code="date_order")
    await _require_book(work, caller, organisation_id)
    return await list_statements(work.session, organisation_id=organisation_id, from_date=from_date, to_date=to_date)


async def _require_book(work: UnitOfWork, caller: Actor, organisation_id: UUID) -> None:
    organisation = await work.session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFound("No such organisation.")
    require_reach(
        caller,
        Action.LEDGER_READ,
        region_code=organisation.region_code,
        organisation_ids=(organisation.id,),
        what="organisation",
    )
