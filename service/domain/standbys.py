"""Who could have served a line too: the cooperative to ask first if the ordered one declines.

Nothing is reserved for a standby. A cooperative qualifies if it works that day within its radius, can carry the weight
(cold too, where the item needs it), would not be one delivery too many for the kitchen, and either still has an own
offer with enough left, or could buy enough of a wholesaler's stock, at a price within the line's limit. Own offers go
before stocks; who already delivers to the kitchen that day goes before others, then who is nearest.
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


@dataclass(frozen=True)
class StandbyMarket:
    """What is left to choose from, and who delivers where; built once for all lines of a plan."""

    cooperatives: Mapping[UUID, tuple[Organisation, Cooperative]]
    kitchens: Mapping[UUID, tuple[Organisation, Kitchen]]
    items: Mapping[str, Item]
    offers: Iterable[Offer]
    stocks: Iterable[Stock]
    taken: Mapping[UUID, int]
    """What the plan itself takes of offers (base units) and stocks (packs), not yet promised in them."""
    may_supply: Callable[[UUID, str, date], bool]
    """Whether a cooperative works on a day and has the papers to sell an item of its own."""
    may_deliver: Callable[[UUID, date], bool]
    """Whether a cooperative works on a day, whosever goods it brings."""
    delivering: Mapping[tuple[UUID, date], AbstractSet[UUID]]
    """For each kitchen and day the cooperatives that deliver there already."""
    _own: dict[tuple[UUID, str], list[Offer]] = field(init=False)
    _bought: dict[str, list[Stock]] = field(init=False)
    _nearby: Callable[[UUID], list[UUID]] = field(init=False)

    def __post_init__(self) -> None:
        """Index the goods and remember distances: a city has ten thousand lines."""
        own: defaultdict[tuple[UUID, str], list[Offer]] = defaultdict(list)
        for offer in self.offers:
            own[offer.cooperative_id, offer.item_code].append(offer)
        bought: defaultdict[str, list[Stock]] = defaultdict(list)
        for stock in sorted(self.stocks, key=lambda stock: (Fraction(stock.price_idr, stock.pack_qty), stock.id)):
            bought[stock.item_code].append(stock)
        object.__setattr__(self, "_own", dict(own))
        object.__setattr__(self, "_bought", dict(bought))
        object.__setattr__(self, "_nearby", cache(self._within_radius))

    def standby_for(self, need: StandbyNeed) -> UUID | None:
        """Return the cooperative to ask first if the ordered one declines, or ``None`` if nobody else could."""
        ready = list(self._ready(need))
        for cooperative_id in ready:
            sells = self.may_supply(cooperative_id, need.item_code, need.needed_date)
            if sells and self._has_offer(cooperative_id, need):
                return cooperative_id
        stock = self._cheapest_stock(need)
        if stock is None:
            return None
        unit = self.items[need.item_code].unit
        return next((key for key in ready if self._bought_price_idr(stock, key, unit) <= need.max_price_idr), None)

    def _ready(self, need: StandbyNeed) -> Iterator[UUID]:
        """Yield the other cooperatives that could bring the goods, best first."""
        there = self.delivering.get((need.kitchen_id, need.needed_date), frozenset())
        has_drop_left = len(there) < self.kitchens[need.kitchen_id][1].max_drops_per_day
        nearby = [key for key in self._nearby(need.kitchen_id) if key != need.cooperative_id]
        ordered = [key for key in nearby if key in there]
        if has_drop_left:
            ordered += [key for key in nearby if key not in there]
        item = self.items[need.item_code]
        weight = weight_g(qty=need.qty, grams_per_unit=item.grams_per_unit)
        for key in ordered:
            cooperative = self.cooperatives[key][1]
            room_g = cooperative.handling_g_per_day
            if item.cold_chain is not ColdChain.NONE:
                room_g = min(room_g, cooperative.cold_g_per_day)
            if weight <= room_g and self.may_deliver(key, need.needed_date):
                yield key

    def _has_offer(self, cooperative_id: UUID, need: StandbyNeed) -> bool:
        return any(
            offer.from_date <= need.needed_date <= offer.to_date
            and offer.price_idr <= need.max_price_idr
            and available_qty(offer) - self.taken.get(offer.id, 0) >= need.qty
            for offer in self._own.get((cooperative_id, need.item_code), ())
        )

    def _cheapest_stock(self, need: StandbyNeed) -> Stock | None:
        """Return the cheapest stock with enough left; the line's own stock counts, since declining frees its packs."""
        for stock in self._bought.get(need.item_code, ()):
            left_packs = available_packs(stock) - self.taken.get(stock.id, 0)
            enough = stock.id == need.stock_id or left_packs * stock.pack_qty >= need.qty
            if enough and stock.from_date <= need.needed_date <= stock.to_date:
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
