"""The re-match after refusals: a tenth of a plan's lines is declined, all others are promised and may not move.

Goods of declined lines are gone: what is left of their offer or stock is that much less (whole packs), so nothing
delivers them again unless the source had more. As when orders are answered, an offer and a wholesaler's order that
promises hold count as large enough. Seconds are the solving process's of the second solve.

Usage: python benchmarks/rematch.py [--kitchens N ...] [--seeds N ...] [--scenarios NAME ...] [--plan-effort E]
                                    [--time-limit S] [--keep DIR]
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Final

from benchmarks.measuring.solved import Solved, solve_row
from benchmarks.measuring.table import MILLION, kept_folder, number, print_row
from service.matching.plan import Plan
from service.matching.plan_difference import short_quantities
from service.matching.problem import Line, Offer, Problem, Stock, Wholesaler
from service.matching.reader import read_problem
from service.matching.repair_report import RepairReport, repair_report
from service.matching.writer import write_problem
from service.simulation.drawing.draws import SCENARIOS
from service.simulation.drawing.problems import make_problem

DECLINED_SHARE: Final = 0.1

COLUMNS: Final = {
    "kitchens": 9,
    "scenario": 9,
    "seed": 5,
    "declined": 9,
    "fixed": 7,
    "s": 7,
    "gap %": 7,
    "moved": 7,
    "again": 7,
    "changed": 9,
    "kg moved": 10,
    "cost Rp m": 11,
    "new short": 11,
    "check": 8,
}


def arguments() -> argparse.Namespace:
    """Read the command line; without any: 144 kitchens, all scenarios, seed 1."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kitchens", type=int, nargs="+", default=[144])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--scenarios", nargs="+", choices=SCENARIOS, default=list(SCENARIOS))
    parser.add_argument("--plan-effort", type=float, help="effort of the first plan; 1 is usual")
    parser.add_argument("--time-limit", type=float, default=120.0)
    parser.add_argument("--keep", type=Path, help="a folder for the problems and plans")
    return parser.parse_args()


def after_refusals(problem: Problem, plan: Plan, seed: int) -> tuple[Problem, frozenset[Line]]:
    """Return the problem to match again, and the declined lines."""
    lines = sorted(plan.allocations, key=lambda line: (line.demand, line.source, line.cooperative, line.item))
    declined = frozenset(random.Random(seed).sample(lines, round(len(lines) * DECLINED_SHARE)))
    fixed = tuple(line for line in lines if line not in declined)
    gone: Counter[str] = Counter()
    for line in declined:
        gone[line.source] += line.qty
    kept = kept_packs(problem, fixed)
    repair = replace(
        problem,
        offers=tuple(offer_left(offer, gone[offer.id], fixed) for offer in problem.offers),
        stocks=tuple(stock_left(stock, gone[stock.id], kept) for stock in problem.stocks),
        wholesalers=tuple(open_wholesaler(each, problem, kept) for each in problem.wholesalers),
        fixed=fixed,
        previous=tuple(lines),
    )
    return repair, declined


def kept_packs(problem: Problem, fixed: tuple[Line, ...]) -> dict[tuple[str, str], int]:
    """Return the packs that the promises need, by stock and cooperative."""
    pack_qty = {stock.id: stock.pack_qty for stock in problem.stocks}
    qty: Counter[tuple[str, str]] = Counter()
    for line in fixed:
        if line.source in pack_qty:
            qty[line.source, line.cooperative] += line.qty
    return {key: -(-total // pack_qty[key[0]]) for key, total in qty.items()}


def offer_left(offer: Offer, gone_qty: int, fixed: tuple[Line, ...]) -> Offer:
    """Take declined goods off an offer; a promise holds although it is below the offer's minimum."""
    is_promised = any(line.source == offer.id for line in fixed)
    return replace(offer, qty=offer.qty - gone_qty, min_qty=0 if is_promised else offer.min_qty)


def stock_left(stock: Stock, gone_qty: int, kept: dict[tuple[str, str], int]) -> Stock:
    """Take the packs of declined goods off a stock; those that promises need stay."""
    needed = sum(packs for (source, _), packs in kept.items() if source == stock.id)
    return replace(stock, packs=max(needed, stock.packs - -(-gone_qty // stock.pack_qty)))


def open_wholesaler(wholesaler: Wholesaler, problem: Problem, kept: dict[tuple[str, str], int]) -> Wholesaler:
    """Lower a minimum order to the smallest order that stands."""
    stocks = {stock.id: stock for stock in problem.stocks if stock.wholesaler == wholesaler.id}
    standing: Counter[str] = Counter()
    for (source, cooperative), packs in kept.items():
        if source in stocks:
            standing[cooperative] += packs * stocks[source].price_idr
    return replace(wholesaler, min_order_idr=min([wholesaler.min_order_idr, *standing.values()]))


def rematch(folder: Path, args: argparse.Namespace, kitchens: int, seed: int, scenario: str) -> list[str]:
    """Plan, let a tenth be declined, match again, and return the row."""
    document, name = make_problem(kitchens, seed, scenario), f"{scenario}-{kitchens}-{seed}"
    limits = {"time_limit_s": args.time_limit, "seed": seed}
    first = solve_row(document, folder, name, effort=args.plan_effort, **limits).result.plan
    problem = read_problem(document)
    repair, declined = after_refusals(problem, first, seed)
    second = solve_row(write_problem(repair), folder, f"{name}-again", **limits)
    report = repair_report(
        repair,
        second.result.plan,
        before=(problem, first),
        before_short_qty=short_quantities(problem, first),
    )
    return [str(kitchens), scenario, str(seed), *figures(repair, declined, second, report)]


def figures(repair: Problem, declined: frozenset[Line], second: Solved, report: RepairReport) -> list[str]:
    """Return what a re-match came to."""
    plan, lines = second.result.plan, report.lines
    delivered: Counter[tuple[str, str, str, str]] = Counter()
    for line in plan.allocations:
        delivered[key_of(line)] += line.qty
    moved = sum(delivered[key_of(line)] < line.qty for line in repair.fixed)
    again = sum(delivered[key_of(line)] > 0 for line in declined)
    return [
        str(len(declined)),
        str(report.promised),
        number(second.result.seconds),
        number(None if plan.gap is None else plan.gap * 100, 2),
        str(moved),
        str(again),
        str(lines.changed + lines.added + lines.removed),
        number(lines.moved_kg, 0),
        number(report.cost_difference_idr / MILLION),
        str(len(report.new_shortages)),
        "ok" if second.is_allowed else plan.status.value.upper(),
    ]


def key_of(line: Line) -> tuple[str, str, str, str]:
    """Return what a line is, whatever its quantity."""
    return line.demand, line.source, line.cooperative, line.item


def main() -> None:
    """Print the table, a row as soon as it is known."""
    args = arguments()
    widths = tuple(COLUMNS.values())
    with kept_folder(args.keep) as folder:
        print_row(tuple(COLUMNS), widths)
        for kitchens in args.kitchens:
            for scenario in args.scenarios:
                for seed in args.seeds:
                    print_row(rematch(folder, args, kitchens, seed, scenario), widths)


if __name__ == "__main__":
    main()
