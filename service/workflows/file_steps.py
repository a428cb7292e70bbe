"""Steps that every import of a file shares: the words it may use, what became of its rows, what is taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar
from uuid import UUID

from service.database.queries import local_units as queries
from service.database.queries.entry_facts import read_items
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import DomainError, FieldFault, RowsRefused
from service.domain.items import Item
from service.domain.offers import OfferEntry
from service.domain.price_caps import PriceCap, PriceException
from service.domain.stocks import StockEntry
from service.domain.supply_entries import SupplyFacts
from service.files.rows import ReadRow, Vocabulary, vocabulary_of

T = TypeVar("T")
TOLD_AT_MOST: Final = 500
"""Faults in one refusal; the dry run tells all of them."""


class Take(StrEnum):
    """What is taken of a file with bad rows."""

    ALL = "all"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of a row: refused with faults, or good, with the id of what was written."""

    number: int
    faults: tuple[FieldFault, ...] = ()
    written_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a file."""

    is_dry_run: bool
    rows: tuple[RowOutcome, ...]

    @property
    def good(self) -> int:
        """Rows without a fault."""
        return sum(not row.faults for row in self.rows)

    @property
    def refused(self) -> int:
        """Rows with a fault."""
        return len(self.rows) - self.good


async def begin_import(work: UnitOfWork, organisation_id: UUID) -> Vocabulary:
    """Hold an organisation against its other files, and return the words that this one may use."""
    await queries.lock_importer(work.session, organisation_id)
    items: Mapping[str, Item] = await read_items(work.session)
    packs = await queries.named_packs(work.session)
    return vocabulary_of(items, packs, await queries.units_of(work.session, organisation_id))


def checked(rows: Iterable[ReadRow[T]], check: Callable[[ReadRow[T], T], tuple[FieldFault, ...]]) -> list[ReadRow[T]]:
    """Return the rows with what a check finds in those that could be read."""
    found = []
    for row in rows:
        faults = row.faults if row.entry is None else check(row, row.entry)
        found.append(replace(row, entry=None, faults=faults) if faults else row)
    return found


def faults_of(refusal: DomainError) -> tuple[FieldFault, ...]:
    """Return what a rule refuses, as faults of a row."""
    return refusal.faults or (FieldFault("", refusal.code, refusal.detail),)


def days_of_rows(entries: Sequence[StockEntry | OfferEntry], *, otherwise: date) -> tuple[date, date]:
    """Return the first and the last day that any row speaks of."""
    first = min((entry.from_date for entry in entries), default=otherwise)
    return first, max((entry.to_date for entry in entries), default=otherwise)


def first_of(seen: dict[T, int], key: T, number: int) -> tuple[FieldFault, ...]:
    """Note a row by what makes it one of a kind; a fault if another row was the same."""
    first = seen.setdefault(key, number)
    if first == number:
        return ()
    return (FieldFault("", "repeated", f"Row {first} says the same; keep one of them."),)


def facts_by_item(facts: SupplyFacts) -> Callable[[str], SupplyFacts]:
    """Return what goods of one item are checked against, so that thousands of rows are checked quickly."""
    caps: dict[str, list[PriceCap]] = {}
    exceptions: dict[str, list[PriceException]] = {}
    for cap in facts.caps:
        caps.setdefault(cap.item_code, []).append(cap)
    for exception in facts.exceptions:
        exceptions.setdefault(exception.item_code, []).append(exception)
    return lambda code: replace(facts, caps=caps.get(code, ()), exceptions=exceptions.get(code, ()))


def to_be_taken(rows: Sequence[ReadRow[T]], *, is_dry_run: bool, take: Take) -> list[tuple[ReadRow[T], T]]:
    """Return the rows that are written: none in a dry run, else all, or the good ones where that is asked for.

    Raises
    ------
    RowsRefused
        If the file is to be taken whole and a row is not valid.
    """
    if is_dry_run:
        return []
    bad = [row for row in rows if row.faults]
    if bad and take is Take.ALL:
        faults = [
            FieldFault(".".join(filter(None, ("rows", str(row.number), fault.field))), fault.code, fault.message)
            for row in bad
            for fault in row.faults
        ]
        raise RowsRefused(
            f"{len(bad)} of {len(rows)} rows are not valid; nothing was taken.",
            faults=tuple(faults[:TOLD_AT_MOST]),
            refused_rows=len(bad),
            good_rows=len(rows) - len(bad),
            fault_count=len(faults),
        )
    return [(row, row.entry) for row in rows if row.entry is not None]


async def finish_import(
    work: UnitOfWork,
    organisation_id: UUID,
    rows: Sequence[ReadRow[T]],
    written: Mapping[int, UUID],
    *,
    is_dry_run: bool,
) -> ImportReport:
    """Keep the local units that written rows told, and return what became of each row."""
    factors = [row.factor for row in rows if row.number in written and row.factor is not None]
    await queries.keep_units(work.session, organisation_id, factors)
    outcomes = tuple(RowOutcome(row.number, row.faults, written.get(row.number)) for row in rows)
    return ImportReport(is_dry_run, outcomes)
