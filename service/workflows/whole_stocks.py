"""Plans to be compared: what orders hold of a stock is part of the stock again, so that both speak of one source."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

from service.domain.stocks import packs_for
from service.matching.check import check
from service.matching.plan import PackPurchase
from service.matching.plan import Plan as SolvedPlan
from service.matching.problem import Problem, Stock
from service.matching.questions import PlanFiles, Question
from service.matching.reader import parse_plan, parse_problem
from service.matching.writer import write_plan, write_problem
from service.workflows.held_packs import cooperative_of, is_held, merged, stock_id_of


def with_whole_stocks(asked: Question) -> Question:
    """Return a question about two plans with what orders hold counted as packs of the stock.

    Parameters
    ----------
    asked
        Of a plan and an earlier one, as their runs kept them.

    Returns
    -------
    Question
        With equal names for equal sources; as it was where no plan holds packs. Totals may be lower by what a pack's
        rest costs, since a held and a new part of a pack count as one.
    """
    if asked.earlier is None:
        return asked
    both = [(parse_problem(files.problem), parse_plan(files.plan)) for files in (asked.files, asked.earlier)]
    stocks = [stock for problem, _ in both for stock in problem.stocks]
    if not any(is_held(stock.id) for stock in stocks):
        return asked
    whole = {stock.id: stock for stock in stocks if not is_held(stock.id)}
    for stock in stocks:
        whole.setdefault(stock_id_of(stock.id), replace(stock, id=stock_id_of(stock.id)))
    now, earlier = (_files(_problem(problem, whole), _plan(plan, whole)) for problem, plan in both)
    return replace(asked, files=now, earlier=earlier)


def _problem(problem: Problem, whole: dict[str, Stock]) -> Problem:
    """Give the held packs back to their stocks, and the cooperatives the capital that is in the packs' rests."""
    packs, rest_idr, stocks = Counter[str](), Counter[str](), {}
    for stock in problem.stocks:
        name, cooperative = stock_id_of(stock.id), cooperative_of(stock.id)
        stocks[name] = replace(whole[name], from_day=stock.from_day, to_day=stock.to_day)
        if is_held(stock.id):
            count = packs_for(stock.pack_qty, pack_qty=whole[name].pack_qty)
            rest_idr[cooperative] += count * whole[name].price_idr - stock.price_idr
            packs[name] += count
        else:
            packs[name] += stock.packs
    return replace(
        problem,
        stocks=tuple(replace(stock, packs=packs[name]) for name, stock in stocks.items()),
        cooperatives=tuple(replace(x, capital_idr=x.capital_idr + rest_idr[x.id]) for x in problem.cooperatives),
        fixed=merged(problem.fixed),
        previous=merged(problem.previous),
    )


def _plan(plan: SolvedPlan, whole: dict[str, Stock]) -> SolvedPlan:
    """Buy what is delivered: no whole pack stays unused."""
    lines = merged(plan.allocations)
    qty = Counter[tuple[str, str]]()
    for line in lines:
        if line.source in whole:
            qty[line.source, line.cooperative] += line.qty
    bought = (PackPurchase(*key, packs_for(total, pack_qty=whole[key[0]].pack_qty)) for key, total in qty.items())
    return replace(plan, allocations=lines, purchases=tuple(bought))


def _files(problem: Problem, plan: SolvedPlan) -> PlanFiles:
    plan = replace(plan, objective_idr=check(problem, plan).total_idr)
    return PlanFiles(json.dumps(write_problem(problem)).encode(), json.dumps(write_plan(plan)).encode())
