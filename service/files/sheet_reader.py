"""A program: reads a workbook from its standard input and writes the cells of the first sheet as JSON.

``workbooks.py`` starts it. It may take no more memory than a list needs, and if the file is made to harm it, it alone
ends.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from typing import Final

from python_calamine import CalamineWorkbook

MOST_BYTES: Final = 1 << 30


def as_json(cell: date | time | timedelta) -> dict[str, str | float]:
    """Return a cell that JSON has no word for, under the name of its kind."""
    kind = "datetime" if isinstance(cell, datetime) else type(cell).__name__
    return {kind: cell.total_seconds() if isinstance(cell, timedelta) else cell.isoformat()}


def main() -> None:
    """Read and write."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # other systems have no such limit
        resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    with CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read())) as book:
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    json.dump(rows, sys.stdout, default=as_json)


if __name__ == "__main__":
    main()
