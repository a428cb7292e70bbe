"""Rows of a list of offers that share a key are the lots of one offer: joined, or refused together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from service.domain.errors import FieldFault
from service.domain.offers import OfferEntry
from service.files.rows import ReadRow

SAME: Final = ("item_code", "price_idr", "from_date", "to_date", "min_qty", "cash_bp", "origin_producer")
"""What the rows of one offer must say alike; quantity and lot are each row's own."""

Rows = list[ReadRow[OfferEntry]]


def joined(rows: Sequence[ReadRow[OfferEntry]]) -> Rows:
    """Return rows with each offer in its first row, with all its lots; its other rows stay without an entry."""
    said: dict[int, ReadRow[OfferEntry]] = {}
    for members in _of_several(rows):
        checked = _compared(members)
        entries = [row.entry for row in checked if row.entry is not None]
        if len(entries) == len(checked):
            checked = [replace(checked[0], entry=_whole(entries)), *(replace(row, entry=None) for row in checked[1:])]
        said |= {row.number: row for row in checked}
    return refused_together([said.get(row.number, row) for row in rows])


def refused_together(rows: Sequence[ReadRow[OfferEntry]]) -> Rows:
    """Return rows with the faults of an offer's lots at the rows of those lots, and no part of a refused offer good."""
    said = {row.number: row for members in _of_several(rows) for row in _spread(members)}
    return [said.get(row.number, row) for row in rows]


def heads_of(rows: Sequence[ReadRow[OfferEntry]]) -> dict[int, int]:
    """Return for the number of every row that of the row in which its offer stands: mostly itself."""
    first: dict[str, int] = {}
    return {row.number: row.number if row.group is None else first.setdefault(row.group, row.number) for row in rows}


def _of_several(rows: Sequence[ReadRow[OfferEntry]]) -> list[Rows]:
    """Return the offers that stand in several rows."""
    own: dict[str, Rows] = {}
    for row in rows:
        if row.group is not None:
            own.setdefault(row.group, []).append(row)
    return [members for members in own.values() if len(members) > 1]


def _compared(members: Rows) -> Rows:
    """Return the rows of one offer with what does not fit together."""
    head = members[0].entry
    found = []
    for row in members:
        faults = list(row.faults)
        if row.entry is not None and not row.entry.lots:
            faults.append(FieldFault("lot_code", "missing", "Rows of one offer are its lots; name the lot of each."))
        if row.entry is not None and head is not None:
            faults += [
                FieldFault(name, "differs", f"Row {members[0].number} of the same offer says otherwise; say the same.")
                for name in SAME
                if getattr(row.entry, name) != getattr(head, name)
            ]
        found.append(replace(row, entry=None if faults else row.entry, faults=tuple(faults)))
    return found


def _whole(entries: Sequence[OfferEntry]) -> OfferEntry:
    lots = tuple(lot for entry in entries for lot in entry.lots)
    return replace(entries[0], offered_qty=sum(entry.offered_qty for entry in entries), lots=lots)


def _spread(members: Rows) -> Rows:
    faults: dict[int, list[FieldFault]] = {row.number: [] for row in members}
    for row in members:
        for fault in row.faults:
            place, name = _place(fault.field, len(members))
            faults[row.number if place is None else members[place].number].append(replace(fault, field=name))
    bad = [number for number, found in faults.items() if found]
    if not bad:
        return members
    part = FieldFault("", "part_refused", f"Row {bad[0]} of the same offer is not valid.")
    return [replace(row, entry=None, faults=tuple(faults[row.number]) or (part,)) for row in members]


def _place(field: str, count: int) -> tuple[int | None, str]:
    """Return which lot of an offer a fault is about, if it is about one, and the column."""
    first, _, rest = field.partition(".")
    position, _, name = rest.partition(".")
    if first != "lots" or not position.isdecimal() or int(position) >= count:
        return None, field
    return int(position), name
