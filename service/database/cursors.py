"""Where a list was left off: the sort key of the last row shown, for lists that are read page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page of a list that is sorted by instant and id."""

    at: datetime
    id: UUID


def older_than(cursor: Cursor | None, at: Any, key: Any) -> sa.ColumnElement[bool]:  # noqa: ANN401 (mapped columns)
    """Return the condition for the rows after the cursor in a list sorted newest first."""
    if cursor is None:
        return sa.true()
    return sa.tuple_(at, key) < sa.tuple_(sa.literal(cursor.at), sa.literal(cursor.id))


def beyond(last: str | None, code: Any) -> sa.ColumnElement[bool]:  # noqa: ANN401 (mapped column)
    """Return the condition for the rows after the last code in a list sorted by a code."""
    return sa.true() if last is None else code > last
