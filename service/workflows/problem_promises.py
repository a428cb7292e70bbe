"""Promises in the problem of a week: order lines that stay where they are, and the plan that is in force.

A line that orders hold is kept in the problem (``fixed``), as far as it will come, if that is whole steps and the
problem still has its demand, its source on its day and its cooperative, at a lawful price; else it is taken off what is
left, as goods that are gone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from service.domain.orders import OrderLine
from service.domain.units import BP
from service.matching.held_stocks import held_source, is_held
from service.matching.index import ProblemIndex
from service.matching.prices import price_to_kitchen
from service.matching.problem import Line, Problem
from service.workflows.problem_week import Ordered, Week


def may_be_kept(week: Week) -> frozenset[UUID]:
    """Return the order lines that name what a promise in the problem must name, and bring whole steps."""
    return frozenset(
        line.id
        for _, line, _ in week.snapshot.ordered
        if line.forecast_line_id and (line.offer_id or line.stock_id) and _is_in_steps(week, line)
    )


def cannot_be_kept(week: Week, problem: Problem) -> frozenset[UUID]:
    """Return those of the kept lines that the problem, made with them, does not have room for.

    Parameters
    ----------
    week
        Names the kept lines.
    problem
        Made from it.

    Returns
    -------
    frozenset of UUID
        Their demand, source, day, cooperative, item or price is not in the problem, or the line is covered without.
    """
    index = ProblemIndex(problem)
    room = {demand.id: (demand.qty + index.items[demand.item].step - 1) * BP for demand in problem.demands}
    refused = set()
    for entry in week.kept:
        covers_bp = _covers_bp(index, entry, week.codes[entry[0]])
        demand = str(entry[1].forecast_line_id)
        needed = week.coming_qty(entry[1]) * covers_bp
        if not covers_bp or needed > room[demand]:
            refused.add(entry[1].id)
        else:
            room[demand] -= needed
    return frozenset(refused)


def is_all_promised(problem: Problem) -> bool:
    """Tell whether promises cover every demand line of a problem, so that nothing is left to match."""
    covers_bp = {(demand.id, swap.item): swap.covers_bp for demand in problem.demands for swap in demand.substitutes}
    covered: defaultdict[str, int] = defaultdict(int)
    for line in problem.fixed:
        covered[line.demand] += line.qty * covers_bp.get((line.demand, line.item), BP)
    return all(covered[demand.id] >= demand.qty * BP for demand in problem.demands)


def promises(week: Week) -> tuple[Line, ...]:
    """Return the kept lines as the problem's ``fixed``; parts of one delivery are one line."""
    qty: defaultdict[tuple[str, str, str, str], int] = defaultdict(int)
    for cooperative_id, line, _ in week.kept:
        cooperative = week.codes[cooperative_id]
        key = (str(line.forecast_line_id), _source(line, cooperative), cooperative, line.item_code)
        qty[key] += week.coming_qty(line)
    return tuple(Line(*key, qty=total) for key, total in qty.items())


def plan_in_force(week: Week, promised: Iterable[Line]) -> tuple[Line, ...]:
    """Return the published plan as the problem's ``previous``: what was ordered, declined lines included.

    What kept lines hold of a stock is named as they name it; the rest of such a delivery by the stock itself.
    """
    left = {(line.demand, line.source, line.cooperative): line.qty for line in promised if is_held(line.source)}
    lines = []
    for line_id, source_id, cooperative_id, item_code, qty in week.snapshot.planned:
        demand, cooperative = str(line_id), week.codes[cooperative_id]
        key = demand, held_source(source_id, cooperative), cooperative
        kept = min(qty, left.get(key, 0))
        if kept:
            left[key] -= kept
            lines.append(Line(*key, item_code, kept))
        if qty > kept:
            lines.append(Line(demand, str(source_id), cooperative, item_code, qty - kept))
    return tuple(lines)


def _is_in_steps(week: Week, line: OrderLine) -> bool:
    """Tell whether something comes, and in whole steps: what falls of goods under way is as much as had not left."""
    qty = week.coming_qty(line)
    return qty > 0 and qty % week.snapshot.items[line.item_code].step_qty == 0


def _covers_bp(index: ProblemIndex, entry: Ordered, cooperative: str) -> int:
    """Return what a unit of the line covers of its demand, in basis points; 0 if the problem cannot hold the line."""
    _, line, _ = entry
    demand = index.demands.get(str(line.forecast_line_id))
    name = _source(line, cooperative)
    stock = index.stocks.get(name)
    source = index.offers.get(name) or stock
    carrier = index.cooperatives.get(cooperative)
    if demand is None or source is None or carrier is None or source.item != line.item_code:
        return 0
    price_idr = price_to_kitchen(stock, index.items[stock.item], carrier) if stock else source.price_idr
    is_near = index.delivery_m(carrier, index.kitchens[demand.kitchen]) <= carrier.radius_m
    if not is_near or not source.from_day <= demand.day <= source.to_day:
        return 0
    ways = {demand.item: (BP, demand.max_price_idr)}
    ways |= {swap.item: (swap.covers_bp, swap.max_price_idr) for swap in demand.substitutes}
    covers_bp, limit_idr = ways.get(line.item_code, (0, 0))
    return covers_bp if price_idr <= limit_idr else 0


def _source(line: OrderLine, cooperative: str) -> str:
    return held_source(line.stock_id, cooperative) if line.stock_id else str(line.offer_id)
