"""Promises in the problem of a week: order lines that stay where they are, and the plan that is in force.

A line that orders hold is kept in the problem (``fixed``) if the problem still has its demand, its source on its day
and its cooperative, at a lawful price; else it is taken off what is left, as goods that are gone.
"""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from service.domain.orders import OrderLine, live_qty
from service.domain.units import BP
from service.matching.index import ProblemIndex
from service.matching.prices import price_to_kitchen
from service.matching.problem import Line, Problem
from service.workflows.problem_week import Ordered, Week


def may_be_kept(week: Week) -> frozenset[UUID]:
    """Return the order lines that name what a promise in the problem must name."""
    return frozenset(
        line.id
        for _, line, _ in week.snapshot.ordered
        if line.forecast_line_id and (line.offer_id or line.stock_id) and live_qty(line)
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
    codes = _codes(week)
    room = {demand.id: (demand.qty + index.items[demand.item].step - 1) * BP for demand in problem.demands}
    refused = set()
    for entry in week.kept:
        covers_bp = _covers_bp(index, entry, codes[entry[0]])
        demand = str(entry[1].forecast_line_id)
        needed = live_qty(entry[1]) * covers_bp
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
    codes = _codes(week)
    qty: defaultdict[tuple[str, str, str, str], int] = defaultdict(int)
    for cooperative_id, line, _ in week.kept:
        key = (str(line.forecast_line_id), _source(line), codes[cooperative_id], line.item_code)
        qty[key] += live_qty(line)
    return tuple(Line(*key, qty=total) for key, total in qty.items())


def plan_in_force(week: Week) -> tuple[Line, ...]:
    """Return the published plan as the problem's ``previous``: what was ordered, declined lines included."""
    codes = _codes(week)
    return tuple(
        Line(str(line_id), str(source_id), codes[cooperative_id], item_code, qty)
        for line_id, source_id, cooperative_id, item_code, qty in week.snapshot.planned
    )


def _covers_bp(index: ProblemIndex, entry: Ordered, cooperative: str) -> int:
    """Return what a unit of the line covers of its demand, in basis points; 0 if the problem cannot hold the line."""
    _, line, _ = entry
    demand = index.demands.get(str(line.forecast_line_id))
    source = index.offers.get(_source(line)) or index.stocks.get(_source(line))
    carrier = index.cooperatives.get(cooperative)
    if demand is None or source is None or carrier is None or source.item != line.item_code:
        return 0
    offer, stock = index.offers.get(source.id), index.stocks.get(source.id)
    if stock is not None:
        price_idr = price_to_kitchen(stock, index.items[stock.item], carrier)
    elif offer is not None and offer.cooperative == cooperative:
        price_idr = offer.price_idr
    else:
        return 0
    is_near = index.delivery_m(carrier, index.kitchens[demand.kitchen]) <= carrier.radius_m
    if not is_near or not source.from_day <= demand.day <= source.to_day:
        return 0
    ways = {demand.item: (BP, demand.max_price_idr)}
    ways |= {swap.item: (swap.covers_bp, swap.max_price_idr) for swap in demand.substitutes}
    covers_bp, limit_idr = ways.get(line.item_code, (0, 0))
    return covers_bp if price_idr <= limit_idr else 0


def _source(line: OrderLine) -> str:
    return str(line.offer_id or line.stock_id)


def _codes(week: Week) -> dict[UUID, str]:
    return {organisation.id: organisation.code for organisation, _ in week.snapshot.cooperatives}
