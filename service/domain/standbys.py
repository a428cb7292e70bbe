"""Who could have served a line too: the cooperative to ask first if the ordered one declines.

Nothing is reserved for a standby. A cooperative qualifies if it works that day within its radius, can carry the weight
(cold too, where the item needs it), would not be one delivery too many for the kitchen, and either still has an own
offer with enough left (and is asked for its minimum), or could buy enough of a wholesaler's stock in time, at a price
within the line's limit. Own offers go before stocks; who already delivers to the kitchen that day goes before others,
then who is nearest. Whether its capital suffices is seen when it is asked: by then other orders are settled.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache
from uuid import UUID

from service.domain.items import ColdChain, Item
from service.domain.offers import Offer, available_qty
from service.domain.organisations import Cooperative, Kitchen, Organisation
from service.domain.places import distance_m
from service.domain.stocks import Stock, available_packs
from service.domain.units import Unit, pack_price_to_kitchen_idr, weight_g

_Carrier = tuple[UUID, int, int]
"""A cooperative and the grams it can handle, and keep cold, on a day."""


@dataclass(frozen=True, slots=True)
class StandbyNeed:
    """A line in search of a standby: goods in base units, limit in rupiah per kg, litre or piece."""

    kitchen_id: UUID
    cooperative_id: UUID
    stock_id: UUID | None
    item_code: str
    needed_date: date
    qty: int
    max_price_idr: int


def serves(stock: Stock, day: date, first_days: Mapping[UUID, date]) -> bool:
    """Tell whether a stock's goods can be had for a day: it is sold then, and they come in time."""
    first = first_days.get(stock.id)
    return first is not None and max(first, stock.from_date) <= day <= stock.to_date


