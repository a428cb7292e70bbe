"""The books of double entry: entries, and what stands between two organisations over a period."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from service.api.delivery_views import dated_place, dated_place_after
from service.api.dependencies import USUAL_PER_PAGE, AfterCode, Caller, Limit, Work, allows
from service.api.pagination import Page, page_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.ledgers import LedgerEntryOut, StatementOut, StatementsOut
from service.api.schemas.shapes import Day
from service.database.queries.ledgers import LedgerFilter, list_entries, list_statements
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import InvalidField, NotFound
from service.domain.ledgers import Account
from service.domain.organisations import Organisation
from service.domain.permissions import Action, Actor, own_only, require_reach

router = APIRouter(tags=["invoices"], route_class=UnitOfWorkRoute)

READ = allows(Action.LEDGER_READ)


@router.get("/ledger", dependencies=[READ])
async def read_ledger(
    *,
    work: Work,
    caller: Caller,
    after: AfterCode,
    limit: Limit = USUAL_PER_PAGE,
    organisation_id: Annotated[UUID | None, Query(description="Only this organisation's book")] = None,
    counterparty_id: Annotated[UUID | None, Query(description="Only movements with it")] = None,
    account: Annotated[Account | None, Query(description="Only this account")] = None,
    from_date: Annotated[Day | None, Query(description="First day")] = None,
    to_date: Annotated[Day | None, Query(description="Last day")] = None,
) -> Page[LedgerEntryOut]:
    """List the entries of the caller's book (the city: of all), the latest first; nothing is ever changed in it."""
    own_id = own_only(caller, Action.LEDGER_READ)
    if own_id is not None and organisation_id not in (None, own_id):
        return Page(items=[])
    wanted = LedgerFilter(caller.region_code, own_id or organisation_id, counterparty_id, account, from_date, to_date)
    rows = await list_entries(work.session, wanted, after=dated_place_after(after), limit=limit + 1)
    return page_of(
        rows, limit=limit, key=lambda row: dated_place(row.entry.booked_on, row.entry.id), show=LedgerEntryOut.showing
    )


@router.get("/organisations/{organisation_id}/statements", dependencies=[READ])
async def read_statements(
    organisation_id: UUID,
    work: Work,
    caller: Caller,
    from_date: Annotated[Day, Query(description="First day", examples=["2026-11-30"])],
    to_date: Annotated[Day, Query(description="Last day", examples=["2026-12-13"])],
) -> StatementsOut:
    """Tell what everybody owes an organisation (below 0: is owed by it) before and after a period."""
    if to_date < from_date:
        raise InvalidField.at("to_date", f"A day from {from_date} on.", code="date_order")
    await _require_book(work, caller, organisation_id)
    found = await list_statements(work.session, organisation_id=organisation_id, from_date=from_date, to_date=to_date)
    return StatementsOut(
        organisation_id=organisation_id,
        from_date=from_date,
        to_date=to_date,
        items=[StatementOut.showing(statement) for statement in found],
    )


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
