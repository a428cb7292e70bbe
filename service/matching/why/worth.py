"""Was it worth it? The plan beside the clerk's plan and last week's pattern, measured by the same check."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from service.matching.check import check
from service.matching.greedy import Clerk, planned
from service.matching.index import ProblemIndex
from service.matching.parallel import in_halves
from service.matching.why.habit import PastLine, planned_by_habit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from service.matching.check import CheckReport
    from service.matching.plan import Plan
    from service.matching.problem import Problem
    from service.matching.rules import Term

__all__ = ["PastLine", "WayFigures", "WayOfPlanning", "Worth", "explain_worth", "figures_of"]


class WayOfPlanning(StrEnum):
    """Who made a plan: the optimiser, a careful clerk, last week's habit, or the optimiser freed of a rule."""

    PLAN = "plan"
    GREEDY = "greedy"
    LAST_WEEK = "last_week"
    WITHOUT_RULE = "without_rule"


@dataclass(frozen=True, slots=True)
class WayFigures:
    """What a week comes to, planned one way; shares are 0..1, value shares by what kitchens pay.

    ``local_value_share`` comes from the kitchen's own kecamatan or nearer. ``lowest_fill_kitchen`` is the first by id
    where several are equally badly off, empty without kitchens. ``fair_lack_idr`` is what all cooperatives together
    lack to their fair value; ``lowest_fair_share`` is the worst-off cooperative's value by its fair value, 1 at most.
    """

    way: WayOfPlanning
    is_allowed: bool
    total_idr: float
    cost_idr: dict[Term, float]
    fill_share: float
    short_kg: float
    lowest_fill_share: float
    lowest_fill_kitchen: str
    value_idr: float
    local_value_share: float
    kelurahan_value_share: float
    wholesale_value_share: float
    drops: int
    suppliers_per_kitchen: float
    lowest_suppliers: int
    fair_lack_idr: float
    lowest_fair_share: float


@dataclass(frozen=True, slots=True)
class Worth:
    """The plan beside the other ways; ``last_week`` is ``None`` where no past lines were given."""

    plan: WayFigures
    greedy: WayFigures
    last_week: WayFigures | None

    @property
    def others(self) -> tuple[WayFigures, ...]:
        """The ways beside the plan."""
        return (self.greedy,) if self.last_week is None else (self.greedy, self.last_week)

    def saved_idr(self, other: WayFigures) -> float:
        """Rupiah by which the plan is cheaper than another way, shortage and every other term included."""
        return other.total_idr - self.plan.total_idr

    def saved_by_term_idr(self, other: WayFigures) -> dict[Term, float]:
        """The same, term by term; the terms add up to ``saved_idr``."""
        return {term: idr - self.plan.cost_idr[term] for term, idr in other.cost_idr.items()}


def explain_worth(problem: Problem, plan: Plan, past: Sequence[PastLine] = ()) -> Worth:
    """Measure a plan beside the clerk's plan and last week's pattern.

    Parameters
    ----------
    problem
        A valid problem.
    plan
        A plan of it.
    past
        What was delivered last week; nothing: no comparison with it.

    Returns
    -------
    Worth
        The figures of each way, all from ``check``.
    """
    clerk = partial(_planned, WayOfPlanning.GREEDY, lambda: planned(Clerk(ProblemIndex(problem)))[1])
    habit = partial(_planned, WayOfPlanning.LAST_WEEK, lambda: planned_by_habit(problem, past)[1])
    own = partial(_planned, WayOfPlanning.PLAN, lambda: check(problem, plan))
    greedy, *last_week, figures = in_halves([clerk, *([habit] if past else ()), own])
    return Worth(figures, greedy, last_week[0] if last_week else None)


def _planned(way: WayOfPlanning, report: Callable[[], CheckReport]) -> WayFigures:
    return figures_of(way, report())


def figures_of(way: WayOfPlanning, report: CheckReport) -> WayFigures:
    """Pick what people compare plans by from a plan's check.

    Parameters
    ----------
    way
        How the plan was made.
    report
        Its check.
    """
    of = report.figures
    worst = min(of.kitchens, key=lambda kitchen: (kitchen.fill_share, kitchen.kitchen), default=None)
    suppliers = [kitchen.suppliers for kitchen in of.kitchens]
    fair = [(c.value_idr, c.fair_value_idr) for c in of.cooperatives if c.fair_value_idr > 0]
    return WayFigures(
        way=way,
        is_allowed=not report.broken,
        total_idr=report.total_idr,
        cost_idr=report.cost_idr,
        fill_share=of.fill_share,
        short_kg=of.short_kg,
        lowest_fill_share=of.lowest_fill_share,
        lowest_fill_kitchen=worst.kitchen if worst else "",
        value_idr=of.value_idr,
        local_value_share=of.same_kecamatan_value_share,
        kelurahan_value_share=of.same_kelurahan_value_share,
        wholesale_value_share=of.wholesale_value_share,
        drops=of.drops,
        suppliers_per_kitchen=sum(suppliers) / len(suppliers) if suppliers else 0.0,
        lowest_suppliers=min(suppliers, default=0),
        fair_lack_idr=sum(max(0.0, due - value) for value, due in fair),
        lowest_fair_share=min((min(1.0, value / due) for value, due in fair), default=1.0),
    )
