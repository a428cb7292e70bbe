"""A cooperative sends its offers as a file: each row is checked and published as if it were typed in."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from service.database.queries import offers as queries
from service.database.queries.entry_facts import read_policy_values
from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import local_day
from service.domain.errors import DomainError, FieldFault
from service.domain.offers import OfferEntry, require_valid
from service.domain.organisations import require_active
from service.domain.permissions import Action
from service.domain.supply_entries import SupplyFacts
from service.files.entries import read_offers
from service.files.lots_together import heads_of, refused_together
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
from service.workflows.offer_steps import open_offer, write_lots
from service.workflows.supply_steps import read_seller, read_supply_facts


@dataclass(frozen=True, slots=True)
class ImportOffers:
    """The file, whether it is only tried, and whether its good rows may be taken alone."""

    cooperative_id: UUID
    table: Table
    is_dry_run: bool
    take: Take = Take.ALL


@dataclass(frozen=True, slots=True)
class _Known:
    """Open offers by what makes them one of a kind, and live lots with the offer each stands in."""

    offers: Mapping[tuple[object, ...], UUID]
    lots: Mapping[tuple[str, str], UUID]


async def import_offers(work: UnitOfWork, command: ImportOffers) -> ImportReport:
    """Check every row as ``publish_offer`` does and publish what is taken, all in one transaction.

    A row that is offered already (same item, price, days, producer and no lot) is refused, and so is a lot that stands
    in an open offer or in a row above: a file sent twice does not double the goods.

    Raises
    ------
    RowsRefused
        If the file is to be taken whole and a row is not valid.
    InvalidField
        If a column is missing.
    OrganisationInactive
        If the cooperative takes no part.
    """
    seller = await read_seller(work, command.cooperative_id, Action.OFFERS_WRITE)
    require_active(seller.organisation)
    vocabulary = await begin_import(work, command.cooperative_id)
    policy = await read_policy_values(work.session, seller.region.code)
    rows = await asyncio.to_thread(read_offers, command.table, vocabulary, usual_cash_bp=policy.cash_bp)
    from_date, to_date = days_of_rows(
        [row.entry for row in rows if row.entry is not None],
        otherwise=local_day(work.now, timezone=seller.region.timezone),
    )
    facts = await read_supply_facts(work, seller.region, from_date=from_date, to_date=to_date)
    known = _Known(
        await queries.open_entries(work.session, command.cooperative_id),
        await queries.live_lots(work.session, command.cooperative_id),
    )
    rows = refused_together(await asyncio.to_thread(_checked, rows, facts, known))
    taken = to_be_taken(rows, is_dry_run=command.is_dry_run, take=command.take)
    offers = {
        row.number: (
            open_offer(work, entry, cooperative_id=command.cooperative_id, region_code=seller.region.code),
            entry,
        )
        for row, entry in taken
    }
    await work.session.flush()
    await write_lots(work, [(offer, lot) for offer, entry in offers.values() for lot in entry.lots])
    written = {number: offers[head][0].id for number, head in heads_of(rows).items() if head in offers}
    return await finish_import(work, command.cooperative_id, rows, written, is_dry_run=command.is_dry_run)


def _lot_faults(
    row: ReadRow[OfferEntry], entry: OfferEntry, position: int, known: _Known, seen: dict[tuple[object, ...], int]
) -> tuple[FieldFault, ...]:
    """Refuse a lot that stands in an open offer, or in a row above."""
    lot = entry.lots[position]
    if (offer_id := known.lots.get((entry.item_code, lot.lot_code))) is not None:
        message = f"Lot {lot.lot_code} stands in the open offer {offer_id}; withdraw that one first."
        place = f"lots.{position}.lot_code" if len(entry.lots) > 1 else "lot_code"
        return (FieldFault(place, "lot_already_offered", message),)
    return first_of(seen, (entry.item_code, lot.lot_code), row.number)


def _checked(rows: Sequence[ReadRow[OfferEntry]], facts: SupplyFacts, known: _Known) -> list[ReadRow[OfferEntry]]:
    seen: dict[tuple[object, ...], int] = {}
    narrowed = facts_by_item(facts)

    def check(row: ReadRow[OfferEntry], entry: OfferEntry) -> tuple[FieldFault, ...]:
        try:
            require_valid(entry, narrowed(entry.item_code), earliest_from=facts.today)
        except DomainError as refusal:
            return faults_of(refusal)
        if entry.lots:
            return tuple(fault for lot in range(len(entry.lots)) for fault in _lot_faults(row, entry, lot, known, seen))
        key = (entry.item_code, entry.price_idr, entry.from_date, entry.to_date, entry.origin_producer)
        if key in known.offers:
            return (FieldFault("", "already_open", f"It is offered already, as {known.offers[key]}; change that."),)
        return first_of(seen, key, row.number)

    return checked(rows, check)
