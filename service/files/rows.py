"""A row's cells into typed values: every fault of a row is noted, none stops the reading."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, Generic, TypeVar

from service.domain.errors import FieldFault
from service.domain.faults import Faults, named_like
from service.domain.items import Item
from service.domain.local_units import (
    LONGEST_NAME,
    METRIC,
    MOST_FACTOR_QTY,
    UnitFactor,
    metric_factor,
    unit_name,
    whole_qty,
)
from service.files import cells
from service.files.bounds import Cell, is_empty
from service.files.cells import CellFault
from service.files.tables import Table

T = TypeVar("T")
MOST_QTY: Final = 10**12
HIDDEN: Final = frozenset(map(chr, (*range(0x20), 0x7F))) - {"\t", "\n", "\r"}


@dataclass(frozen=True, slots=True)
class ReadRow(Generic[T]):
    """What a row says or what is wrong with it, its local unit, and the key of the rows that say one thing together."""

    number: int
    entry: T | None
    faults: tuple[FieldFault, ...] = ()
    factor: UnitFactor | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that rows may use: items by code and name, local units by item and word."""

    items: Mapping[str, Item]
    codes: Mapping[str, str]
    packs: Mapping[tuple[str, str], int]
    """From the catalogue, where its word means one size only."""
    units: dict[tuple[str, str], int] = field(default_factory=dict)
    """As the organisation told; rows above add to it."""


def vocabulary_of(
    items: Mapping[str, Item], packs: Iterable[tuple[str, str, int]], units: Iterable[UnitFactor]
) -> Vocabulary:
    """Return the words of a catalogue and of an organisation; a name that two items share is nobody's."""
    names: dict[str, set[str]] = {}
    for item in items.values():
        for name in (item.name_id, item.name_en):
            names.setdefault(name.casefold(), set()).add(item.code)
    codes = {name: found.pop() for name, found in names.items() if len(found) == 1}
    sizes: dict[tuple[str, str], set[int]] = {}
    for code, name, qty in packs:
        sizes.setdefault((code, unit_name(name)), set()).add(qty)
    return Vocabulary(
        items=items,
        codes=codes | {code.casefold(): code for code in items},
        packs={key: found.pop() for key, found in sizes.items() if len(found) == 1},
        units={(known.item_code, known.name): known.factor_qty for known in units},
    )


