"""Promise the goods of a whole plan at once: all of them, or none and the reason for every source that lacks."""

from __future__ import annotations

from collections.abc import Iterable

from service.domain import offers, stocks
from service.domain.errors import SupplyExhausted
from service.domain.offers import Offer
from service.domain.stocks import Stock


def promise_all(offer_asks: Iterable[tuple[Offer, int]], stock_asks: Iterable[tuple[Stock, int]]) -> None:
    """Reserve quantities of offers and packs of stocks (the rows are locked by the caller).

    Parameters
    ----------
    offer_asks
        Offers with the quantity asked of each, base units.
    stock_asks
        Stocks with the whole packs asked of each.

    Raises
    ------
    SupplyExhausted
        Naming every source of which less is left than asked; the caller then forgets the promises made so far.
    """
    lacking: list[dict[str, object]] = []
    for offer, qty in offer_asks:
        try:
            offers.promise(offer, qty)
        except SupplyExhausted as refusal:
            lacking.append({**refusal.facts, "item_code": offer.item_code, "status": offer.status.value})
    for stock, packs in stock_asks:
        try:
            stocks.promise(stock, packs)
        except SupplyExhausted as refusal:
            lacking.append({**refusal.facts, "item_code": stock.item_code, "status": stock.status.value})
    if lacking:
        raise SupplyExhausted(
            f"Of {len(lacking)} sources less is left than the plan needs; run the matching again.", sources=lacking
        )