@dataclass(frozen=True)
class StandbyMarket:
    """What is left to choose from, and who delivers where; built once for all lines of a plan."""

    cooperatives: Mapping[UUID, tuple[Organisation, Cooperative]]
    kitchens: Mapping[UUID, tuple[Organisation, Kitchen]]
    items: Mapping[str, Item]
    offers: Iterable[Offer]
    stocks: Iterable[Stock]
    first_days: Mapping[UUID, date]
    """The first cooking day of each stock, if it is ordered now; one that is not named can serve none."""
    taken: Mapping[UUID, int]
    """What the plan itself takes of offers (base units) and stocks (packs), not yet promised in them."""
    may_supply: Callable[[UUID, str, date], bool]
    """Whether a cooperative works on a day and has the papers to sell an item of its own."""
    may_deliver: Callable[[UUID, date], bool]
    """Whether a cooperative works on a day, whosever goods it brings."""
    delivering: Mapping[tuple[UUID, date], AbstractSet[UUID]]
    """For each kitchen and day the cooperatives that deliver there already."""
    _own: dict[str, dict[UUID, list[Offer]]] = field(init=False)
    _bought: dict[str, list[Stock]] = field(init=False)
    _nearby: Callable[[UUID], list[UUID]] = field(init=False)
    _ready: Callable[[UUID, date], list[_Carrier]] = field(init=False)

    def __post_init__(self) -> None:
        """Index the goods and remember distances: a city has ten thousand lines."""
        own: defaultdict[str, defaultdict[UUID, list[Offer]]] = defaultdict(lambda: defaultdict(list))
        for offer in self.offers:
            own[offer.item_code][offer.cooperative_id].append(offer)
        bought: defaultdict[str, list[Stock]] = defaultdict(list)
        for stock in sorted(self.stocks, key=lambda stock: (Fraction(stock.price_idr, stock.pack_qty), stock.id)):
            bought[stock.item_code].append(stock)
        object.__setattr__(self, "_own", {code: dict(sellers) for code, sellers in own.items()})
        object.__setattr__(self, "_bought", dict(bought))
        object.__setattr__(self, "_nearby", cache(self._within_radius))
        object.__setattr__(self, "_ready", cache(self._ready_to_deliver))

    def standby_for(self, need: StandbyNeed) -> UUID | None:
        """Return the cooperative to ask first if the ordered one declines, or ``None`` if nobody else could."""
        own = self._own.get(need.item_code, {})
        for key in self._able(need) if own else ():
            if key in own and self._has_enough(own[key], need) and self._may_sell(key, need):
                return key
        stock = self._cheapest_stock(need)
        if stock is None:
            return None
        unit = self.items[need.item_code].unit
        prices = ((key, self._bought_price_idr(stock, key, unit)) for key in self._able(need))
        return next((key for key, price_idr in prices if price_idr <= need.max_price_idr), None)

    def _able(self, need: StandbyNeed) -> Iterator[UUID]:
        """Yield the other cooperatives that could bring the goods, best first."""
        item = self.items[need.item_code]
        weight = weight_g(qty=need.qty, grams_per_unit=item.grams_per_unit)
        is_cold = item.cold_chain is not ColdChain.NONE
        for key, handling_g, cold_g in self._ready(need.kitchen_id, need.needed_date):
            if weight <= handling_g and (weight <= cold_g or not is_cold) and key != need.cooperative_id:
                yield key

    def _ready_to_deliver(self, kitchen_id: UUID, day: date) -> list[_Carrier]:
        """Return who could come to a kitchen on a day: those who do anyway, then, if it can take more, the nearest."""
        there = self.delivering.get((kitchen_id, day), frozenset())
        nearby = [key for key in self._nearby(kitchen_id) if self.may_deliver(key, day)]
        ordered = [key for key in nearby if key in there]
        if len(there) < self.kitchens[kitchen_id][1].max_drops_per_day:
            ordered += [key for key in nearby if key not in there]
        details = ((key, self.cooperatives[key][1]) for key in ordered)
        return [(key, carrier.handling_g_per_day, carrier.cold_g_per_day) for key, carrier in details]

    def _may_sell(self, cooperative_id: UUID, need: StandbyNeed) -> bool:
        return self.may_supply(cooperative_id, need.item_code, need.needed_date)

    def _has_enough(self, offers: Iterable[Offer], need: StandbyNeed) -> bool:
        return any(
            offer.from_date <= need.needed_date <= offer.to_date
            and offer.price_idr <= need.max_price_idr
            and available_qty(offer) - self.taken.get(offer.id, 0) >= need.qty
            and offer.promised_qty + self.taken.get(offer.id, 0) + need.qty >= offer.min_qty
            for offer in offers
        )

    def _cheapest_stock(self, need: StandbyNeed) -> Stock | None:
        """Return the cheapest stock with enough left; the line's own stock counts, since declining frees its packs."""
        for stock in self._bought.get(need.item_code, ()):
            left_packs = available_packs(stock) - self.taken.get(stock.id, 0)
            enough = stock.id == need.stock_id or left_packs * stock.pack_qty >= need.qty
            if enough and serves(stock, need.needed_date, self.first_days):
                return stock
        return None

    def _bought_price_idr(self, stock: Stock, cooperative_id: UUID, unit: Unit) -> int:
        return pack_price_to_kitchen_idr(
            pack_price_idr=stock.price_idr,
            pack_qty=stock.pack_qty,
            unit=unit,
            markup_bp=self.cooperatives[cooperative_id][1].markup_bp,
        )

    def _within_radius(self, kitchen_id: UUID) -> list[UUID]:
        place = self.kitchens[kitchen_id][0]
        found = []
        for organisation, cooperative in self.cooperatives.values():
            metres = distance_m(
                from_latitude=organisation.latitude,
                from_longitude=organisation.longitude,
                to_latitude=place.latitude,
                to_longitude=place.longitude,
            )
            if metres <= cooperative.radius_m:
                found.append((metres, organisation.code, organisation.id))
        return [key for _, _, key in sorted(found)]
