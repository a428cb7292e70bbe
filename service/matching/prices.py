"""What a kitchen pays for goods that a cooperative bought in packs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.matching.problem import BP

if TYPE_CHECKING:
    from service.matching.problem import Cooperative, Item, Stock


def price_to_kitchen(stock: Stock, item: Item, cooperative: Cooperative) -> int:
    """Price of a stock's goods at the kitchen, delivered through a cooperative with its mark-up.

    Parameters
    ----------
    stock
        The stock, with pack quantity in base units and pack price in whole rupiah.
    item
        The stock's item; the result speaks of ``item.per`` base units.
    cooperative
        The cooperative that buys the packs.

    Returns
    -------
    int
        Whole rupiah per ``item.per`` base units, rounded up.
    """
    return -(-stock.price_idr * item.per * (BP + cooperative.markup_bp) // (stock.pack_qty * BP))