class RowCells:
    """One row, asked for by column."""

    def __init__(self, places: Mapping[str, int], row: Sequence[Cell], vocabulary: Vocabulary) -> None:
        self._places = places
        self._row = row
        self._vocabulary = vocabulary
        self.faults = Faults()
        self.factor: UnitFactor | None = None
        self.group: str | None = None

    def item(self) -> Item | None:
        """Return the item that a code or a name means."""
        word = self.text("item_code", longest=200)
        if word is None:
            self._note("item_code", "missing", "Name the item by its code or name.")
            return None
        code = self._vocabulary.codes.get(word.casefold())
        if code is None:
            self._note("item_code", "unknown", f"No item {word[:40]}. {named_like(word[:40], self._vocabulary.items)}")
            return None
        return self._vocabulary.items[code]

    def text(self, name: str, *, longest: int) -> str | None:
        """Return words, or nothing."""
        word = cells.words(self._cell(name))
        if len(word) > longest:
            self._note(name, "too_long", f"At most {longest} characters.")
            return None
        if HIDDEN.intersection(word):
            self._note(name, "not_text", "There are hidden characters in it; type it anew.")
            return None
        return word or None

    def day(self, name: str) -> date | None:
        """Return a day that must be there."""
        return self._read(name, cells.day)

    def optional_day(self, name: str) -> date | None:
        """Return a day, or nothing."""
        return None if is_empty(self._cell(name)) else self._read(name, cells.day)

    def rupiah(self, name: str, *, most: int) -> int | None:
        """Return a price that must be there."""
        price = self._read(name, cells.rupiah)
        if price is not None and not 0 < price <= most:
            self._note(name, "out_of_range", f"Between Rp 1 and Rp {most}.")
            return None
        return price

    def optional_rupiah(self, name: str, *, most: int) -> int | None:
        """Return a price, or nothing."""
        return None if is_empty(self._cell(name)) else self.rupiah(name, most=most)

    def whole(self, name: str, *, least: int, most: int) -> int | None:
        """Return a whole number that must be there."""
        read = self._read(name, cells.amount)
        if read is None:
            return None
        number, unit = read
        if unit or number != number.to_integral_value() or not least <= number <= most:
            self._note(name, "out_of_range", f"A whole number between {least} and {most}.")
            return None
        return int(number)

    def optional_whole(self, name: str, *, least: int, most: int) -> int | None:
        """Return a whole number, or nothing."""
        return None if is_empty(self._cell(name)) else self.whole(name, least=least, most=most)

    def yes(self, name: str, *, usual: bool) -> bool:
        """Return a yes or no, the usual one where nothing stands."""
        read = None if is_empty(self._cell(name)) else self._read(name, cells.yes_or_no)
        return usual if read is None else read

    def is_given(self, name: str) -> bool:
        """Tell whether anything stands in a column."""
        return not is_empty(self._cell(name))

    def quantity(self, name: str, item: Item, *, most: int = MOST_QTY, one_if_empty: bool = False) -> int | None:
        """Return a quantity in base units, from a number and a unit in the same cell or in the unit's column."""
        if one_if_empty and not self.is_given(name) and self.is_given("unit"):
            read: tuple[Decimal, str] | None = (Decimal(1), "")
        else:
            read = self._read(name, cells.amount)
        if read is None:
            return None
        factor = self._factor(name, read[1], item)
        if factor is None:
            return None
        qty = whole_qty(read[0], factor)
        if qty is None:
            self._note(name, "not_whole", f"{read[0]} is no whole number of {item.unit.value}.")
        elif not 0 <= qty <= most:
            self._note(name, "out_of_range", f"Between 0 and {most} {item.unit.value}.")
        else:
            return qty
        return None

    def result(self, number: int, entry: T | None) -> ReadRow[T]:
        """Return what was read."""
        return ReadRow(number, None if self.faults else entry, self.faults.found, self.factor, self.group)

    def _factor(self, name: str, beside: str, item: Item) -> int | None:
        """Return the base units in one of the unit that a quantity is given in, noting an unknown one."""
        own = unit_name(cells.words(self._cell("unit")))
        word = unit_name(beside) or own
        metric = ", ".join(METRIC[item.unit])
        if not word:
            self._note("unit", "missing", f"Name the unit of {name}. Always known: {metric}.")
            return None
        factor = metric_factor(word, item.unit)
        if factor is not None:
            return factor
        told = self._told_factor(item) if word == own else None
        if told is not None and len(word) <= LONGEST_NAME and not HIDDEN.intersection(word):
            self._vocabulary.units[item.code, word] = told
        key = (item.code, word)
        factor = self._vocabulary.units.get(key)
        if factor is not None:
            self.factor = UnitFactor(item.code, word, factor)
            return factor
        factor = self._vocabulary.packs.get(key)
        if factor is None:
            message = f"How much is one {word[:LONGEST_NAME]} of {item.code}? Fill in isi_satuan, for example 25 kg. "
            self._note("unit", "unknown_unit", f"{message}Always known: {metric}.")
        return factor

    def _told_factor(self, item: Item) -> int | None:
        if not self.is_given("unit_factor"):
            return None
        read = self._read("unit_factor", cells.amount)
        if read is None:
            return None
        number, unit = read
        per_unit = metric_factor(unit_name(unit), item.unit)
        qty = None if per_unit is None else whole_qty(number, per_unit)
        if qty is None or not 0 < qty <= MOST_FACTOR_QTY:
            metric = ", ".join(METRIC[item.unit])
            self._note("unit_factor", "not_an_amount", f"A number and a unit, for example 25 kg. Units: {metric}.")
            return None
        return qty

    def _cell(self, name: str) -> Cell:
        place = self._places.get(name)
        return None if place is None else self._row[place]

    def _read(self, name: str, reader: Callable[[Cell], T]) -> T | None:
        cell = self._cell(name)
        if is_empty(cell):
            self._note(name, "missing", "Fill it in.")
            return None
        try:
            return reader(cell)
        except CellFault as fault:
            self._note(name, fault.code, fault.message)
            return None

    def _note(self, name: str, code: str, message: str) -> None:
        self.faults.add(name, code, message)


def read_rows(
    table: Table, places: Mapping[str, int], vocabulary: Vocabulary, entry_of: Callable[[RowCells], T | None]
) -> list[ReadRow[T]]:
    """Return every row of a table as an entry, or with what is wrong in it."""
    found = []
    for number, row in table.rows:
        row_cells = RowCells(places, row, vocabulary)
        entry = entry_of(row_cells)
        found.append(row_cells.result(number, entry))
    return found
