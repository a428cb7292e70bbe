"""Tables of plain text, printed a row at a time."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

MILLION = 1_000_000


def print_row(values: Sequence[str], widths: Sequence[int]) -> None:
    """Print one row at once, so that a long run shows how far it is."""
    print("".join(value.rjust(width) for value, width in zip(values, widths, strict=True)), flush=True)


def number(value: float | None, digits: int = 1) -> str:
    """Return a number, or a dash for none."""
    return "-" if value is None else f"{value:.{digits}f}"


@contextlib.contextmanager
def kept_folder(keep: Path | None) -> Iterator[Path]:
    """Give the folder that was asked for, made if it is missing, or one that goes afterwards."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
