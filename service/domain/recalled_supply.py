"""Goods of offers and stocks that an open recall keeps from being planned, ordered or moved to a standby."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from service.domain.offers import Offer
from service.domain.publishing import Change, PlannedDelivery
from service.domain.recalls import Recall, RecallStatus, is_named, lots_of
from service.domain.stocks import Stock


@dataclass(frozen=True, slots=True)
class RecalledSupply:
    """A region's open recalls, and the codes of the lots that offers name, by offer."""

    recalls: tuple[Recall, ...] = ()
    lot_codes: Mapping[UUID, Collection[str]] = field(default_factory=dict)

    def of_offer(self, offer: Offer, day: date) -> Recall | None:
        """Return the recall that forbids an offer's goods for a cooking day, if there is one.

        An offer of which one lot is called back is out as a whole until its cooperative takes the lot out of it: nobody
        knows from which lot a delivery will come.
        """
        lots = self.lot_codes.get(offer.id, ())
        return next(
            (
                recall
                for recall in self.recalls
                if forbids_supply(
                    recall, item_code=offer.item_code, producer=offer.origin_producer, lot_codes=lots, day=day
                )
            ),
            None,
        )

    def good_qty(self, offer: Offer, lots: Mapping[str, int], day: date) -> int:
        """Return how much of an offer's lots (base units, by code) may still be cooked with on a day."""
        return sum(
            qty
            for lot, qty in lots.items()
            if RecalledSupply(self.recalls, {offer.id: (lot,)}).of_offer(offer, day) is None
        )

    def of_stock(self, stock: Stock, day: date) -> Recall | None:
        """Return the recall that forbids a stock's goods for a cooking day, if there is one: of its item alone."""
        return next(
            (
                recall
                for recall in self.recalls
                if forbids_supply(recall, item_code=stock.item_code, producer=None, lot_codes=(), day=day)
            ),
            None,
        )


def forbids_supply(
    recall: Recall, *, item_code: str, producer: str | None, lot_codes: Collection[str], day: date
) -> bool:
    """Tell whether goods may be of a recall, as far as they say what they are.

    Parameters
    ----------
    producer, lot_codes
        What the goods name of themselves. A lot that fits is enough where no producer is named; goods that name neither
        are forbidden by recalls of their item alone, and are asked again, lot by lot, when they leave.
    day
        The cooking day.
    """
    if recall.status is not RecallStatus.OPEN or recall.item_code not in {None, item_code}:
        return False
    if (recall.from_date and day < recall.from_date) or (recall.to_date and recall.to_date < day):
        return False
    if recall.lot_code is not None and not any(is_named(recall.lot_code, code) for code in lot_codes):
        return False
    noted = lots_of(recall)
    if noted is not None and not any(
        lot.item_code == item_code
        and any(is_named(lot.lot_code, code) for code in lot_codes)
        and (producer is None or is_named(lot.producer, producer))
        for lot in noted
    ):
        return False
    if producer is None:
        return recall.producer is None or recall.lot_code is not None or noted is not None
    return is_named(recall.producer, producer)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What of an order line has not left, in base units."""

    line_id: UUID
    needed_date: date
    qty: int


def uncovered_lines(
    recalled: RecalledSupply, offer: Offer, lots: Mapping[str, int], waiting: Iterable[Waiting]
) -> Iterator[UUID]:
    """Yield the order lines of an offer that cannot be brought without goods that are called back.

    Lines keep the good lots in the order of their cooking days, each as a whole or not at all; asked again without
    those that fell, the others keep theirs. Lines of days that no recall is about are taken to need none of the good.

    Parameters
    ----------
    lots
        What is left of the offer's lots in base units, by code; none if the offer names no lots.
    """
    kept_qty = 0
    for one in sorted(waiting, key=lambda one: (one.needed_date, one.line_id)):
        if recalled.of_offer(offer, one.needed_date) is None:
            continue
        if kept_qty + one.qty > recalled.good_qty(offer, lots, one.needed_date):
            yield one.line_id
        else:
            kept_qty += one.qty


def recalled_parts(
    recalled: RecalledSupply,
    allocations: Iterable[PlannedDelivery],
    offers: Mapping[UUID, Offer],
    stocks: Mapping[UUID, Stock],
) -> Iterator[Change]:
    """Yield the offers and stocks of a plan that were called back since it was made, each once."""
    told: set[UUID] = set()
    for part in allocations:
        offer = offers.get(part.offer_id) if part.offer_id else None
        stock = stocks.get(part.stock_id) if part.stock_id else None
        source = offer or stock
        recall = None
        if offer is not None:
            recall = recalled.of_offer(offer, part.needed_date)
        elif stock is not None:
            recall = recalled.of_stock(stock, part.needed_date)
        if source is not None and recall is not None and source.id not in told:
            told.add(source.id)
            yield Change("recalled", "offer" if offer else "stock", str(source.id), f"Called back: {recall.reason}.")
