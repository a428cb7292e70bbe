"""What kept order lines hold of a wholesaler's packs: in a problem a source of its own, which gives nothing else.

Each order buys whole packs of its own, and what an opened pack has left is for the cooperative's outlet. So the goods
that a cooperative's orders hold of a stock are one pack of exactly that quantity, and the stock itself has the packs
that nobody holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from service.domain.stocks import Stock
from service.matching.problem import Line

_BETWEEN = "/"


def held_source(stock_id: UUID, cooperative: str) -> str:
    """Return the name of what a cooperative's orders hold of a stock.

    Parameters
    ----------
    cooperative
        Its code.
    """
    return f"{stock_id}{_BETWEEN}{cooperative}"


def is_held(source: str) -> bool:
    """Tell whether a source of a problem is what orders hold of a stock."""
    return _BETWEEN in source


def stock_id_of(source: str) -> str:
    """Return the offer's or stock's id of a source of a problem; of what orders hold, the id of its stock."""
    return source.partition(_BETWEEN)[0]


def cooperative_of(source: str) -> str:
    """Return the code of the cooperative whose orders hold a source; empty for any other source."""
    return source.partition(_BETWEEN)[2]


def held_value_idr(stock: Stock, qty: int) -> int:
    """Return what held goods cost in packs, whole rupiah.

    Parameters
    ----------
    qty
        What a cooperative's orders hold of the stock, base units.

    Returns
    -------
    int
        Rounded down, so that the price to the kitchen is never above the one of the stock.
    """
    return stock.price_idr * qty // stock.pack_qty


def with_own_ids(answer: Any) -> Any:  # noqa: ANN401  (JSON values)
    """Return an answer about a plan with every source called by the offer's or stock's own id.

    Parameters
    ----------
    answer
        Plain JSON values.
    """
    if isinstance(answer, list):
        return [with_own_ids(part) for part in answer]
    if not isinstance(answer, dict):
        return answer
    return {
        name: stock_id_of(part) if name == "source" and isinstance(part, str) else with_own_ids(part)
        for name, part in answer.items()
    }


def merged(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return deliveries by the offers' and stocks' own ids, what is held and what is new of a stock as one line."""
    qty: defaultdict[tuple[str, str, str, str], int] = defaultdict(int)
    for line in lines:
        qty[line.demand, stock_id_of(line.source), line.cooperative, line.item] += line.qty
    return tuple(Line(*key, qty=total) for key, total in qty.items())
