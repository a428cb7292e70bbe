"""Promise the goods of a whole plan at once: all of them, or none and the reason for every source that lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from service.domain import offers, stocks
from service.domain.errors import SupplyExhausted
from service.domain.offers import Offer, available_qty
from service.domain.stocks import Stock, available_packs

OfferAsk = tuple[Offer, int]
"""An offer and the quantity asked of it, base units."""
StockAsk = tuple[Stock, int]
"""A stock and the whole packs asked of it."""


def require_left(offer_asks: Iterable[OfferAsk], stock_asks: Iterable[StockAsk]) -> None:
    """Refuse a plan of which goods are gone.

    Raises
    ------
    SupplyExhausted
        Naming every source of which less is left than asked, with both amounts.
    """
    lacking = [*_lacking_offers(offer_asks), *_lacking_stocks(stock_asks)]
    if lacking:
        raise SupplyExhausted(
            f"Of {len(lacking)} sources less is left than the plan needs; run the matching again.", sources=lacking
        )


def promise_all(offer_asks: Sequence[OfferAsk], stock_asks: Sequence[StockAsk]) -> None:
    """Reserve all quantities and packs (the rows are locked by the caller).

    Raises
    ------
    SupplyExhausted
        As ``require_left``; then nothing is reserved.
    """
    require_left(offer_asks, stock_asks)
    for offer, qty in offer_asks:
        offers.promise(offer, qty)
    for stock, packs in stock_asks:
        stocks.promise(stock, packs)


def _lacking_offers(asks: Iterable[OfferAsk]) -> Iterator[dict[str, object]]:
    for offer, qty in asks:
        if qty > available_qty(offer):
            yield {
                "offer_id": str(offer.id),
                "cooperative_id": str(offer.cooperative_id),
                "item_code": offer.item_code,
                "status": offer.status.value,
                "left_qty": available_qty(offer),
                "asked_qty": qty,
            }


def _lacking_stocks(asks: Iterable[StockAsk]) -> Iterator[dict[str, object]]:
    for stock, packs in asks:
        if packs > available_packs(stock):
            yield {
                "stock_id": str(stock.id),
                "wholesaler_id": str(stock.wholesaler_id),
                "item_code": stock.item_code,
                "status": stock.status.value,
                "left_packs": available_packs(stock),
                "asked_packs": packs,
            }
