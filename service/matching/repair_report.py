"""What a repair does to the plan in force: lines changed, weight moved, cost difference, new shortages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.matching.check import check
from service.matching.plan_difference import GrownShortage, LineDifference, grown_shortages, line_difference
from service.matching.rules import Term
from service.matching.why.days_to_come import still_to_come
from service.matching.why.whole_stocks import with_whole_stocks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.matching.plan import Plan
    from service.matching.problem import Problem


@dataclass(frozen=True, slots=True)
class RepairReport:
    """A repaired plan beside the plan in force; rupiah, a cheaper repair below 0.

    ``promised`` counts the fixed lines, none of which moves. ``cost_difference_idr`` leaves out what the policy asks
    for every kilogram moved (``change_idr``), since nobody pays that, and counts what orders hold as whole packs again:
    what is left in them was paid for before and still is. Days that are over count on neither side.
    """

    promised: int
    lines: LineDifference
    change_idr: float
    cost_difference_idr: float
    new_shortages: tuple[GrownShortage, ...]


def repair_report(
    problem: Problem, plan: Plan, *, before: tuple[Problem, Plan], before_short_qty: Mapping[str, int]
) -> RepairReport:
    """Report what a repair does.

    Parameters
    ----------
    problem
        A valid problem with the plan in force as ``previous`` and what is promised as ``fixed``.
    plan
        An allowed plan of it.
    before
        The plan in force with the problem that it was made for.
    before_short_qty
        What it left short of each demand line, base units; lines that are not there lacked nothing.

    Returns
    -------
    RepairReport
        ``lines`` against ``previous``, what is held and what is new of a stock as one: a line that was declined counts
        as removed, what replaces it as added.
    """
    (whole, now), then = with_whole_stocks((problem, plan), still_to_come(*before, problem))
    cost_idr, then_idr = check(whole, now).cost_idr, check(*then).cost_idr
    weight_g = {item.id: item.weight_g for item in problem.items}
    return RepairReport(
        promised=len(problem.fixed),
        lines=line_difference(now.allocations, whole.previous, weight_g),
        change_idr=cost_idr[Term.CHANGE],
        cost_difference_idr=_paid_idr(cost_idr) - _paid_idr(then_idr),
        new_shortages=grown_shortages(problem, plan, before_short_qty),
    )


def _paid_idr(cost_idr: Mapping[Term, float]) -> float:
    return sum(idr for term, idr in cost_idr.items() if term is not Term.CHANGE)
