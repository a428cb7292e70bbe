"""Words of pages that stand in Python: marked where they are written, translated where they are shown."""

from __future__ import annotations


def marked(indonesian: str) -> str:
    """Return the words unchanged; the name tells the catalogue's reader that a page shows them."""
    return indonesian
