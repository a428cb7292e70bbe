"""Rows of the facts' CSV files as typed values; every fault names file, line and column."""

from __future__ import annotations

import csv
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.resources import files
from typing import TypeVar

E = TypeVar("E", bound=StrEnum)

LIST_SEPARATOR = ";"


class InvalidFacts(ValueError):
    """A facts file says something impossible."""


def read_text(name: str) -> str:
    """Return the text of a facts file."""
    return (files(__package__) / name).read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One line of a file."""

    at: str
    cells: Mapping[str, str]

    def fault(self, column: str, wanted: str) -> InvalidFacts:
        """Return the error that names the cell and what would be valid."""
        return InvalidFacts(f"{self.at}, {column}: {self.cells[column]!r} is not {wanted}")

    def text(self, column: str) -> str:
        if not self.cells[column]:
            raise self.fault(column, "a text")
        return self.cells[column]

    def optional_text(self, column: str) -> str | None:
        return self.cells[column] or None

    def whole(self, column: str, *, least: int = 0, most: int | None = None) -> int:
        text = self.cells[column]
        if not text.isdecimal() or int(text) < least or (most is not None and int(text) > most):
            raise self.fault(column, f"a whole number of {least} to {'any' if most is None else most}")
        return int(text)

    def optional_whole(self, column: str, *, least: int = 0, most: int | None = None) -> int | None:
        return self.whole(column, least=least, most=most) if self.cells[column] else None

    def number(self, column: str, *, least: float, most: float) -> float:
        try:
            number = float(self.cells[column])
        except ValueError as error:
            raise self.fault(column, "a number") from error
        if not least <= number <= most:
            raise self.fault(column, f"a number of {least} to {most}")
        return number

    def optional_day(self, column: str) -> date | None:
        return self.day(column) if self.cells[column] else None

    def day(self, column: str) -> date:
        try:
            return date.fromisoformat(self.cells[column])
        except ValueError as error:
            raise self.fault(column, "a day like 2026-11-30") from error

    def member(self, column: str, kind: type[E]) -> E:
        try:
            return kind(self.cells[column])
        except ValueError as error:
            raise self.fault(column, " or ".join(kind)) from error

    def members(self, column: str, kind: type[E]) -> tuple[E, ...]:
        try:
            return tuple(kind(word) for word in self.words(column))
        except ValueError as error:
            raise self.fault(column, " or ".join(kind)) from error

    def words(self, column: str) -> tuple[str, ...]:
        return tuple(word for word in self.cells[column].split(LIST_SEPARATOR) if word)

    def known(self, column: str, codes: Mapping[str, object]) -> str:
        if self.cells[column] not in codes:
            raise self.fault(column, "a known code")
        return self.cells[column]


def read_rows(name: str, columns: tuple[str, ...]) -> list[CsvRow]:
    """Return the lines of a file that has exactly these columns."""
    reader = csv.DictReader(read_text(name).splitlines(), strict=True)
    if tuple(reader.fieldnames or ()) != columns:
        raise InvalidFacts(f"{name}: the columns are {reader.fieldnames}, not {list(columns)}")
    rows = []
    for cells in reader:
        at = f"{name}, line {reader.line_num}"
        if None in cells or None in cells.values():
            raise InvalidFacts(f"{at}: the number of cells is not {len(columns)}")
        rows.append(CsvRow(at, {column: text.strip() for column, text in cells.items()}))
    return rows


def require_unique(name: str, keys: Iterable[Hashable]) -> None:
    """Refuse a file in which two lines have the same key."""
    seen: set[Hashable] = set()
    for key in keys:
        if key in seen:
            raise InvalidFacts(f"{name}: {key} stands there twice")
        seen.add(key)
