"""A plan beside one that begins later: what is over by then is left out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from service.matching.why.cut import cut
from service.matching.why.whole_stocks import bought_for

if TYPE_CHECKING:
    from service.matching.plan import Plan
    from service.matching.problem import Problem


def still_to_come(problem: Problem, plan: Plan, later: Problem) -> tuple[Problem, Plan]:
    """Leave out of a plan what was over when a later problem began: nothing of it can be saved or changed.

    Parameters
    ----------
    problem, plan
        A valid problem and its plan.
    later
        The problem that it is compared with.

    Returns
    -------
    tuple[Problem, Plan]
        The deliveries from the later problem's first day on, with the packs that they alone need, and with the later
        problem's fair values, which are those of the same days. As they were if nothing is over, or everything.
    """
    first_day = later.days[0]
    if problem.days[0] >= first_day or problem.days[-1] < first_day:
        return problem, plan
    lines = {demand.id for demand in problem.demands if problem.days[demand.day] >= first_day}
    kept = tuple(line for line in plan.allocations if line.demand in lines)
    stocks = {stock.id: stock for stock in problem.stocks}
    fair_idr = {cooperative.id: cooperative.fair_value_idr for cooperative in later.cooperatives}
    rest = replace(
        cut(problem, lines),
        cooperatives=tuple(replace(x, fair_value_idr=fair_idr.get(x.id, 0)) for x in problem.cooperatives),
    )
    return rest, replace(plan, allocations=kept, purchases=bought_for(kept, stocks))
