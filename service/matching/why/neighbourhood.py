"""Chooses which lines of a plan are freed together with the line that a question is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.matching.deliveries import terms_of

if TYPE_CHECKING:
    from service.matching.why.local import Locality

MOST_LINES = 8
"""Lines freed beside the line asked about; with a few hundred arcs such a part is solved in a tenth of a second."""

_RIVALS_PER_SOURCE = 4
_MOST_SHORT = 2


def neighbours(locality: Locality, demand: str, most: int = MOST_LINES) -> tuple[str, ...]:
    """Return the lines whose supply or drops the line could have instead.

    Parameters
    ----------
    locality
        The plan.
    demand
        The line asked about.
    most
        How many lines.

    Returns
    -------
    tuple[str, ...]
        Without the line itself: first those of the same kitchen and day (they share its drops), up to a third; then
        the takers of the sources that could serve it, the cheapest source first, each source's largest taker first.
    """
    index = locality.index
    asked = index.demands[demand]
    same = [d for d in locality.problem.demands if d.kitchen == asked.kitchen and d.day == asked.day and d.id != demand]
    same.sort(key=lambda d: (-d.qty * index.items[d.item].weight_g, d.id))
    found = dict.fromkeys(d.id for d in same if locality.lines_of[d.id])
    found = dict.fromkeys(list(found)[: most // 3])
    for source in dict.fromkeys(way[1] for way in locality.ways(demand)):
        takers = sorted(locality.takers_of[source], key=lambda line: (-line.qty, line.demand))
        for line in takers[:_RIVALS_PER_SOURCE]:
            if len(found) >= most:
                return tuple(found)
            if line.demand != demand:
                found[line.demand] = None
    return tuple(found)


def short_of(locality: Locality, item: str, demand: str) -> tuple[str, ...]:
    """Return the shortest other lines that take an item: those that would gladly have what a line gives up.

    Parameters
    ----------
    locality
        The plan.
    item, demand
        The item that may come free, and the line that gives it up.
    """
    takers = [d for d in locality.problem.demands if d.id != demand and terms_of(d, item) is not None]
    short = [(-locality.short_qty(d.id), d.id) for d in takers]
    return tuple(name for qty, name in sorted(short)[:_MOST_SHORT] if qty < 0)
