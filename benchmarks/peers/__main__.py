"""The same weekly problems solved by what a user would take instead, and by the optimiser.

The clerk's way; the whole mixed-integer program (``statement.py``) handed to HiGHS, SCIP, CP-SAT and CBC; ours. Each in
a process of its own, one after the other; every plan is checked and its total recomputed. A longer limit is only tried
where the shorter one was used up. The second table shows how each grows with the kitchens (median over the problems).

Usage: python -m benchmarks.peers [--kitchens N ...] [--scenarios NAME ...] [--seeds N ...] [--limits S ...]
                                  [--peers NAME ...]
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.peers.child import PEERS
from benchmarks.peers.runs import Run, run
from service.matching.reader import parse_problem
from service.simulation.drawing.draws import SCENARIOS
from service.simulation.drawing.problems import make_problem

MILLION: Final = 1e6
HEADINGS: Final = ("kitchens", "scenario", "seed", "solver", "limit s", "plan Rp m", "bound Rp m", "gap %")
MEASURES: Final = ("x ours %", "s", "MB", "check", "status")
WIDTHS: Final = (8, 9, 5, 7, 8, 11, 11, 7, 9, 7, 6, 7)

Key = tuple[int, str, int]


def arguments() -> argparse.Namespace:
    """Read the command line; without any: two small sizes, one scenario, one minute."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("--kitchens", type=int, nargs="+", default=[12, 36])
    parser.add_argument("--scenarios", nargs="+", choices=SCENARIOS, default=["normal"])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--limits", type=float, nargs="+", default=[60.0])
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=list(PEERS))
    return parser.parse_args()


def runs_of(key: Key, peers: Iterable[str], limits: list[float]) -> Iterator[Run]:
    """Solve one problem with everybody: the clerk, ours, the peers."""
    kitchens, scenario, seed = key
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "problem.json")
        path.write_text(json.dumps(make_problem(kitchens, seed, scenario)), encoding="utf-8")
        problem = parse_problem(path.read_bytes())
        yield run("greedy", problem, path, limits[0])
        for solver in ("ours", *peers):
            for limit_s in sorted(limits):
                result = run(solver, problem, path, limit_s)
                yield result
                if not result.is_limited:
                    break


def row(key: Key, result: Run, ours_idr: float | None) -> str:
    """One run as a line; ``x ours`` is how much dearer its plan is than ours."""
    dearer = None if result.plan_idr is None or not ours_idr else (result.plan_idr / ours_idr - 1) * 100
    values = (
        *(str(part) for part in key),
        result.solver,
        f"{result.limit_s:.0f}",
        _number(result.plan_idr, MILLION, 1),
        _number(result.bound_idr, MILLION, 1),
        _number(result.gap, 0.01, 2),
        _number(dearer, 1.0, 2),
        f"{result.seconds:.1f}",
        f"{result.peak_bytes / MILLION:.0f}",
        "-" if result.plan_idr is None else "BROKEN" if result.broken else "ok",
    )
    return f"{_line(values)}  {result.status}"


def growth(found: dict[Key, list[Run]]) -> Iterator[str]:
    """Gap, seconds and memory of every solver and limit by size."""
    sizes = sorted({key[0] for key in found})
    yield "".join(f"{title:>10}" for title in ("solver", "limit s")) + "".join(f"{size:>10} kitchens" for size in sizes)
    together: dict[tuple[str, float], dict[int, list[Run]]] = {}
    for key, results in found.items():
        for result in results:
            together.setdefault((result.solver, result.limit_s), {}).setdefault(key[0], []).append(result)
    for (solver, limit_s), by_size in together.items():
        cells = "".join(f"{_cell(by_size.get(size, [])):>19}" for size in sizes)
        yield f"{solver:>10}{limit_s:>10.0f}{cells}"


def _cell(results: list[Run]) -> str:
    """Gap, seconds, memory; 100 % where there is no plan or no bound."""
    if not results:
        return "-"
    gap = median(100.0 if result.gap is None else result.gap * 100 for result in results)
    seconds, peak = median(r.seconds for r in results), median(r.peak_bytes for r in results)
    shown = "-" if all(result.gap is None for result in results) else f"{gap:.2f}%"
    return f"{shown} {seconds:.0f}s {peak / MILLION:.0f}MB"


def _number(value: float | None, unit: float, digits: int) -> str:
    return "-" if value is None else f"{value / unit:.{digits}f}"


def _line(values: Iterable[str]) -> str:
    return " ".join(value.rjust(width) for value, width in zip(values, WIDTHS, strict=True))


def main() -> None:
    """Print the tables, a row as soon as it is known."""
    args, found = arguments(), dict[Key, list[Run]]()
    print(f"{_line((*HEADINGS, *MEASURES[:-1]))}  {MEASURES[-1]}", flush=True)
    for kitchens in args.kitchens:
        for scenario in args.scenarios:
            for seed in args.seeds:
                key, ours_idr = (kitchens, scenario, seed), None
                for result in runs_of(key, args.peers, args.limits):
                    ours_idr = result.plan_idr if result.solver == "ours" else ours_idr
                    print(row(key, result, ours_idr), flush=True)
                    found.setdefault(key, []).append(result)
    if len(args.kitchens) > 1:
        print("\ngap, seconds and memory by size", *growth(found), sep="\n", flush=True)


if __name__ == "__main__":
    main()
