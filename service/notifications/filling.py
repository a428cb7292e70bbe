"""Templates are filled with what is known, and no text gets longer than where it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Final

MORE: Final = "…"


class _Known(dict[str, str]):
    """What is not known of an event is left out of its text: a message with a gap is better than none."""

    def __missing__(self, key: str) -> str:
        return ""


def filled(template: str, facts: Mapping[str, str], longest: int) -> str:
    """Fill a template; of a text that is too long the longest fact is cut: how to answer still stands below a list."""
    text = template.format_map(_Known(facts)).strip()
    over = len(text) - longest
    if over <= 0:
        return text
    named = {name for _, name, _, _ in Formatter().parse(template) if name in facts}
    widest = max(sorted(name for name in named if name), key=lambda name: len(facts[name]))
    kept = facts[widest][: max(len(facts[widest]) - over - len(MORE), 0)]
    return template.format_map(_Known({**facts, widest: kept + MORE})).strip()[:longest]
