"""Plans to be compared: what orders hold of a stock is part of the stock again, so that both speak of one source."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from service.matching.held_stocks import cooperative_of, is_held, merged, stock_id_of
from service.matching.plan import PackPurchase, Plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from service.matching.problem import Line, Problem, Stock


def with_whole_stocks(*pairs: tuple[Problem, Plan]) -> tuple[tuple[Problem, Plan], ...]:
    """Return problems and their plans with what orders hold counted as packs of the stock.

    Parameters
    ----------
    pairs
        Problems of one week, each with its plan.

    Returns
    -------
    tuple[tuple[Problem, Plan], ...]
        With equal names for equal sources; as they were where none holds packs. What the plans state as their totals
        is left: they cost less now by what a pack's rest costs, since a held and a new part of a pack count as one.
    """
    stocks = [stock for problem, _ in pairs for stock in problem.stocks]
    if not any(is_held(stock.id) for stock in stocks):
        return pairs
    known = {stock.id: stock for stock in stocks if not is_held(stock.id)}
    for stock in stocks:
        known.setdefault(stock_id_of(stock.id), replace(stock, id=stock_id_of(stock.id)))
    return tuple(_whole(*pair, known) for pair in pairs)


def _whole(problem: Problem, plan: Plan, known: dict[str, Stock]) -> tuple[Problem, Plan]:
    """Make the stocks of one problem whole, at its own prices; the other's tell of stocks that are not open here."""
    whole = known | {stock.id: stock for stock in problem.stocks if not is_held(stock.id)}
    return _problem(problem, whole), _plan(plan, whole)


def _problem(problem: Problem, whole: dict[str, Stock]) -> Problem:
    """Give the held packs back to their stocks, and the cooperatives the capital that is in the packs' rests."""
    packs, rest_idr, days = Counter[str](), Counter[str](), {}
    for stock in problem.stocks:
        name, cooperative = stock_id_of(stock.id), cooperative_of(stock.id)
        days[name] = stock.from_day, stock.to_day
        if is_held(stock.id):
            count = _packs_for(stock.pack_qty, whole[name].pack_qty)
            rest_idr[cooperative] += count * whole[name].price_idr - stock.price_idr
            packs[name] += count
        else:
            packs[name] += stock.packs
    return replace(
        problem,
        stocks=tuple(
            replace(whole[name], packs=packs[name], from_day=first, to_day=last) for name, (first, last) in days.items()
        ),
        cooperatives=tuple(replace(x, capital_idr=x.capital_idr + rest_idr[x.id]) for x in problem.cooperatives),
        fixed=merged(problem.fixed),
        previous=merged(problem.previous),
    )


def _plan(plan: Plan, whole: dict[str, Stock]) -> Plan:
    """Buy what is delivered: no whole pack stays unused."""
    lines = merged(plan.allocations)
    return replace(plan, allocations=lines, purchases=bought_for(lines, whole))


def bought_for(lines: Iterable[Line], stocks: Mapping[str, Stock]) -> tuple[PackPurchase, ...]:
    """Return the fewest whole packs that lines are delivered from."""
    qty = Counter[tuple[str, str]]()
    for line in lines:
        if line.source in stocks:
            qty[line.source, line.cooperative] += line.qty
    return tuple(PackPurchase(*key, _packs_for(total, stocks[key[0]].pack_qty)) for key, total in qty.items())


def _packs_for(qty: int, pack_qty: int) -> int:
    """Return the packs that hold a quantity."""
    return -(-qty // pack_qty)
