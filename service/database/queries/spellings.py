"""Lots and producers as they are compared, in queries: the indexes hold this expression, so it is written the same."""

from __future__ import annotations

import sqlalchemy as sa

from service.domain.lot_names import SPELLED_ALIKE

_ALIKE, _MEANT = (sa.literal_column(f"'{letters}'", sa.Text) for letters in SPELLED_ALIKE)
_BLANKS, _BLANK, _ALL = (sa.literal_column(word, sa.Text) for word in ("' +'", "' '", "'g'"))


def spelled(column: sa.SQLColumnExpression[str] | sa.SQLColumnExpression[str | None]) -> sa.ColumnElement[str]:
    """Return a column's words as ``one_spelling`` returns them."""
    return sa.func.btrim(sa.func.regexp_replace(sa.func.translate(column, _ALIKE, _MEANT), _BLANKS, _BLANK, _ALL))
