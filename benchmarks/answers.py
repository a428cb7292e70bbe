"""How long the answers to "why" take on the optimiser's plans, and which reasons offers and stocks hear.

One row per problem: `read s` from the bytes of both files to the first answer, about a chosen line; then the median
and the slowest of single answers; `all s` for every offer and stock, `%` of the answers by reason beneath.

Usage: python benchmarks/answers.py [--kitchens N ...] [--seeds N ...] [--scenarios NAME ...] [--sample N] [--keep DIR]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.measuring.solved import solve_row
from benchmarks.measuring.table import kept_folder, number, print_row
from service.matching.answers import answer, prepare
from service.matching.problem import Line
from service.matching.questions import PlanFiles, Question, QuestionKind
from service.simulation.drawing.draws import SCENARIOS
from service.simulation.drawing.problems import make_problem

COLUMNS = {
    "kitchens": 9,
    "scenario": 9,
    "seed": 5,
    "read s": 8,
    "short line s": 14,
    "chosen line s": 15,
    "source s": 12,
    "sources": 9,
    "all s": 8,
}


def arguments() -> argparse.Namespace:
    """Read the command line; without any: 12, 36 and 144 kitchens, all scenarios, seed 1."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kitchens", type=int, nargs="+", default=[12, 36, 144])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--scenarios", nargs="+", choices=SCENARIOS, default=list(SCENARIOS))
    parser.add_argument("--sample", type=int, default=40, help="single questions of each kind")
    parser.add_argument("--time-limit", type=float, default=120.0, help="of the solve that makes the plan")
    parser.add_argument(
        "--keep", type=Path, help="a folder for the problems and plans; plans found there are not redone"
    )
    return parser.parse_args()


def files_of(folder: Path, kitchens: int, seed: int, scenario: str, time_limit_s: float) -> PlanFiles:
    """Return a problem's and its plan's file, solved if the plan is not there yet."""
    name = f"{scenario}-{kitchens}-{seed}"
    problem, plan = folder / f"{name}.json", folder / f"{name}.plan.json"
    if not (problem.exists() and plan.exists()):
        solve_row(make_problem(kitchens, seed, scenario), folder, name, time_limit_s=time_limit_s, seed=seed)
    return PlanFiles(problem.read_bytes(), plan.read_bytes())


def seconds_of(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def spread(questions: Iterable[Question]) -> str:
    """Ask every question; return the median and the most seconds."""
    seconds = [seconds_of(partial(answer, question)) for question in questions]
    return f"{statistics.median(seconds):.2f} / {max(seconds):.2f}" if seconds else "-"


def sampled(things: list[Any], count: int) -> list[Any]:
    """Return so many of a list, evenly spaced."""
    return things[:: max(1, -(-len(things) // count))]


def way_of(line: Line) -> tuple[str, str, str]:
    """Return what names a delivery."""
    return line.demand, line.source, line.cooperative


def measure(files: PlanFiles, sample: int) -> tuple[list[str], Counter[str]]:
    """Ask a sample of every single question and the long one; return the row's figures and the reasons heard."""
    began = time.perf_counter()
    prepared = prepare(files)
    problem, plan = prepared.problem, prepared.plan
    answer(Question(QuestionKind.CHOSEN_LINE, files, *way_of(plan.allocations[0])))
    read_s = time.perf_counter() - began
    covered: Counter[str] = Counter()
    for line in plan.allocations:
        covered[line.demand] += line.qty
    short = [Question(QuestionKind.SHORT_LINE, files, demand=d.id) for d in problem.demands if covered[d.id] < d.qty]
    chosen = [Question(QuestionKind.CHOSEN_LINE, files, *way_of(x)) for x in plan.allocations]
    names = [*(offer.id for offer in problem.offers), *(stock.id for stock in problem.stocks)]
    sources = [Question(QuestionKind.SOURCE, files, source=name) for name in names]
    found: list[Any] = []
    figures = [spread(sampled(questions, sample)) for questions in (short, chosen, sources)]
    all_s = seconds_of(lambda: found.extend(answer(Question(QuestionKind.SOURCES, files)).answer))
    return [number(read_s, 2), *figures, str(len(found)), number(all_s)], Counter(
        str(one["reason"] or "won") for one in found
    )


def main() -> None:
    """Print the table, a row as soon as it is known."""
    args = arguments()
    widths = tuple(COLUMNS.values())
    with kept_folder(args.keep) as folder:
        print_row(tuple(COLUMNS), widths)
        for kitchens in args.kitchens:
            for scenario in args.scenarios:
                for seed in args.seeds:
                    files = files_of(folder, kitchens, seed, scenario, args.time_limit)
                    figures, reasons = measure(files, args.sample)
                    print_row((str(kitchens), scenario, str(seed), *figures), widths)
                    shares = (f"{code} {100 * n / reasons.total():.0f}" for code, n in reasons.most_common())
                    print("      %: " + ", ".join(shares), flush=True)


if __name__ == "__main__":
    main()
