"""An old plan under new circumstances: every line as far as it may still be, and what any set of lines costs."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from service.matching.costs import costs
from service.matching.index import ProblemIndex
from service.matching.ledger import Ledger
from service.matching.plan import PackPurchase, Plan, PlanStatus
from service.matching.problem import Line
from service.matching.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.matching.problem import Problem

    Quantities = Mapping["LineKey", int]

LineKey = tuple[str, str, str, str]
"""Demand, source, cooperative, item."""


def quantities(plan: Plan) -> dict[LineKey, int]:
    """Return what a plan delivers, line by line."""
    found: defaultdict[LineKey, int] = defaultdict(int)
    for line in plan.allocations:
        found[line.demand, line.source, line.cooperative, line.item] += line.qty
    return dict(found)


def carried(problem: Problem, qty: Quantities, wanted: Quantities) -> dict[LineKey, int]:
    """Keep of a plan what a problem still lets through.

    Parameters
    ----------
    problem
        The circumstances.
    qty
        What the old plan delivers.
    wanted
        What the new plan delivers: where not all of the old plan fits, what both plans share is kept first, then the
        rest in the order of the lines.

    Returns
    -------
    dict[LineKey, int]
        Within every rule but the minimums of offers and orders: it only measures what keeping the plan would cost.
    """
    index = ProblemIndex(problem)
    ledger = Ledger(index)
    keys = sorted(qty)
    for most in ({key: min(qty[key], wanted.get(key, 0)) for key in keys}, qty):
        for key in keys:
            _deliver(index, ledger, key, most[key])
    return {(d, s, c, arc.item.id): amount for (d, s, c), (arc, amount) in ledger.lines.items()}


def _deliver(index: ProblemIndex, ledger: Ledger, key: LineKey, most: int) -> None:
    """Bring one line up to a quantity, as far as there is room."""
    have = ledger.lines[key[:3]][1] if key[:3] in ledger.lines else 0
    if have >= most:
        return
    demand, cooperative = index.demands.get(key[0]), index.cooperatives.get(key[2])
    source = index.offers.get(key[1]) or index.stocks.get(key[1])
    if demand is None or cooperative is None or source is None or source.item != key[3]:
        return
    arc = ledger.arc(demand, source, cooperative)
    if arc is None or arc.price_idr > arc.limit_idr or not source.from_day <= demand.day <= source.to_day:
        return
    if index.delivery_m(cooperative, index.kitchens[demand.kitchen]) > cooperative.radius_m:
        return
    if getattr(source, "cooperative", cooperative.id) != cooperative.id:
        return
    more = min((most - have) // arc.item.step * arc.item.step, ledger.room(arc))
    if more > 0:
        ledger.deliver(arc, more)


def total_idr(problem: Problem, qty: Quantities) -> float:
    """Return what lines cost under a problem, the whole packs that they need included; they may break rules."""
    stocks = {stock.id: stock.pack_qty for stock in problem.stocks}
    pool: defaultdict[tuple[str, str], int] = defaultdict(int)
    for (_, source, cooperative, _), amount in qty.items():
        if source in stocks:
            pool[source, cooperative] += amount
    bought = tuple(PackPurchase(s, c, -(-amount // stocks[s])) for (s, c), amount in sorted(pool.items()) if amount)
    lines = tuple(Line(*key, amount) for key, amount in sorted(qty.items()) if amount)
    return cost_of(problem, Plan(lines, bought, 0.0, None, PlanStatus.FEASIBLE))


def cost_of(problem: Problem, plan: Plan) -> float:
    """Return what a plan costs, as ``check`` works it out, without asking whether it is allowed."""
    return sum(costs(Tally(ProblemIndex(problem), plan), plan).values())
