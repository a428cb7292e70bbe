"""What a browser or program calls itself, in words that its owner knows: `Chrome · Android`."""

from __future__ import annotations

from typing import Final

_PROGRAMS: Final = (
    # A browser names those that it resembles too, so the rarer names come first.
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
LONGEST: Final = 40


def device_words(said: str | None) -> str:
    """Return the browser and the system; of what is no browser the first word; nothing for nothing."""
    if not said:
        return ""
    program = next((name for mark, name in _PROGRAMS if mark in said), "")
    system = next((name for mark, name in _SYSTEMS if mark in said), "")
    known = " · ".join(part for part in (program, system) if part)
    return known or said[:LONGEST]
