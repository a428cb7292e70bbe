"""The file that came in, back with two more columns: what became of each row, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from service.domain.errors import FieldFault
from service.files.bounds import LONGEST_CELL
from service.files.columns import ADDED, OUTCOME, PROBLEMS, plain_name
from service.files.fault_words import headers_of, in_indonesian
from service.files.tables import Table
from service.files.writing import write_table

GOOD: Final = "baik"
TAKEN: Final = "masuk"
REFUSED: Final = "ditolak"


def answer_file(table: Table, faults: Mapping[int, Sequence[FieldFault]], *, taken: Mapping[int, object]) -> bytes:
    """Return a file of the same kind with the outcome and the faults of each row, by its number."""
    headers = headers_of(table)
    kept = [place for place, name in enumerate(table.header) if plain_name(name) not in ADDED]
    rows = [
        [*(row[place] for place in kept), _outcome(number, faults, taken), _told(faults.get(number, ()), headers)]
        for number, row in table.rows
    ]
    header = [*(table.header[place] for place in kept), OUTCOME, PROBLEMS]
    return write_table(table.kind, header, rows, delimiter=table.delimiter)


def _outcome(number: int, faults: Mapping[int, Sequence[FieldFault]], taken: Mapping[int, object]) -> str:
    if faults.get(number):
        return REFUSED
    return TAKEN if number in taken else GOOD


def _told(faults: Sequence[FieldFault], headers: Mapping[str, str]) -> str | None:
    return " ".join(in_indonesian(fault, headers) for fault in faults)[:LONGEST_CELL] or None
