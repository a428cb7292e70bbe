"""The hard rules over a whole plan, one function per rule, each naming what is broken and by how much."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from service.matching.deliveries import Broken
from service.matching.problem import BP
from service.matching.rules import Rule
from service.matching.tally import FLOAT_SLACK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.matching.tally import Tally


def coverage(tally: Tally) -> Iterator[Broken]:
    """Rule 1: what is covered stays less than one step above the quantity of the line."""
    for demand in tally.index.problem.demands:
        covered_bp = tally.covered_bp.get(demand.id, 0)
        over_bp = covered_bp - (demand.qty + tally.index.items[demand.item].step - 1) * BP
        if over_bp > 0:
            detail = f"covered {covered_bp / BP:.10g} of {demand.qty}"
            yield Broken(Rule.COVERAGE, demand.id, detail, covered_bp / BP - demand.qty)


def offer_quantity(tally: Tally) -> Iterator[Broken]:
    """Rule 2: an offer gives at most its quantity, and nothing or at least its minimum."""
    for offer in tally.index.problem.offers:
        qty = tally.offer_qty.get(offer.id, 0)
        if qty > offer.qty:
            yield Broken(Rule.OFFER_QTY, offer.id, f"{qty} of {offer.qty}", qty - offer.qty)
        elif 0 < qty < offer.min_qty:
            yield Broken(Rule.OFFER_MINIMUM, offer.id, f"{qty}, minimum {offer.min_qty}", offer.min_qty - qty)


def packs(tally: Tally) -> Iterator[Broken]:
    """Rule 3: what is delivered was bought, no whole pack stays unused, and the stock has the packs."""
    total: defaultdict[str, int] = defaultdict(int)
    for stock_id, cooperative in sorted(tally.packs.keys() | tally.stock_qty.keys()):
        stock, bought = tally.index.stocks[stock_id], tally.packs.get((stock_id, cooperative), 0)
        total[stock_id] += bought
        left = bought * stock.pack_qty - tally.stock_qty.get((stock_id, cooperative), 0)
        where = f"{stock_id} by {cooperative}"
        if left < 0:
            yield Broken(Rule.PACKS_BOUGHT, where, f"{bought} packs are {-left} too little", -left)
        if left >= stock.pack_qty and bought:
            yield Broken(Rule.WHOLE_PACK_UNUSED, where, f"{left} of {bought} packs stay unused", left)
    for stock in tally.index.problem.stocks:
        over = total.get(stock.id, 0) - stock.packs
        if over > 0:
            yield Broken(Rule.STOCK_PACKS, stock.id, f"{over + stock.packs} packs of {stock.packs}", over)


def minimum_order(tally: Tally) -> Iterator[Broken]:
    """Rule 5: a cooperative buys nothing from a wholesaler, or at least the minimum order."""
    for (wholesaler, cooperative), order_idr in tally.order_idr.items():
        missing = tally.index.wholesalers[wholesaler].min_order_idr - order_idr
        if missing > 0:
            where = f"{wholesaler} by {cooperative}"
            yield Broken(Rule.MINIMUM_ORDER, where, f"{order_idr} rupiah is {missing} below the minimum", missing)


def handling_and_cold(tally: Tally) -> Iterator[Broken]:
    """Rule 6: weight per cooperative and day within what it can handle, and keep cold."""
    for cooperative in tally.index.problem.cooperatives:
        limits = (
            (Rule.HANDLING, tally.handling_g, cooperative.handling_g),
            (Rule.COLD, tally.cold_g, cooperative.cold_g),
        )
        for rule, weights_g, limit_g in limits:
            for day, limit in enumerate(limit_g):
                weight = weights_g.get((cooperative.id, day), 0)
                if weight > limit:
                    yield Broken(rule, f"{cooperative.id} day {day}", f"{weight} g of {limit} g", weight - limit)


def capital(tally: Tally) -> Iterator[Broken]:
    """Rule 7: packs bought and the cash share of own offers within the cooperative's capital."""
    for cooperative in tally.index.problem.cooperatives:
        cash_idr = tally.cash_idr.get(cooperative.id, 0.0)
        if cash_idr > cooperative.capital_idr * (1 + FLOAT_SLACK):
            detail = f"{cash_idr:.2f} rupiah of {cooperative.capital_idr}"
            yield Broken(Rule.CAPITAL, cooperative.id, detail, cash_idr - cooperative.capital_idr)


def budget(tally: Tally) -> Iterator[Broken]:
    """Rule 8: value per kitchen and budget line within the budget."""
    for (kitchen, line), spent_idr in tally.spent_idr.items():
        limit = tally.index.kitchens[kitchen].budget_idr.get(line, 0)
        if spent_idr > limit * (1 + FLOAT_SLACK):
            where = f"{kitchen} {line}"
            yield Broken(Rule.BUDGET, where, f"{spent_idr:.2f} rupiah of {limit}", spent_idr - limit)


def drops(tally: Tally) -> Iterator[Broken]:
    """Rule 9: at most so many different cooperatives per kitchen and day."""
    for (kitchen, day), visitors in tally.visitors.items():
        limit = tally.index.kitchens[kitchen].max_drops_per_day
        if len(visitors) > limit:
            detail = f"{len(visitors)} drops of {limit}"
            yield Broken(Rule.DROPS, f"{kitchen} day {day}", detail, len(visitors) - limit)


def fixed(tally: Tally) -> Iterator[Broken]:
    """Rule 10: promised lines are kept, at least their quantity."""
    for line in tally.index.problem.fixed:
        missing = line.qty - tally.given.get((line.demand, line.source, line.cooperative), 0)
        if missing > 0:
            where = f"{line.demand} from {line.source} by {line.cooperative}"
            yield Broken(Rule.FIXED, where, f"{missing} of {line.qty} are missing", missing)


HARD_RULES = (coverage, offer_quantity, packs, minimum_order, handling_and_cold, capital, budget, drops, fixed)
