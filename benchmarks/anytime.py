"""Draws one solve: its best plan and its proven bound over time. Without options it makes service/matching/anytime.svg.

Usage: python benchmarks/anytime.py [--kitchens N] [--seed N] [--scenario NAME] [--time-limit S] [--out FILE]
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

import service.matching
from benchmarks.measuring.curves import Picture, draw
from benchmarks.measuring.solved import Solved, solve_row
from benchmarks.measuring.table import kept_folder, number
from service.simulation.drawing.draws import SCENARIOS
from service.simulation.drawing.problems import make_problem

OUT: Final = Path(service.matching.__file__).with_name("anytime.svg")
BILLION: Final = 1_000_000_000
GAPS: Final = ((0.02, "gap 2 %"), (0.01, "gap 1 %"))


def arguments() -> argparse.Namespace:
    """Read the command line; without any: 144 kitchens, normal, seed 1."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kitchens", type=int, default=144)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scenario", choices=SCENARIOS, default="normal")
    parser.add_argument("--time-limit", type=float, default=180.0)
    parser.add_argument("--out", type=Path, default=OUT)
    return parser.parse_args()


def picture_of(solved: Solved, title: str) -> Picture:
    """Return the picture of a solve, from the clerk's plan on: nothing delivered at all would dwarf the rest."""
    result = solved.result
    shown_idr = result.clerk_report.total_idr * (1 + 1e-9)
    plan = [(r.elapsed_s, r.objective_idr / BILLION) for r in solved.reports if (r.objective_idr or 2e18) <= shown_idr]
    bound = [(r.elapsed_s, r.bound_idr / BILLION) for r in solved.reports if r.bound_idr]
    moments = [("cheaper than the clerk's plan", solved.seconds_to_beat_clerk())]
    moments += [(name, solved.seconds_to_gap(gap)) for gap, name in GAPS]
    gap = result.plan.gap
    return Picture(
        title=title,
        subtitle="Total cost of the week; the cheapest plan lies between the curves",
        plan=tuple(plan),
        bound=((plan[0][0], 0.0), *(point for point in bound if point[0] > plan[0][0])),
        moments=tuple((name, at) for name, at in moments if at is not None),
        seconds=result.seconds,
        ending="no bound" if gap is None else f"gap {gap * 100:.2f} %",
    )


def main() -> None:
    """Solve the problem, write the picture and say in one line what it shows."""
    args = arguments()
    problem = make_problem(args.kitchens, args.seed, args.scenario)
    with kept_folder(None) as folder:
        solved = solve_row(problem, folder, "anytime", time_limit_s=args.time_limit, seed=args.seed)
    title = f"{args.kitchens} kitchens, {len(problem['demands']):,} demand lines, {args.scenario}, seed {args.seed}"
    picture = picture_of(solved, title)
    args.out.write_text(draw(picture), encoding="utf-8")
    reached = ", ".join(f"{name} after {number(at)} s" for name, at in picture.moments)
    print(f"{title}: {reached}; {picture.ending} after {number(picture.seconds)} s; {args.out}")


if __name__ == "__main__":
    main()
