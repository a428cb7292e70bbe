"""The clerk's way: what a careful person with a spreadsheet would do, the yardstick for every optimised plan.

Kitchen by kitchen and line by line in order of the day: the cheapest permitted own offer of a cooperative first, then
packs from the cheapest wholesaler through the nearest cooperative, then the same with substitutes. Orders and offers
that stay below their minimum are cancelled, and what they served is looked for once more among what is open anyway.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from service.matching.check import broken_rules, check
from service.matching.geography import metres_matrix
from service.matching.index import ProblemIndex
from service.matching.ledger import UNLIMITED, Arc, Ledger
from service.matching.plan import Plan, PlanStatus
from service.matching.problem import Offer
from service.matching.rules import Rule
from service.matching.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from service.matching.check import CheckReport
    from service.matching.deliveries import Broken
    from service.matching.problem import Cooperative, Demand, Problem, Stock


def greedy(problem: Problem) -> Plan:
    """Plan the week the clerk's way.

    Parameters
    ----------
    problem
        A valid problem.

    Returns
    -------
    Plan
        Allowed, with its exact total and no bound; ``infeasible`` with the broken rules if the promised lines break
        one, or if no way was found to lift them over a minimum.
    """
    plan, _ = planned(Clerk(ProblemIndex(problem)))
    return plan


def planned(clerk: Clerk) -> tuple[Plan, CheckReport]:
    """Plan the week as a clerk does: promises first, then line by line, then what became possible by that.

    Returns
    -------
    tuple[Plan, CheckReport]
        The plan, with its exact total, and its check.
    """
    clerk.keep_promises()
    faults = clerk.broken_promises()
    if not faults:
        clerk.serve(clerk.lines(), is_settled=False)
        clerk.cancel_below_minimum()
        clerk.serve(clerk.lines(), is_settled=True)
    plan = clerk.plan()
    report = check(clerk.index.problem, plan)
    report = replace(report, broken=tuple(fault for fault in report.broken if fault.rule is not Rule.OBJECTIVE))
    broken = tuple(str(fault) for fault in faults or report.broken)
    status = PlanStatus.INFEASIBLE if broken else PlanStatus.FEASIBLE
    return replace(plan, objective_idr=report.total_idr, status=status, broken=broken), report


class Clerk:
    """One pass over the week, with everything looked up once."""

    def __init__(self, index: ProblemIndex) -> None:
        self.index = index
        self.ledger = Ledger(index)
        self.near = _nearest(index)
        self.offers: defaultdict[str, list[Offer]] = defaultdict(list)
        for offer in sorted(index.problem.offers, key=lambda x: (x.price_idr, x.id)):
            self.offers[offer.item].append(offer)
        self.stocks: defaultdict[str, list[Stock]] = defaultdict(list)
        for stock in sorted(index.problem.stocks, key=lambda x: (x.price_idr / x.pack_qty, x.id)):
            self.stocks[stock.item].append(stock)

    def lines(self) -> list[Demand]:
        """The demand lines kitchen by kitchen, the earliest day first."""
        return sorted(self.index.problem.demands, key=lambda demand: (demand.kitchen, demand.day, demand.id))

    def keep_promises(self) -> None:
        """Book the fixed lines, then lift what they use over its minimum."""
        for line in self.index.problem.fixed:
            source = self.index.offers.get(line.source) or self.index.stocks[line.source]
            arc = self.ledger.arc(self.index.demands[line.demand], source, self.index.cooperatives[line.cooperative])
            if arc is not None:
                self.ledger.deliver(arc, line.qty)
        for arc, _ in list(self.ledger.lines.values()):
            self._lift(arc)
        open_stocks = self.ledger.open_stocks()
        for item, stocks in self.stocks.items():
            self.stocks[item] = [stock for stock in stocks if stock.id in open_stocks]

    def broken_promises(self) -> tuple[Broken, ...]:
        """Name the rules that the fixed lines break."""
        return broken_rules(Tally(self.index, self.plan())) if self.index.problem.fixed else ()

    def serve(self, demands: Iterable[Demand], *, is_settled: bool) -> None:
        """Fill the lines one after the other; ``is_settled`` opens nothing that would need a minimum first."""
        for demand in demands:
            for arc in self._ways(demand):
                if self.ledger.short_qty(demand) <= 0:
                    break
                qty = self.ledger.room(arc)
                if qty and (not is_settled or self._meets_minimum(arc, qty)):
                    self.ledger.deliver(arc, qty)

    def cancel_below_minimum(self) -> None:
        """Take back what was delivered from offers and orders that stayed below their minimum."""
        orders = set()
        for arc, qty in list(self.ledger.lines.values()):
            if not self._meets_minimum(arc, 0):
                self.ledger.take_back(arc, qty)
                if not isinstance(arc.source, Offer):
                    orders.add((arc.source.wholesaler, arc.cooperative.id))
        for wholesaler, cooperative in sorted(orders):
            self.ledger.cancel_order(wholesaler, cooperative)

    def plan(self) -> Plan:
        """The plan so far, its total still to be computed."""
        return Plan(self.ledger.allocations(), self.ledger.purchases(), 0.0, None, PlanStatus.FEASIBLE)

    def _ways(self, demand: Demand) -> Iterator[Arc]:
        """The permitted arcs of a line in the clerk's order."""
        for item in (demand.item, *(substitute.item for substitute in demand.substitutes)):
            reachable = self.near[demand.kitchen]
            for offer in self.offers[item]:
                if offer.cooperative in reachable and self.ledger.offer_left[offer.id]:
                    yield from self._permitted(demand, offer, reachable[offer.cooperative])
            for cooperative in reachable.values():
                for stock in self.stocks[item] if self.ledger.can_visit(demand, cooperative) else ():
                    if self.ledger.can_supply(stock, cooperative):
                        yield from self._permitted(demand, stock, cooperative)

    def _permitted(self, demand: Demand, source: Offer | Stock, cooperative: Cooperative) -> Iterator[Arc]:
        """The arc, if days and price permit it."""
        if source.from_day <= demand.day <= source.to_day:
            arc = self.ledger.arc(demand, source, cooperative)
            if arc is not None and arc.price_idr <= arc.limit_idr:
                yield arc

    def _meets_minimum(self, arc: Arc, qty: int) -> bool:
        """Whether the offer or the order is over its minimum once the arc carries ``qty`` more."""
        if isinstance(arc.source, Offer):
            return self.ledger.offer_used(arc.source) + qty >= arc.source.min_qty
        least_idr = self.index.wholesalers[arc.source.wholesaler].min_order_idr
        return self.ledger.order_with(arc, qty) >= least_idr

    def _lift(self, promised: Arc) -> None:
        """Deliver more of a promised offer or order until its minimum is met: as before if possible, else anywhere."""
        if self._meets_minimum(promised, 0):
            return
        source = promised.source
        shelf = (source,) if isinstance(source, Offer) else self._shelf(source.wholesaler)
        for arc, most in chain(self._before(shelf, promised.cooperative), self._anywhere(shelf, promised.cooperative)):
            if self._meets_minimum(promised, 0):
                return
            qty = min(self.ledger.room(arc), most)
            if qty:
                self.ledger.deliver(arc, qty)

    def _shelf(self, wholesaler: str) -> tuple[Stock, ...]:
        return tuple(stock for stock in self.index.problem.stocks if stock.wholesaler == wholesaler)

    def _before(self, shelf: Sequence[Offer | Stock], cooperative: Cooperative) -> Iterator[tuple[Arc, int]]:
        """What the plan before had of these sources through the cooperative, as far as it still may be."""
        sources = {source.id: source for source in shelf}
        for line in self.index.problem.previous:
            source, demand = sources.get(line.source), self.index.demands.get(line.demand)
            if source is not None and demand is not None and line.cooperative == cooperative.id:
                booked = self.ledger.qty_of(line)
                for arc in self._reachable(demand, source, cooperative):
                    yield arc, max(0, line.qty - booked) // arc.item.step * arc.item.step

    def _anywhere(self, shelf: Sequence[Offer | Stock], cooperative: Cooperative) -> Iterator[tuple[Arc, int]]:
        """Whatever the cooperative could deliver of these sources."""
        for demand in self.lines():
            for source in shelf:
                for arc in self._reachable(demand, source, cooperative):
                    yield arc, UNLIMITED

    def _reachable(self, demand: Demand, source: Offer | Stock, cooperative: Cooperative) -> Iterator[Arc]:
        """The arc, if days, price and distance permit it."""
        if cooperative.id in self.near[demand.kitchen]:
            yield from self._permitted(demand, source, cooperative)


def _nearest(index: ProblemIndex) -> dict[str, dict[str, Cooperative]]:
    """The cooperatives that may deliver to each kitchen, the nearest first."""
    cooperatives, kitchens = index.problem.cooperatives, index.problem.kitchens
    metres = metres_matrix(kitchens, cooperatives)

    def reachable(row: int) -> dict[str, Cooperative]:
        order = sorted(zip(metres[row].tolist(), cooperatives, strict=True), key=lambda pair: (pair[0], pair[1].id))
        return {cooperative.id: cooperative for distance, cooperative in order if distance <= cooperative.radius_m}

    return {kitchen.id: reachable(row) for row, kitchen in enumerate(kitchens)}
