"""Readers for the fields of a JSON document: each returns the value, or notes a fault at its JSON pointer.

A field that is wrong comes back as ``None`` and the reading goes on, so that one pass names every fault.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from service.matching.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping

Record = dict[str, Any]
"""The valid fields of one object; a wrong or missing field is left out."""

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MAX_TEXT = 200


class Faults:
    """Collects the faults of one document."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, pointer: str, code: str, message: str) -> None:
        """Note one fault."""
        self._faults.append(Fault(pointer, code, message))

    def found(self) -> tuple[Fault, ...]:
        """Return all faults noted so far."""
        return tuple(self._faults)


class Field(Protocol):
    """Reads one JSON value."""

    def read(self, raw: object, at: str, faults: Faults) -> Any:  # noqa: ANN401  (a field may hold anything)
        """Return the value, or ``None`` after noting what is wrong with it."""


def escaped(key: str) -> str:
    """Return a key as one token of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def kind_of(raw: object) -> str:
    """Name the JSON type of a value, for messages."""
    names = {bool: "a boolean", int: "an integer", float: "a number with a fraction", str: "a string"}
    names |= {list: "a list", dict: "an object", type(None): "null"}
    return names.get(type(raw), type(raw).__name__)


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number within limits; a boolean is none."""

    low: int
    high: int

    def read(self, raw: object, at: str, faults: Faults) -> int | None:
        if type(raw) is not int:
            faults.add(at, "wrong_type", f"must be an integer, is {kind_of(raw)}")
            return None
        if not self.low <= raw <= self.high:
            shown = raw if abs(raw) < 10**30 else "a number of more than 30 digits"
            faults.add(at, "out_of_range", f"must be {self.low}..{self.high}, is {shown}")
            return None
        return raw


@dataclass(frozen=True, slots=True)
class Degrees:
    """A position in degrees, with or without a fraction."""

    limit: float

    def read(self, raw: object, at: str, faults: Faults) -> float | None:
        if type(raw) is not int and type(raw) is not float:
            faults.add(at, "wrong_type", f"must be a number, is {kind_of(raw)}")
            return None
        if not -self.limit <= raw <= self.limit:  # false for NaN too
            faults.add(at, "out_of_range", f"must be {-self.limit:g}..{self.limit:g} degrees")
            return None
        return float(raw)


@dataclass(frozen=True, slots=True)
class Boolean:
    """True or false; 0 and 1 are not."""

    def read(self, raw: object, at: str, faults: Faults) -> bool | None:
        if type(raw) is not bool:
            faults.add(at, "wrong_type", f"must be true or false, is {kind_of(raw)}")
            return None
        return raw


@dataclass(frozen=True, slots=True)
class Text:
    """A string of at least one character, or one of the given words."""

    words: tuple[str, ...] = ()

    def read(self, raw: object, at: str, faults: Faults) -> str | None:
        if type(raw) is not str:
            faults.add(at, "wrong_type", f"must be a string, is {kind_of(raw)}")
        elif self.words and raw not in self.words:
            faults.add(at, "not_allowed", f"must be one of {', '.join(self.words)}")
        elif not 0 < len(raw) <= _MAX_TEXT:
            faults.add(at, "out_of_range", f"must have 1 to {_MAX_TEXT} characters, has {len(raw)}")
        else:
            return raw
        return None


@dataclass(frozen=True, slots=True)
class IsoDate:
    """A calendar day as yyyy-mm-dd."""

    def read(self, raw: object, at: str, faults: Faults) -> str | None:
        if type(raw) is not str:
            faults.add(at, "wrong_type", f"must be a date yyyy-mm-dd, is {kind_of(raw)}")
            return None
        try:
            valid = bool(_ISO_DATE.fullmatch(raw)) and bool(date.fromisoformat(raw))
        except ValueError:
            valid = False
        if not valid:
            faults.add(at, "not_a_date", "must be a date yyyy-mm-dd")
            return None
        return raw


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list whose entries are all of one kind; a wrong entry stays as ``None`` so that positions hold."""

    entry: Field
    low: int
    high: int

    def read(self, raw: object, at: str, faults: Faults) -> list[Any] | None:
        if type(raw) is not list:
            faults.add(at, "wrong_type", f"must be a list, is {kind_of(raw)}")
            return None
        if not self.low <= len(raw) <= self.high:
            faults.add(at, "out_of_range", f"must have {self.low} to {self.high} entries, has {len(raw)}")
            return None
        return [self.entry.read(value, f"{at}/{n}", faults) for n, value in enumerate(raw)]


@dataclass(frozen=True, slots=True)
class MapOf:
    """An object with free keys and values of one kind."""

    entry: Field

    def read(self, raw: object, at: str, faults: Faults) -> Record | None:
        if type(raw) is not dict:
            faults.add(at, "wrong_type", f"must be an object, is {kind_of(raw)}")
            return None
        return {key: self.entry.read(value, f"{at}/{escaped(key)}", faults) for key, value in raw.items()}


@dataclass(frozen=True, slots=True)
class Fields:
    """An object with exactly these fields; ``optional`` ones may be missing, ``is_open`` drops others silently."""

    fields: Mapping[str, Field]
    optional: frozenset[str] = frozenset()
    is_open: bool = False

    def read(self, raw: object, at: str, faults: Faults) -> Record | None:
        if type(raw) is not dict:
            faults.add(at, "wrong_type", f"must be an object, is {kind_of(raw)}")
            return None
        record: Record = {}
        for name, field in self.fields.items():
            if name not in raw:
                if name not in self.optional:
                    faults.add(f"{at}/{name}", "missing_field", "is missing")
                continue
            value = field.read(raw[name], f"{at}/{name}", faults)
            if value is not None:
                record[name] = value
        if not self.is_open and not raw.keys() <= self.fields.keys():
            for name in raw.keys() - self.fields.keys():
                faults.add(f"{at}/{escaped(name)}", "unknown_field", "is not a field of the format")
        return record


def whole(records: list[Record | None] | None) -> list[tuple[int, Record]]:
    """Return the objects of a list with their positions, leaving out entries that are no objects."""
    return [(n, record) for n, record in enumerate(records or ()) if record is not None]
