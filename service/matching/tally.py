"""Adds up what a plan delivers and buys, by everything that a rule or a cost term speaks of."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from service.matching.deliveries import Broken, Delivery, resolve
from service.matching.problem import BP, Offer
from service.matching.rules import Rule

if TYPE_CHECKING:
    from service.matching.index import ProblemIndex
    from service.matching.plan import PackPurchase, Plan

FLOAT_SLACK = 1e-9
"""Relative slack for sums of rupiah with fractions."""


class Tally:
    """The sums of one plan.

    Parameters
    ----------
    index
        The problem.
    plan
        A plan of it, allowed or not; ``broken`` gets what is wrong with single lines, which then count as far as they
        mean anything.
    """

    def __init__(self, index: ProblemIndex, plan: Plan) -> None:
        self.index = index
        self.broken: list[Broken] = []
        self.deliveries: list[Delivery] = []
        self.covered_bp: defaultdict[str, int] = defaultdict(int)
        self.given: defaultdict[tuple[str, str, str], int] = defaultdict(int)
        self.offer_qty: defaultdict[str, int] = defaultdict(int)
        self.stock_qty: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.packs: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.order_idr: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.handling_g: defaultdict[tuple[str, int], int] = defaultdict(int)
        self.cold_g: defaultdict[tuple[str, int], int] = defaultdict(int)
        self.cash_idr: defaultdict[str, float] = defaultdict(float)
        self.spent_idr: defaultdict[tuple[str, str], float] = defaultdict(float)
        self.visitors: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
        self.value_idr: defaultdict[str, float] = defaultdict(float)
        self.pair_idr: defaultdict[tuple[str, str], float] = defaultdict(float)
        self.supplier_idr: defaultdict[tuple[str, str], float] = defaultdict(float)
        for n, line in enumerate(plan.allocations):
            delivery = resolve(index, line, f"allocations[{n}]", self.broken)
            if delivery is not None:
                self._deliver(delivery)
        for n, purchase in enumerate(plan.purchases):
            self._buy(purchase, f"purchases[{n}]")

    def _deliver(self, delivery: Delivery) -> None:
        demand, cooperative, source = delivery.demand, delivery.cooperative.id, delivery.source
        value_idr = delivery.value_idr
        self.deliveries.append(delivery)
        self.covered_bp[demand.id] += delivery.qty * delivery.covers_bp
        self.given[demand.id, source.id, cooperative] += delivery.qty
        if isinstance(source, Offer):
            self.offer_qty[source.id] += delivery.qty
            self.cash_idr[cooperative] += value_idr * source.cash_bp / BP
        else:
            self.stock_qty[source.id, cooperative] += delivery.qty
        self.handling_g[cooperative, demand.day] += delivery.weight_g
        if delivery.item.cold:
            self.cold_g[cooperative, demand.day] += delivery.weight_g
        self.spent_idr[demand.kitchen, demand.budget] += value_idr
        self.visitors[demand.kitchen, demand.day].add(cooperative)
        self.value_idr[cooperative] += value_idr
        self.pair_idr[demand.kitchen, cooperative] += value_idr
        self.supplier_idr[demand.kitchen, source.supplier] += value_idr

    def _buy(self, purchase: PackPurchase, where: str) -> None:
        stock = self.index.stocks.get(purchase.stock)
        if stock is None or purchase.cooperative not in self.index.cooperatives:
            self.broken.append(
                Broken(Rule.UNKNOWN_ID, where, f"there is no {purchase.stock} or {purchase.cooperative}")
            )
            return
        if purchase.packs <= 0:
            self.broken.append(Broken(Rule.STEP, where, f"{purchase.packs} packs are none", purchase.packs))
            return
        price_idr = purchase.packs * stock.price_idr
        self.packs[stock.id, purchase.cooperative] += purchase.packs
        self.order_idr[stock.wholesaler, purchase.cooperative] += price_idr
        self.cash_idr[purchase.cooperative] += price_idr
