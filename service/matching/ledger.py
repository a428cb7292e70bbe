"""What is still free while a plan is made line by line: goods, capacity, capital, budgets, drops."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from service.matching.deliveries import terms_of
from service.matching.plan import PackPurchase
from service.matching.prices import price_to_kitchen
from service.matching.problem import BP, Line, Offer

if TYPE_CHECKING:
    from service.matching.index import ProblemIndex
    from service.matching.problem import Cooperative, Demand, Item, Stock

UNLIMITED: Final = 2**62


@dataclass(frozen=True, slots=True)
class Arc:
    """One way to serve a demand line: source, cooperative, and on which terms."""

    demand: Demand
    source: Offer | Stock
    cooperative: Cooperative
    item: Item
    covers_bp: int
    limit_idr: int
    price_idr: int


class Limits(NamedTuple):
    """How much each rule by itself still lets through on an arc, in base units of the item delivered."""

    need: int
    goods: int
    handling: int
    cold: int
    capital: int
    budget: int
    drops: int


class Ledger:
    """The residuals of a problem while lines are added and taken back.

    Money is counted in whole parts of a rupiah, as fine as the smallest price of a base unit needs, so that nothing is
    lost to rounding and a budget of exactly 10 kg buys 10 kg.

    Parameters
    ----------
    index
        The problem; at first everything of it is free.
    """

    def __init__(self, index: ProblemIndex) -> None:
        self.index = index
        problem = index.problem
        self.lines: dict[tuple[str, str, str], tuple[Arc, int]] = {}
        self.packs: dict[tuple[str, str], int] = {}
        self.order_idr: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.offer_left = {offer.id: offer.qty for offer in problem.offers}
        self.packs_left = {stock.id: stock.packs for stock in problem.stocks}
        self._open_qty: defaultdict[tuple[str, str], int] = defaultdict(int)
        self._per_idr = math.lcm(*(item.per for item in problem.items)) * BP
        self._capital_left = {c.id: c.capital_idr * self._per_idr for c in problem.cooperatives}
        self._handling_left = {(c.id, day): g for c in problem.cooperatives for day, g in enumerate(c.handling_g)}
        self._cold_left = {(c.id, day): g for c in problem.cooperatives for day, g in enumerate(c.cold_g)}
        self._budget_left = {
            (k.id, line): idr * self._per_idr for k in problem.kitchens for line, idr in k.budget_idr.items()
        }
        self._visits: defaultdict[tuple[str, int], defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._short_bp = {demand.id: demand.qty * BP for demand in problem.demands}
        self._prices: dict[tuple[str, str], int] = {}

    def arc(self, demand: Demand, source: Offer | Stock, cooperative: Cooperative) -> Arc | None:
        """Return the arc, or ``None`` if the demand line does not take the source's item."""
        terms = terms_of(demand, source.item)
        if terms is None:
            return None
        price_idr = source.price_idr if isinstance(source, Offer) else self._price(source, cooperative)
        return Arc(demand, source, cooperative, self.index.items[source.item], terms[0], terms[1], price_idr)

    def short_qty(self, demand: Demand) -> float:
        """What a line still lacks, in base units of the demanded item; below 0 if it got a bit too much."""
        return self._short_bp[demand.id] / BP

    def can_visit(self, demand: Demand, cooperative: Cooperative) -> bool:
        """Whether the cooperative may come to the line's kitchen on its day and can carry anything then."""
        return self._handling_left[cooperative.id, demand.day] > 0 and self.has_drop(demand, cooperative.id)

    def can_supply(self, stock: Stock, cooperative: Cooperative) -> bool:
        """Whether the cooperative has an open pack of the stock, or can get and pay another."""
        if self._open_qty.get((stock.id, cooperative.id), 0):
            return True
        return self.packs_left[stock.id] > 0 and self._capital_left[cooperative.id] >= stock.price_idr * self._per_idr

    def open_stocks(self) -> set[str]:
        """Return the stocks that have packs left, or an open pack with something left."""
        unsold = {stock_id for stock_id, packs in self.packs_left.items() if packs > 0}
        return unsold | {stock_id for (stock_id, _), qty in self._open_qty.items() if qty > 0}

    def limits(self, arc: Arc) -> Limits:
        """Say how much each rule lets through, without regard to steps, minimums, prices, days and distance."""
        demand, cooperative = arc.demand, arc.cooperative.id
        weight_g, slot = arc.item.weight_g, (cooperative, demand.day)
        goods, capital = self._goods_and_capital(arc)
        need, budget, drops = self.limits_of_line(arc)
        return Limits(
            need=need,
            goods=goods,
            handling=self._handling_left[slot] // weight_g if weight_g else UNLIMITED,
            cold=self._cold_left[slot] // weight_g if arc.item.cold and weight_g else UNLIMITED,
            capital=capital,
            budget=budget,
            drops=drops,
        )

    def limits_of_line(self, arc: Arc) -> tuple[int, int, int]:
        """Say how much the arc's line lets through by its need, its budget and its drops; the rest is its source's."""
        demand = arc.demand
        budget = _affordable(self._budget_left[demand.kitchen, demand.budget], self._unit_price(arc))
        return self._need(arc), budget, UNLIMITED if self.has_drop(demand, arc.cooperative.id) else 0

    def room(self, arc: Arc) -> int:
        """The most that the arc can still carry, in whole steps."""
        step = arc.item.step
        return max(0, min(self.limits(arc))) // step * step

    def qty_of(self, line: Line) -> int:
        """What is already delivered on the line's demand, source and cooperative."""
        key = line.demand, line.source, line.cooperative
        return self.lines[key][1] if key in self.lines else 0

    def offer_used(self, offer: Offer) -> int:
        """What is already delivered from an offer."""
        return offer.qty - self.offer_left[offer.id]

    def order_with(self, arc: Arc, qty: int) -> int:
        """The order at the wholesaler in rupiah if the arc carries ``qty`` more."""
        source = arc.source
        assert not isinstance(source, Offer)  # noqa: S101  (only stocks are ordered)
        bought = self._packs_to_buy(source, arc.cooperative.id, qty) * source.price_idr
        return self.order_idr.get((source.wholesaler, arc.cooperative.id), 0) + bought

    def deliver(self, arc: Arc, qty: int) -> None:
        """Add to an arc, buying the whole packs that it needs."""
        source, cooperative = arc.source, arc.cooperative.id
        if isinstance(source, Offer):
            self.offer_left[source.id] -= qty
        else:
            self._buy(source, cooperative, self._packs_to_buy(source, cooperative, qty))
            self._open_qty[source.id, cooperative] -= qty
        self._book(arc, qty)

    def take_back(self, arc: Arc, qty: int) -> None:
        """Take an arc's quantity back; packs stay bought until ``cancel_order``."""
        source, cooperative = arc.source, arc.cooperative.id
        if isinstance(source, Offer):
            self.offer_left[source.id] += qty
        else:
            self._open_qty[source.id, cooperative] += qty
        self._book(arc, -qty)

    def cancel_order(self, wholesaler: str, cooperative: str) -> None:
        """Give back the packs of an order whose deliveries were all taken back."""
        for stock_id, buyer in list(self.packs):
            stock = self.index.stocks[stock_id]
            if buyer == cooperative and stock.wholesaler == wholesaler:
                self._buy(stock, cooperative, -self.packs[stock_id, buyer])
                del self.packs[stock_id, buyer]

    def allocations(self) -> tuple[Line, ...]:
        """Return the lines so far, in order."""
        return tuple(
            Line(demand=key[0], source=key[1], cooperative=key[2], item=arc.item.id, qty=qty)
            for key, (arc, qty) in sorted(self.lines.items(), key=lambda entry: entry[0])
        )

    def purchases(self) -> tuple[PackPurchase, ...]:
        """Return the packs so far, in order."""
        return tuple(PackPurchase(*key, packs=packs) for key, packs in sorted(self.packs.items()) if packs)

    def has_drop(self, demand: Demand, cooperative: str) -> bool:
        """Whether a cooperative comes to the line's kitchen on its day, or may come besides."""
        visits = self._visits[demand.kitchen, demand.day]
        return cooperative in visits or len(visits) < self.index.kitchens[demand.kitchen].max_drops_per_day

    def _price(self, stock: Stock, cooperative: Cooperative) -> int:
        key = stock.id, cooperative.id
        if key not in self._prices:
            self._prices[key] = price_to_kitchen(stock, self.index.items[stock.item], cooperative)
        return self._prices[key]

    def _unit_price(self, arc: Arc) -> int:
        """What a base unit costs the kitchen, in parts of a rupiah."""
        return arc.price_idr * (self._per_idr // arc.item.per)

    def _unit_cash(self, arc: Arc, offer: Offer) -> int:
        """What a base unit of an own offer takes of the capital, in parts of a rupiah."""
        return arc.price_idr * offer.cash_bp * (self._per_idr // (arc.item.per * BP))

    def _need(self, arc: Arc) -> int:
        """Enough to cover the line, but less than one step too much."""
        short_bp, step = self._short_bp[arc.demand.id], arc.item.step
        if short_bp <= 0:
            return 0
        enough = -(-short_bp // (arc.covers_bp * step)) * step
        most = (short_bp + (self.index.items[arc.demand.item].step - 1) * BP) // arc.covers_bp
        return min(enough, most)

    def _goods_and_capital(self, arc: Arc) -> tuple[int, int]:
        source, left = arc.source, self._capital_left[arc.cooperative.id]
        if isinstance(source, Offer):
            return self.offer_left[source.id], _affordable(left, self._unit_cash(arc, source))
        open_qty = self._open_qty.get((source.id, arc.cooperative.id), 0)
        goods = open_qty + self.packs_left[source.id] * source.pack_qty
        packs = _affordable(left, source.price_idr * self._per_idr)
        return goods, UNLIMITED if packs == UNLIMITED else open_qty + packs * source.pack_qty

    def _packs_to_buy(self, stock: Stock, cooperative: str, qty: int) -> int:
        lacking = qty - self._open_qty.get((stock.id, cooperative), 0)
        return max(0, -(-lacking // stock.pack_qty))

    def _buy(self, stock: Stock, cooperative: str, packs: int) -> None:
        if packs:
            self.packs[stock.id, cooperative] = self.packs.get((stock.id, cooperative), 0) + packs
            self.packs_left[stock.id] -= packs
            self._open_qty[stock.id, cooperative] += packs * stock.pack_qty
            self._capital_left[cooperative] -= packs * stock.price_idr * self._per_idr
            self.order_idr[stock.wholesaler, cooperative] += packs * stock.price_idr

    def _book(self, arc: Arc, qty: int) -> None:
        """Count a quantity, or take it back, on everything that own goods and packs share."""
        demand, cooperative, source = arc.demand, arc.cooperative.id, arc.source
        if isinstance(source, Offer):
            self._capital_left[cooperative] -= qty * self._unit_cash(arc, source)
        self._handling_left[cooperative, demand.day] -= qty * arc.item.weight_g
        if arc.item.cold:
            self._cold_left[cooperative, demand.day] -= qty * arc.item.weight_g
        self._budget_left[demand.kitchen, demand.budget] -= qty * self._unit_price(arc)
        self._short_bp[demand.id] -= qty * arc.covers_bp
        key = demand.id, source.id, cooperative
        before = self.lines[key][1] if key in self.lines else 0
        visits = self._visits[demand.kitchen, demand.day]
        visits[cooperative] += (before + qty > 0) - (before > 0)
        if not visits[cooperative]:
            del visits[cooperative]
        if before + qty:
            self.lines[key] = arc, before + qty
        else:
            del self.lines[key]


def _affordable(left: int, unit: int) -> int:
    """How many units the money buys."""
    return left // unit if unit else UNLIMITED
