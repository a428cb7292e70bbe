"""A program: reads a workbook from its standard input and writes the first sheet, each filled row a line of JSON.

``workbooks.py`` starts it. It may take no more memory than a list needs, and if the file is made to harm it, it alone
ends. It says no more than a list does: a line of two texts, code and message, is a refusal, and the last.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from python_calamine import CalamineWorkbook

from service.files.archives import require_safe
from service.files.bounds import MOST_TOLD_BYTES, Unfit, filled_rows, unfolds_too_far

MOST_BYTES: Final = 1 << 30


def as_json(cell: date | time | timedelta) -> dict[str, str | float]:
    """Return a cell that JSON has no word for, under the name of its kind."""
    kind = "datetime" if isinstance(cell, datetime) else type(cell).__name__
    return {kind: cell.total_seconds() if isinstance(cell, timedelta) else cell.isoformat()}


def lines_of(content: bytes) -> Iterator[str]:
    """Yield what is told of a workbook.

    Raises
    ------
    Unfit
        If it is none, or says more than a list does.
    """
    require_safe(content)
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    told_bytes = 0
    for row in filled_rows(rows):
        line = json.dumps(row, default=as_json) + "\n"
        told_bytes += len(line)
        if told_bytes > MOST_TOLD_BYTES:
            raise unfolds_too_far()
        yield line


def main() -> None:
    """Read and write."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # other systems have no such limit
        resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    try:
        sys.stdout.writelines(lines_of(sys.stdin.buffer.read()))
    except Unfit as unfit:
        print(json.dumps((unfit.code, unfit.message)))  # noqa: T201 (the answer)
