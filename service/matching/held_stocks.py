"""What orders hold of a wholesaler's packs, by name: in a problem a stock of its own, which gives nothing else.

Each order buys whole packs of its own, and what an opened pack has left is for the cooperative's outlet. So the goods
that a cooperative's orders hold of a stock are one pack of exactly that quantity, and the stock itself has the packs
that nobody holds. The held part is called ``stock/cooperative``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.matching.problem import Line

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

_BETWEEN: Final = "/"


def held_source(stock: UUID | str, cooperative: str) -> str:
    """Return the name of what a cooperative's orders hold of a stock."""
    return f"{stock}{_BETWEEN}{cooperative}"


def is_held(source: str) -> bool:
    """Tell whether a source of a problem is what orders hold of a stock."""
    return _BETWEEN in source


def stock_id_of(source: str) -> str:
    """Return the offer's or stock's id of a source of a problem; of what orders hold, the id of its stock."""
    return source.partition(_BETWEEN)[0]


def cooperative_of(source: str) -> str:
    """Return the code of the cooperative whose orders hold a source; empty for any other source."""
    return source.partition(_BETWEEN)[2]


def merged(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return deliveries by the offers' and stocks' own ids, what is held and what is new of a stock as one line."""
    lines = tuple(lines)
    own = {source: stock_id_of(source) for source in {line.source for line in lines}}
    known: dict[tuple[str, str, str, str], Line] = {}
    for line in lines:
        key = line.demand, own[line.source], line.cooperative, line.item
        twin = known.get(key)
        if twin is not None:
            known[key] = Line(*key, qty=twin.qty + line.qty)
        else:
            known[key] = Line(*key, qty=line.qty) if is_held(line.source) else line
    return tuple(known.values())
