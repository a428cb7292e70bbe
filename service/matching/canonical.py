"""The one order of a problem's and a plan's lists, so that equal input is equal byte for byte and solves alike."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.matching.plan import Plan
    from service.matching.problem import Demand, Problem

_BY_ID = attrgetter("id")
_BY_LINE = attrgetter("demand", "source", "cooperative", "item", "qty")
_BY_PURCHASE = attrgetter("stock", "cooperative", "packs")


def canonical(problem: Problem) -> Problem:
    """Return the same problem with every list ordered by its ids.

    Parameters
    ----------
    problem
        A problem with its lists in any order; days and shortage steps are left as they are, since their order has a
        meaning.

    Returns
    -------
    Problem
        Equal for all orders of the same content.
    """
    return replace(
        problem,
        items=tuple(sorted(problem.items, key=_BY_ID)),
        kitchens=tuple(
            replace(kitchen, budget_idr=dict(sorted(kitchen.budget_idr.items())))
            for kitchen in sorted(problem.kitchens, key=_BY_ID)
        ),
        cooperatives=tuple(sorted(problem.cooperatives, key=_BY_ID)),
        wholesalers=tuple(sorted(problem.wholesalers, key=_BY_ID)),
        offers=tuple(sorted(problem.offers, key=_BY_ID)),
        stocks=tuple(sorted(problem.stocks, key=_BY_ID)),
        demands=tuple(_with_sorted_substitutes(demand) for demand in sorted(problem.demands, key=_BY_ID)),
        fixed=tuple(sorted(problem.fixed, key=_BY_LINE)),
        previous=tuple(sorted(problem.previous, key=_BY_LINE)),
    )


def canonical_plan(plan: Plan) -> Plan:
    """Return the same plan with its allocations and purchases in order.

    Parameters
    ----------
    plan
        A plan with its lists in any order.

    Returns
    -------
    Plan
        Equal for all orders of the same content.
    """
    return replace(
        plan,
        allocations=tuple(sorted(plan.allocations, key=_BY_LINE)),
        purchases=tuple(sorted(plan.purchases, key=_BY_PURCHASE)),
    )


def _with_sorted_substitutes(demand: Demand) -> Demand:
    if len(demand.substitutes) < 2:  # noqa: PLR2004  (nothing to sort)
        return demand
    return replace(demand, substitutes=tuple(sorted(demand.substitutes, key=attrgetter("item"))))
