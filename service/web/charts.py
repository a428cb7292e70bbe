"""Where the lines and bars of charts lie: numbers for SVG, so that a chart needs no script and no style."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from service.api.schemas.runs import ProgressPointOut
from service.api.schemas.sharing import LedgerEntryOut

WIDTH: Final = 640
HEIGHT: Final = 240
_NOTHING: Final = 1e-9


@dataclass(frozen=True, slots=True)
class ProgressChart:
    """The best plan's cost falling and the proven bound rising, until they meet; `points` of two polylines."""

    plan: str
    bound: str
    lowest_idr: int
    highest_idr: int
    longest_s: float
    last_plan_idr: int | None
    last_bound_idr: int | None

    @property
    def gap_share(self) -> float | None:
        """How far both are apart, of the plan's cost; nothing while one is missing."""
        if not self.last_plan_idr or self.last_bound_idr is None:
            return None
        return max(0, self.last_plan_idr - self.last_bound_idr) / self.last_plan_idr


def progress_chart(points: Sequence[ProgressPointOut]) -> ProgressChart | None:
    """Return the chart of a solve; nothing before there is anything to draw."""
    plans = [(point.elapsed_s, point.objective_idr) for point in points if point.objective_idr is not None]
    bounds = [(point.elapsed_s, point.bound_idr) for point in points if point.bound_idr is not None]
    known = [value for _, value in (*plans, *bounds)]
    if not known:
        return None
    lowest, highest = min(known), max(known)
    longest = max(point.elapsed_s for point in points)

    def place(at: tuple[float, int]) -> str:
        x = at[0] / max(longest, _NOTHING) * WIDTH
        y = HEIGHT - (at[1] - lowest) / max(highest - lowest, _NOTHING) * HEIGHT
        return f"{x:.1f},{y:.1f}"

    return ProgressChart(
        plan=_line(plans, place),
        bound=_line(bounds, place),
        lowest_idr=lowest,
        highest_idr=highest,
        longest_s=longest,
        last_plan_idr=plans[-1][1] if plans else None,
        last_bound_idr=bounds[-1][1] if bounds else None,
    )


def _line(points: Sequence[tuple[float, int]], place: Callable[[tuple[float, int]], str]) -> str:
    """Return a stair: a value holds until the next is found."""
    stair: list[str] = []
    for before, after in pairwise(points):
        stair += [place(before), place((after[0], before[1]))]
    return " ".join([*stair, *([place(points[-1])] if points else [])])


@dataclass(frozen=True, slots=True)
class ShareBar:
    """A cooperative's value in a plan, and where its fair value lies; 0..100 of the largest of both."""

    code: str
    value: float
    fair: float
    value_idr: int
    fair_value_idr: int
    share: float | None


def shares_chart(rows: Sequence[LedgerEntryOut]) -> list[ShareBar]:
    """Return a bar for each cooperative that has or is due something, in the order given."""
    largest = max((max(row.value_idr, row.fair_value_idr) for row in rows), default=0)
    return [
        ShareBar(
            row.cooperative,
            round(100 * row.value_idr / largest, 1),
            round(100 * row.fair_value_idr / largest, 1),
            row.value_idr,
            row.fair_value_idr,
            row.share,
        )
        for row in rows
        if row.value_idr or row.fair_value_idr
    ]
