"""Columns of a file worked out from the schema of a list's rows: nothing is left out, nothing is written twice."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, get_args, get_origin
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from service.api.column_titles import TITLES
from service.domain.items import Item
from service.files.bounds import Cell
from service.words.codes import CODES
from service.words.spoken import word_of

LONGEST: Final = 30_000
"""Characters of a cell: a workbook takes 32,767. What is longer ends in an ellipsis; the list has it whole."""


@dataclass(frozen=True, slots=True)
class Column:
    """Where a cell comes from: the fields that lead to it, and what of the item that they name."""

    path: tuple[str, ...]
    of_item: str | None = None
    is_id: bool = False

    @property
    def title(self) -> str:
        """The Indonesian title: of a part of a thing, after the thing's."""
        own = () if self.of_item is None else (self.of_item,)
        lead = self.path if self.of_item is None else self.path[:-1]
        return "_".join(filter(None, (TITLES[word] for word in (*lead, *own))))


def columns_of(model: type[BaseModel], *, each: str | None = None) -> tuple[Column, ...]:
    """Return the columns of a model: single things inside it field by field, and by an item's code its name and unit.

    Ids come last: a person reads the names first.

    Parameters
    ----------
    each
        The list of things whose fields are columns too.
    """
    return tuple(sorted(_columns(model, (), each), key=lambda column: column.is_id))


@dataclass(frozen=True, slots=True)
class Setting:
    """What rows are read with: the items that codes name, and where the reader is."""

    items: Mapping[str, Item]
    zone: ZoneInfo


def rows_of(
    columns: Sequence[Column], found: Sequence[BaseModel], setting: Setting, *, each: str | None = None
) -> list[list[Cell]]:
    """Return the rows of what a list found; with ``each`` one for every part, and one for what has no part."""
    return [[_cell(column, part, setting) for column in columns] for one in found for part in _parts(one, each)]


def shortened(text: str) -> str:
    """Return what a workbook's cell can hold of a text."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"


def _columns(model: type[BaseModel], lead: tuple[str, ...], each: str | None) -> Iterator[Column]:
    for name, field in model.model_fields.items():
        inner = _model_in(field.annotation, is_listed=name == each)
        if inner is not None:
            yield from _columns(inner, (*lead, name), None)
            continue
        yield Column((*lead, name), is_id=UUID in {field.annotation, *get_args(field.annotation)})
        if name == "item_code":
            yield from (Column((*lead, name), of_item) for of_item in ("name_id", "unit"))


def _model_in(annotation: Any, *, is_listed: bool) -> type[BaseModel] | None:  # noqa: ANN401 (any type form)
    if is_listed or get_origin(annotation) is None:
        candidates = get_args(annotation) if is_listed else (annotation,)
    else:
        candidates = () if get_origin(annotation) in {list, dict} else get_args(annotation)
    return next((one for one in candidates if isinstance(one, type) and issubclass(one, BaseModel)), None)


def _parts(one: BaseModel, each: str | None) -> Iterator[dict[str, Any]]:
    fields = dict(one)
    if each is None:
        yield fields
    else:
        yield from ({**fields, each: part} for part in fields[each] or [None])


def _cell(column: Column, fields: Mapping[str, Any], setting: Setting) -> Cell:
    value: Any = fields
    for name in column.path:
        value = None if value is None else value[name] if isinstance(value, Mapping) else getattr(value, name)
    if column.of_item is not None:
        value = getattr(setting.items.get(value), column.of_item, None)
    known = CODES.get(column.of_item or column.path[-1], {})
    if value is None:
        return None
    if isinstance(value, bool | int | float | date) and value not in known:
        return value
    return shortened(_text(value, known, setting.zone))


def _text(value: Any, known: Mapping[Any, str], zone: ZoneInfo) -> str:  # noqa: ANN401 (any value of a schema)
    """Say in one cell what needs more: parts after each other, and what is free of form as JSON."""
    if isinstance(value, BaseModel):
        said = [(TITLES[name], _text(part, CODES.get(name, {}), zone)) for name, part in value if part is not None]
        return ", ".join(f"{title}: {text}" for title, text in said if text)
    if isinstance(value, Mapping) and known:
        return "; ".join(f"{_word(key, known, zone)}: {part}" for key, part in value.items())
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str) if value else ""
    if isinstance(value, list | tuple):
        joint = "; " if any(isinstance(part, BaseModel) for part in value) else ", " if known else " "
        return joint.join(_text(part, known, zone) for part in value)
    return _word(value, known, zone)


def _word(value: object, known: Mapping[Any, str], zone: ZoneInfo) -> str:
    if isinstance(value, StrEnum):
        return word_of(value)
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    return known.get(value, str(value))
