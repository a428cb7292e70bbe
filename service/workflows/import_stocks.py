"""A wholesaler sends its list as a file: each row is checked and put on the shelf as if it were typed in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.database.queries.entry_facts import read_lead_days
from service.database.queries.stocks import open_entries
from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import local_day
from service.domain.errors import DomainError, FieldFault
from service.domain.organisations import require_active
from service.domain.permissions import Action
from service.domain.stocks import StockEntry, first_day, require_valid
from service.domain.supply_entries import SupplyFacts
from service.files.entries import read_stocks
from service.files.rows import ReadRow
from service.files.tables import Table
from service.workflows.file_steps import (
    ImportReport,
    Take,
    begin_import,
    checked,
    days_of_rows,
    facts_by_item,
    faults_of,
    finish_import,
    first_of,
    to_be_taken,
)
from service.workflows.stock_steps import open_stock
from service.workflows.supply_steps import read_seller, read_supply_facts


@dataclass(frozen=True, slots=True)
class ImportStocks:
    """The file, whether it is only tried, and whether its good rows may be taken alone."""

    wholesaler_id: UUID
    table: Table
    is_dry_run: bool
    take: Take = Take.ALL


async def import_stocks(work: UnitOfWork, command: ImportStocks) -> ImportReport:
    """Check every row as ``publish_stock`` does and open what is taken, all in one transaction.

    A row that is on the shelf already (same item, pack, price and days) is refused, so that a file sent twice does not
    double the goods.

    Raises
    ------
    RowsRefused
        If the file is to be taken whole and a row is not valid.
    InvalidField
        If a column is missing.
    OrganisationInactive
        If the wholesaler takes no part.
    """
    seller = await read_seller(work, command.wholesaler_id, Action.STOCKS_WRITE)
    require_active(seller.organisation)
    vocabulary = await begin_import(work, command.wholesaler_id)
    rows = await asyncio.to_thread(read_stocks, command.table, vocabulary)
    from_date, to_date = days_of_rows(
        [row.entry for row in rows if row.entry is not None],
        otherwise=local_day(work.now, timezone=seller.region.timezone),
    )
    facts = await read_supply_facts(work, seller.region, from_date=from_date, to_date=to_date)
    earliest = first_day(facts.today, lead_days=await read_lead_days(work.session, command.wholesaler_id))
    known = await open_entries(work.session, command.wholesaler_id)
    rows = await asyncio.to_thread(_checked, rows, facts, earliest, known)
    taken = to_be_taken(rows, is_dry_run=command.is_dry_run, take=command.take)
    written = {
        row.number: open_stock(work, entry, wholesaler_id=command.wholesaler_id, region_code=seller.region.code).id
        for row, entry in taken
    }
    await work.session.flush()
    return await finish_import(work, command.wholesaler_id, rows, written, is_dry_run=command.is_dry_run)


def _checked(
    rows: Sequence[ReadRow[StockEntry]], facts: SupplyFacts, earliest: date, known: dict[tuple[object, ...], UUID]
) -> list[ReadRow[StockEntry]]:
    seen: dict[tuple[object, ...], int] = {}
    narrowed = facts_by_item(facts)

    def check(row: ReadRow[StockEntry], entry: StockEntry) -> tuple[FieldFault, ...]:
        try:
            require_valid(entry, narrowed(entry.item_code), earliest_from=earliest)
        except DomainError as refusal:
            return faults_of(refusal)
        key = (entry.item_code, entry.pack_qty, entry.price_idr, entry.from_date, entry.to_date)
        if key in known:
            return (FieldFault("", "already_open", f"It is on the shelf already, as stock {known[key]}; change that."),)
        return first_of(seen, key, row.number)

    return checked(rows, check)
