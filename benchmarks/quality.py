"""How good and how fast the optimiser is: one row per problem, one problem after the other.

Every plan is checked before it is shown; the clerk's way stands beside. Seconds and memory are the solving process's:
`first s` until the first plan cheaper than the clerk's, `2 % s` and `1 % s` until the gap was that small, `s` all.

Usage: python benchmarks/quality.py [--kitchens N ...] [--seeds N ...] [--scenarios NAME ...] [--time-limit S]
                                    [--effort E] [--keep DIR]
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.measuring.solved import solve_row
from benchmarks.measuring.table import MILLION, kept_folder, number, print_row
from service.simulation.drawing.draws import SCENARIOS
from service.simulation.drawing.problems import make_problem

COLUMNS = {
    "kitchens": 9,
    "lines": 7,
    "scenario": 9,
    "seed": 5,
    "plan Rp m": 11,
    "bound Rp m": 11,
    "gap %": 7,
    "first s": 8,
    "2 % s": 7,
    "1 % s": 7,
    "s": 7,
    "MB": 6,
    "clerk Rp m": 11,
    "check": 7,
}


def arguments() -> argparse.Namespace:
    """Read the command line; without any: 12, 36 and 144 kitchens, all scenarios, seed 1."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kitchens", type=int, nargs="+", default=[12, 36, 144])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--scenarios", nargs="+", choices=SCENARIOS, default=list(SCENARIOS))
    parser.add_argument("--time-limit", type=float, default=120.0)
    parser.add_argument("--effort", type=float, help="more steps and rounds; 1 is usual")
    parser.add_argument("--keep", type=Path, help="a folder for the problems and plans")
    return parser.parse_args()


def row_of(folder: Path, kitchens: int, seed: int, scenario: str, args: argparse.Namespace) -> list[str]:
    """Solve one problem and return its row."""
    problem = make_problem(kitchens, seed, scenario)
    name = f"{scenario}-{kitchens}-{seed}"
    solved = solve_row(problem, folder, name, time_limit_s=args.time_limit, seed=seed, effort=args.effort)
    result = solved.result
    gap, bound, peak = result.plan.gap, result.plan.bound_idr, result.peak_bytes
    return [
        str(kitchens),
        str(len(problem["demands"])),
        scenario,
        str(seed),
        number(result.plan.objective_idr / MILLION),
        number(None if bound is None else bound / MILLION),
        number(None if gap is None else gap * 100, 2),
        number(solved.seconds_to_beat_clerk()),
        number(solved.seconds_to_gap(0.02)),
        number(solved.seconds_to_gap(0.01)),
        number(result.seconds),
        number(None if peak is None else peak / MILLION, 0),
        number(result.clerk_report.total_idr / MILLION),
        "ok" if solved.is_allowed else "BROKEN",
    ]


def main() -> None:
    """Print the table, a row as soon as it is known."""
    args = arguments()
    widths = tuple(COLUMNS.values())
    with kept_folder(args.keep) as folder:
        print_row(tuple(COLUMNS), widths)
        for kitchens in args.kitchens:
            for scenario in args.scenarios:
                for seed in args.seeds:
                    print_row(row_of(folder, kitchens, seed, scenario, args), widths)


if __name__ == "__main__":
    main()
