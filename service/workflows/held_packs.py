"""What orders hold of a wholesaler's packs: its worth, and answers by stocks (``service/matching/held_stocks.py``)."""

from __future__ import annotations

from typing import Any

from service.domain.stocks import Stock
from service.matching.held_stocks import stock_id_of


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
