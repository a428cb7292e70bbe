"""What a person typed into a form: read as they write it, every fault at once, nothing lost."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Final, TypeVar, cast
from uuid import UUID

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from service.domain.errors import FieldFault
from service.domain.faults import Faults
from service.domain.units import PRICED_PER, Unit
from service.files import cells
from service.files.bounds import Cell
from service.files.cells import CellFault
from service.files.rows import HIDDEN, MOST_QTY

ONCE: Final = "once"
"""The field with the id that makes a second sending harmless."""
AT: Final = "at"
"""The field with the address of the page that holds the form."""
NAME: Final = "form"
"""The field with the form's name, where a page holds several."""
READER: Final = "reader"
"""The field with the id of the user for whom the page with the form was drawn; none where nobody had logged in."""
KIND_NAMES: Final = {Unit.GRAM: ("kg", "g"), Unit.MILLILITRE: ("liter", "ml"), Unit.PIECE: ("buah", "pc")}
_SMALL: Final = {"g", "gr", "gram", "ml"}
_LARGE: Final = {"kg", "kilo", "kilogram", "l", "lt", "liter", "litre", "buah", "butir", "pcs", "pc", "biji", ""}
MOST_FIELDS: Final = 6000
T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


@dataclass
class Typed:
    """The fields of a form by name, as they were typed; faults are collected under the same names."""

    values: Mapping[str, list[str]] = field(default_factory=dict)
    files: Mapping[str, list[tuple[str, bytes]]] = field(default_factory=dict)
    """Name and content of the files of each field."""
    faults: Faults = field(default_factory=Faults)
    renamed: dict[str, str] = field(default_factory=dict)
    """What a workflow calls a field, and what the form calls it: so that a refusal stands beside the field."""
    units: dict[str, Unit] = field(default_factory=dict)
    """Of the fields that were read as amounts: so that a refusal speaks of kilograms where they were typed."""

    @cached_property
    def canonical(self) -> bytes:
        """The same bytes for the same form, however the browser packed it."""
        files = {
            name: [hashlib.sha256(content).hexdigest() for _, content in kept] for name, kept in self.files.items()
        }
        return json.dumps([sorted(self.values.items()), sorted(files.items())]).encode()

    def text(self, name: str) -> str:
        """Return words, or an empty text."""
        found = self.values.get(name) or [""]
        return found[-1].strip()

    def all(self, name: str) -> list[str]:
        """Return what was ticked or filled in under one name."""
        return [value.strip() for value in self.values.get(name, []) if value.strip()]

    def having(self, prefix: str) -> list[str]:
        """Return the rest of the names that begin so: the lines of a table that has ``accepted_qty.<id>``."""
        return [name.removeprefix(prefix) for name in self.values if name.startswith(prefix)]

    def words(self, name: str, *, longest: int, needed: bool = False) -> str | None:
        """Return words of a limited length; ``None`` for nothing."""
        word = self.text(name)
        if not word:
            if needed:
                self.faults.add(name, "missing", "Fill this in.")
            return None
        if len(word) > longest:
            self.faults.add(name, "too_long", f"At most {longest} characters.")
        elif HIDDEN.intersection(word):
            self.faults.add(name, "not_text", "There are hidden characters in it; type it anew.")
        else:
            return word
        return None

    def choice(self, name: str, kind: type[E], *, needed: bool = True) -> E | None:
        """Return one of a list of words."""
        word = self.text(name)
        if not word and not needed:
            return None
        if word not in set(kind):
            self.faults.add(name, "missing" if not word else "unknown", f"Choose one of: {', '.join(kind)}.")
            return None
        return kind(word)

    def identifier(self, name: str) -> UUID | None:
        """Return the id of something chosen from a list."""
        try:
            return UUID(self.text(name))
        except ValueError:
            self.faults.add(name, "missing" if not self.text(name) else "unknown", "Choose one from the list.")
            return None

    def day(self, name: str, *, needed: bool = True) -> date | None:
        """Return a day, as ``2026-11-24``, ``24/11/2026`` or ``24 November 2026``."""
        return self._read(name, cells.day, needed=needed)

    def rupiah(self, name: str, *, least: int = 1, most: int = 10**12, needed: bool = True) -> int | None:
        """Return whole rupiah, as ``14900`` or ``Rp 14.900``."""
        found = self._read(name, cells.rupiah, needed=needed)
        if found is not None and not least <= found <= most:
            self.faults.add(name, "out_of_range", f"Between Rp {least} and Rp {most}.")
            return None
        return found

    def whole(self, name: str, *, least: int = 0, most: int = 10**9, needed: bool = True) -> int | None:
        """Return a whole number."""
        read = self._read(name, cells.amount, needed=needed)
        if read is None:
            return None
        number, unit = read
        if unit or number != number.to_integral_value() or not least <= number <= most:
            self.faults.add(name, "out_of_range", f"A whole number between {least} and {most}.")
            return None
        return int(number)

    def tenths(self, name: str, *, least: int = -500, most: int = 1000, needed: bool = True) -> int | None:
        """Return tenths of a degree of a temperature, as ``3,5`` or ``-18``."""
        read = self._read(name, cells.amount, needed=needed)
        if read is None:
            return None
        tenths = read[0] * 10
        if tenths != tenths.to_integral_value() or not least <= tenths <= most:
            self.faults.add(name, "out_of_range", f"Between {least / 10} and {most / 10}.")
            return None
        return int(tenths)

    def amount(self, name: str, unit: Unit, *, needed: bool = True) -> int | None:
        """Return base units of an amount in kilograms, litres or pieces: ``12,5``, ``12,5 kg``, ``500 g``."""
        self.units[name] = unit
        read = self._read(name, cells.amount, needed=needed)
        if read is None:
            return None
        number, word = read
        word = word.strip().strip(".").casefold()
        if word not in _SMALL | _LARGE:
            self.faults.add(name, "unknown_unit", f"In {' or '.join(KIND_NAMES[unit])}.")
            return None
        qty = number if word in _SMALL else number * PRICED_PER[unit]
        if qty != qty.to_integral_value():
            self.faults.add(name, "not_whole", f"{number} is no whole number of {unit.value}.")
            return None
        if not 0 <= qty <= MOST_QTY:
            self.faults.add(name, "out_of_range", f"Between 0 and {MOST_QTY}.")
            return None
        return int(qty)

    def require(self) -> None:
        """Refuse the form if any field of it could not be read."""
        self.faults.raise_any()

    def place_of(self, fault: FieldFault) -> str:
        """Return the form's own name of the field that a fault is in."""
        return self.renamed.get(fault.field, fault.field)

    def _read(self, name: str, read: Callable[[Cell], T], *, needed: bool) -> T | None:
        if not self.text(name):
            if needed:
                self.faults.add(name, "missing", "Fill this in.")
            return None
        try:
            return read(self.text(name))
        except CellFault as fault:
            self.faults.add(name, fault.code, fault.message)
            return None


async def read_form(request: Request) -> Typed:
    """Return the form that a request carries; an empty one if it carries none."""
    await request.body()
    if request.method != "POST":
        return Typed()
    values: dict[str, list[str]] = {}
    files: dict[str, list[tuple[str, bytes]]] = {}
    async with request.form(max_fields=MOST_FIELDS) as sent:
        for name, value in sent.multi_items():
            if isinstance(value, UploadFile):
                if value.filename:
                    files.setdefault(name, []).append((value.filename, await value.read()))
            else:
                values.setdefault(name, []).append(value)
    return Typed(values, files)


async def _form(request: Request) -> Typed:
    return cast("Typed", request.state.form)


Form = Annotated[Typed, Depends(_form)]
"""What was typed into the form that is sent."""
