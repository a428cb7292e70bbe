"""Whether equal problem, seed and work give the equal plan: the sha256 of one problem's plan, solved in several ways.

Nothing but the work limits the solve. The plain processor stands for another machine: one core, and numpy, OpenBLAS,
the C library and the compiled search kept from the instructions that not every processor has.

Usage: python benchmarks/repeatable.py [--kitchens N] [--seed N] [--scenario NAME] [--keep DIR]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.measuring.solved import Solved, solve_row
from benchmarks.measuring.table import kept_folder, number, print_row
from service.matching.process import COMMAND
from service.matching.writer import write_plan
from service.simulation.drawing.draws import SCENARIOS, Row
from service.simulation.drawing.problems import make_problem

SAFETY_S: Final = 3600.0
"""Far beyond what the work takes: the clock must not end a solve."""
ONE_CORE: Final = ("taskset", "--cpu-list", "0")
WIDTHS: Final = (17, 18, 18, 8, 7, 18)
HEADINGS: Final = ("way", "plan Rp", "bound Rp", "gap %", "s", "sha256")


def arguments() -> argparse.Namespace:
    """Read the command line; without any: 12 kitchens, normal, seed 1."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kitchens", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scenario", choices=SCENARIOS, default="normal")
    parser.add_argument("--keep", type=Path, help="a folder for the problems and plans")
    return parser.parse_args()


def shuffled(problem: Row, seed: int) -> Row:
    """Return the same problem with every list whose order means nothing in another order."""
    r = random.Random(seed)
    ordered = {"days"}
    return {
        name: r.sample(value, len(value)) if isinstance(value, list) and name not in ordered else value
        for name, value in problem.items()
    }


def plain_processor(cache: Path) -> tuple[str, ...]:
    """Return the command that solves as a processor without vector extensions would."""
    found = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    settings = {
        "NPY_DISABLE_CPU_FEATURES": " ".join(found),
        "OPENBLAS_CORETYPE": "Prescott",
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX,-FMA,-FMA4",
        "NUMBA_CPU_NAME": "generic",
        "NUMBA_CPU_FEATURES": "",
        "NUMBA_CACHE_DIR": str(cache),
    }
    return ("env", *(f"{name}={value}" for name, value in settings.items()), *ONE_CORE, *COMMAND)


def digest(solved: Solved) -> str:
    """Return the sha256 of all that the plan says: lines, purchases, total, bound and status."""
    return hashlib.sha256(json.dumps(write_plan(solved.result.plan), sort_keys=True).encode()).hexdigest()


def row_of(way: str, solved: Solved) -> list[str]:
    """Return the row of one way."""
    plan = solved.result.plan
    return [
        way,
        number(plan.objective_idr, 3),
        number(plan.bound_idr, 3),
        number(None if plan.gap is None else plan.gap * 100, 2),
        number(solved.result.seconds),
        digest(solved)[:16],
    ]


def main() -> int:
    """Solve the problem in every way and say whether all plans are the same."""
    args = arguments()
    problem = make_problem(args.kitchens, args.seed, args.scenario)
    digests = set()
    with kept_folder(args.keep) as folder:
        ways = (
            ("once", problem, COMMAND),
            ("again", problem, COMMAND),
            ("shuffled input", shuffled(problem, args.seed), COMMAND),
            ("one core", problem, (*ONE_CORE, *COMMAND)),
            ("plain processor", problem, plain_processor(folder / "compiled")),
        )
        print_row(HEADINGS, WIDTHS)
        for way, document, command in ways:
            name = way.replace(" ", "-")
            solved = solve_row(document, folder, name, time_limit_s=SAFETY_S, seed=args.seed, command=command)
            digests.add(digest(solved))
            print_row(row_of(way, solved), WIDTHS)
    print("all identical" if len(digests) == 1 else f"DIFFERENT: {len(digests)} plans")
    return 0 if len(digests) == 1 else 1


if __name__ == "__main__":
    sys.exit(main())
