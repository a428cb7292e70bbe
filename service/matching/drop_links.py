"""The best split of drops of a programme of few columns, found exactly: drops are columns again, linked to every line.

A row for each line and cooperative says that what the cooperative covers of the line is at most its drop. The prices of
these rows are what each line pays for the drop: a split, which the relaxation's own bound then proves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from service.matching.drop_split import completed
from service.matching.linear_model import Outcome, simplex

if TYPE_CHECKING:
    from service.matching.linear_model import LinearModel, SolverLimits
    from service.matching.parameters import Floats, Ints
    from service.matching.relaxation import Columns, Relaxation


def solve_with_drops(r: Relaxation, columns: Columns, duals: Floats, limits: SolverLimits) -> tuple[Columns, Floats]:
    """Solve exactly over some arcs with their drops, and set the relaxation's split by the prices.

    Returns
    -------
    tuple[Columns, Floats]
        The columns with their new flow, and the duals; what was given if the solver finds nothing.
    """
    free = r.clone()
    free.set_drop_price(np.zeros(len(r.arcs)))
    model = free.model(columns.arc)
    served, links = _add_drops(r, model, columns.arc)
    answer = simplex(model, limits)
    if answer.outcome is not Outcome.OPTIMAL:
        return columns, duals
    duals = r.signed(answer.duals[: len(r.limit)])
    r.set_split(_split(r, duals, served, -np.minimum(answer.duals[links], 0.0)))
    return r.columns(columns, answer.values), duals


def _add_drops(r: Relaxation, model: LinearModel, chosen: Ints) -> tuple[Ints, Ints]:
    """Add the drops of the chosen arcs; return each line and cooperative linked to one, as one key, and its row."""
    p, coops = r.p, r.p.cooperative_count
    served, of_arc = np.unique(r.arcs.demand[chosen] * coops + r.arcs.cooperative[chosen], return_inverse=True)
    line, cooperative = np.divmod(served, coops)
    visits, of_line = np.unique(r.kitchen_day[line] * coops + cooperative, return_inverse=True)
    kitchen_day, visitor = np.divmod(visits, coops)
    drops = model.add_columns(len(visits))
    model.add_cost(drops, p.drop_cost[visitor, kitchen_day // p.day_count])
    model.add_entries(r.first["drops"] + kitchen_day, drops, 1.0)
    links = model.add_rows(len(served), upper=0.0)
    model.add_entries(links[of_arc], np.arange(len(chosen)), r.reach[r.arcs.demand[chosen]])
    model.add_entries(links, drops[of_line], -1.0)
    return served, links


def _split(r: Relaxation, duals: Floats, served: Ints, pays: Floats) -> Floats:
    """Return the part of each drop that each line pays, with what one drop more costs at a kitchen's limit of drops."""
    p = r.p
    line, cooperative = np.divmod(served, p.cooperative_count)
    day = r.kitchen_day[line]
    drop = p.drop_cost[cooperative, day // p.day_count] - duals[r.first["drops"] + day]
    part = np.zeros((p.demand_count, p.cooperative_count))
    part[line, cooperative] = pays / np.maximum(drop, 1e-9)
    return completed(r, part)
