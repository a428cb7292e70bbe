"""Turns a flow over arcs into a plan and back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from service.matching.check import check
from service.matching.plan import PackPurchase, Plan, PlanStatus
from service.matching.problem import Line
from service.matching.rules import Rule
from service.matching.usage import Flow, usage_of

if TYPE_CHECKING:
    from service.matching.arcs import Arcs
    from service.matching.parameters import Parameters


def plan_of(p: Parameters, arcs: Arcs, flow: Flow, *, bound_idr: float | None, status: PlanStatus) -> Plan:
    """Return the plan of a flow, in canonical order, with the total that ``check`` computes.

    Parameters
    ----------
    p, arcs
        The problem and all its arcs.
    flow
        What is delivered.
    bound_idr
        Proven lower bound in rupiah, ``change`` included.
    status
        How the solve ended.
    """
    problem = p.problem
    sources = list(p.source_index())
    qty: dict[tuple[str, str, str, str], int] = {}
    for n, steps in zip(flow.arc.tolist(), flow.steps.tolist(), strict=True):
        demand, coop = problem.demands[arcs.demand[n]].id, problem.cooperatives[arcs.cooperative[n]].id
        key = demand, sources[arcs.source[n]], coop, problem.items[arcs.item[n]].id
        qty[key] = qty.get(key, 0) + steps * int(arcs.unit[n])
    packs = usage_of(p, arcs, flow).packs
    purchases = [
        PackPurchase(sources[s], problem.cooperatives[c].id, int(packs[s, c])) for s, c in np.argwhere(packs > 0)
    ]
    plan = Plan(
        allocations=tuple(Line(*key, amount) for key, amount in sorted(qty.items())),
        purchases=tuple(sorted(purchases, key=lambda x: (x.stock, x.cooperative))),
        objective_idr=0.0,
        bound_idr=bound_idr,
        status=status,
    )
    report = check(problem, replace(plan, bound_idr=None))
    broken = tuple(str(fault) for fault in report.broken if fault.rule is not Rule.OBJECTIVE)
    return replace(plan, objective_idr=report.total_idr, broken=broken)


def flow_of(p: Parameters, arcs: Arcs, plan: Plan) -> Flow:
    """Return the flow of a plan of the same problem, filling the copies of an arc in order."""
    problem = p.problem
    demands = {d.id: n for n, d in enumerate(problem.demands)}
    coops = {c.id: n for n, c in enumerate(problem.cooperatives)}
    sources = p.source_index()
    rest = {(demands[x.demand], coops[x.cooperative], sources[x.source]): x.qty for x in plan.allocations}
    keys = arcs.keys(p)
    wanted = np.array(sorted((d * p.cooperative_count + c) * p.source_count + s for d, c, s in rest), dtype=np.int64)
    steps = np.zeros(len(arcs), dtype=np.int64)
    for n in np.flatnonzero(np.isin(keys, wanted)).tolist():
        key = int(arcs.demand[n]), int(arcs.cooperative[n]), int(arcs.source[n])
        steps[n] = min(rest[key] // int(arcs.unit[n]), int(arcs.upper[n]))
        rest[key] -= int(steps[n] * arcs.unit[n])
    used = np.flatnonzero(steps)
    return Flow(used, steps[used])


def infeasible_plan(p: Parameters, arcs: Arcs, flow: Flow, missing: tuple[Line, ...]) -> Plan:
    """Return the fixed lines as a plan that names the rules they break; ``missing`` are those that no arc carries."""
    plan = plan_of(p, arcs, flow, bound_idr=None, status=PlanStatus.INFEASIBLE)
    lines = {(x.demand, x.source, x.cooperative): x for x in plan.allocations}
    lines |= {(x.demand, x.source, x.cooperative): x for x in missing}
    whole = replace(plan, allocations=tuple(lines[key] for key in sorted(lines)))
    report = check(p.problem, whole)
    broken = tuple(str(fault) for fault in report.broken if fault.rule is not Rule.OBJECTIVE)
    return replace(whole, objective_idr=report.total_idr, broken=broken or plan.broken)
