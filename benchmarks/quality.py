"""How good and how fast the optimiser is: one row per problem, one problem after the other.

Every plan is checked before it is shown; the clerk's way stands beside. Seconds and memory are the solving process's.

Usage: python benchmarks/quality.py [--kitchens N ...] [--seeds N ...] [--scenarios NAME ...] [--time-limit S]
                                    [--keep DIR]
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from benchmarks.drawing.draws import SCENARIOS
from benchmarks.drawing.problems import make_problem
from service.matching.files import check_file, match_file

HEADINGS = ("kitchens", "scenario", "seed", "plan Rp m", "bound Rp m", "gap %", "s", "MB", "clerk Rp m", "check")
WIDTHS = (9, 9, 5, 11, 11, 7, 7, 6, 11, 7)
MILLION = 1_000_000


def arguments() -> argparse.Namespace:
    """Read the command line; without any: 12, 36 and 144 kitchens, all scenarios, seed 1."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kitchens", type=int, nargs="+", default=[12, 36, 144])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--scenarios", nargs="+", choices=SCENARIOS, default=list(SCENARIOS))
    parser.add_argument("--time-limit", type=float, default=120.0)
    parser.add_argument("--keep", type=Path, help="a folder for the problems and plans")
    return parser.parse_args()


def row_of(folder: Path, kitchens: int, seed: int, scenario: str, time_limit_s: float) -> list[str]:
    """Solve one problem and return its row."""
    name = f"{scenario}-{kitchens}-{seed}"
    problem, plan = folder / f"{name}.json", folder / f"{name}.plan.json"
    problem.write_text(json.dumps(make_problem(kitchens, seed, scenario)), encoding="utf-8")
    result = match_file(problem, plan, time_limit_s=time_limit_s, seed=seed)
    gap, bound = result.plan.gap, result.plan.bound_idr
    clerk = result.clerk_report.total_idr if result.clerk_report else None
    return [
        str(kitchens),
        scenario,
        str(seed),
        f"{result.plan.objective_idr / MILLION:.1f}",
        "-" if bound is None else f"{bound / MILLION:.1f}",
        "-" if gap is None else f"{gap * 100:.2f}",
        f"{result.seconds:.1f}",
        f"{result.peak_bytes / MILLION:.0f}",
        "-" if clerk is None else f"{clerk / MILLION:.1f}",
        "ok" if check_file(problem, plan).is_allowed else "BROKEN",
    ]


def main() -> None:
    """Print the table, a row as soon as it is known."""
    args = arguments()
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        print("".join(name.rjust(width) for name, width in zip(HEADINGS, WIDTHS, strict=True)), flush=True)
        for kitchens in args.kitchens:
            for scenario in args.scenarios:
                for seed in args.seeds:
                    row = row_of(folder, kitchens, seed, scenario, args.time_limit)
                    print("".join(value.rjust(width) for value, width in zip(row, WIDTHS, strict=True)), flush=True)


if __name__ == "__main__":
    main()
