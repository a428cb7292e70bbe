"""Lists are read page by page: a page's ``next_cursor`` goes into ``after`` of the next request."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Final, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BaseModel, Field

from service.database.cursors import Cursor
from service.domain.errors import InvalidField

MOST_PER_PAGE: Final = 200
USUAL_PER_PAGE: Final = 50
LONGEST_NUMBER: Final = 9
T = TypeVar("T")
R = TypeVar("R")


class Page(BaseModel, Generic[T]):
    """A part of a list."""

    items: list[T]
    next_cursor: str | None = Field(
        default=None, description="Send it as `after` for the next page; null on the last page", examples=[None]
    )


Limit = Annotated[int, Query(ge=1, le=MOST_PER_PAGE, description="Most items on a page")]

_AFTER = Query(alias="after", max_length=400, description="`next_cursor` of the page before", examples=[None])


async def _cursor(after: Annotated[str | None, _AFTER] = None) -> Cursor | None:
    if after is None:
        return None
    try:
        at, _, key = _decoded(after).partition("|")
        return Cursor(datetime.fromisoformat(at), UUID(key))
    except ValueError as error:
        raise _invalid() from error


async def _code_cursor(after: Annotated[str | None, _AFTER] = None) -> str | None:
    return None if after is None else _decoded(after)


After = Annotated[Cursor | None, Depends(_cursor)]
AfterCode = Annotated[str | None, Depends(_code_cursor)]


def page_of(rows: Sequence[R], *, limit: int, key: Callable[[R], Cursor | str], show: Callable[[R], T]) -> Page[T]:
    """Return the page of the rows that a query found when asked for ``limit + 1`` of them.

    Parameters
    ----------
    key
        A row's place in the order of the list: ``Cursor(row.created_at, row.id)``, or its code.
    show
        What a row looks like from outside.
    """
    shown = rows[:limit]
    more = len(rows) > limit
    return Page(items=[show(row) for row in shown], next_cursor=_encoded(key(shown[-1])) if more else None)


def whole_number(after: str | None, *, digits: int = LONGEST_NUMBER) -> int | None:
    """Return the place in a list that is sorted by a number."""
    if after is None:
        return None
    if not after.isascii() or not after.isdigit() or len(after) > digits:
        raise _invalid()
    return int(after)


def place_after(after: str | None) -> int:
    """Return the position of the last row shown in a list that is kept whole; -1 before the first."""
    place = whole_number(after)
    return -1 if place is None else place


def _encoded(place: Cursor | str) -> str:
    text = place if isinstance(place, str) else f"{place.at.isoformat()}|{place.id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decoded(cursor: str) -> str:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        return base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True).decode()
    except (ValueError, binascii.Error) as error:
        raise _invalid() from error


def _invalid() -> InvalidField:
    return InvalidField.at("after", "Send the next_cursor of the page before, unchanged.", code="invalid_cursor")
