"""Re-optimises a part of a plan exactly: some arcs are free, the rest of the plan stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from service.matching.constraints import add_rules
from service.matching.linear_model import Outcome, SolverLimits, optimise
from service.matching.objective import add_prices, total_idr
from service.matching.problem import BP
from service.matching.rules import Rule, Term
from service.matching.usage import Flow, Usage, usage_of, within
from service.matching.variables import hint_of, restrict

if TYPE_CHECKING:
    from service.matching.arcs import Arcs
    from service.matching.parameters import Ints, Parameters


@dataclass(frozen=True, slots=True)
class Candidate:
    """A plan in the making: its flow and its total (without the constant of ``change``), in rupiah."""

    flow: Flow
    total_idr: float


def reoptimise(
    p: Parameters,
    arcs: Arcs,
    chosen: Ints,
    current: Candidate,
    limits: SolverLimits,
    *,
    without: frozenset[Rule | Term] = frozenset(),
) -> Candidate:
    """Solve the exact model over the chosen arcs and return the better plan of the two.

    Terms left out by ``without`` are still counted when the plans are compared.
    """
    stays = ~np.isin(current.flow.arc, chosen)
    rest = usage_of(p, arcs, Flow(current.flow.arc[stays], current.flow.steps[stays]))
    r = restrict(p, arcs, chosen, rest, suppliers=Term.SUPPLIERS not in without)
    add_prices(r)
    add_rules(r, without=without)
    answer = optimise(r.model, limits, hint=hint_of(r, current.flow))
    if answer.outcome not in (Outcome.OPTIMAL, Outcome.FEASIBLE):
        return current
    steps = np.rint(answer.values[r.flow]).astype(np.int64)
    used = steps > 0
    flow = merged(
        np.concatenate([current.flow.arc[stays], chosen[used]]),
        np.concatenate([current.flow.steps[stays], steps[used]]),
    )
    return better(p, arcs, flow, current)


def merged(arc: Ints, steps: Ints) -> Flow:
    """Return a flow in canonical order."""
    order = np.argsort(arc, kind="stable")
    return Flow(arc[order], steps[order])


def better(p: Parameters, arcs: Arcs, flow: Flow, current: Candidate) -> Candidate:
    """Return the flow if it breaks no rule and costs less than the current plan."""
    used = usage_of(p, arcs, flow)
    total = total_idr(p, used)
    if total < current.total_idr - 1e-3 and not broken_rules(p, used):
        return Candidate(flow, total)
    return current


def broken_rules(p: Parameters, used: Usage) -> list[Rule]:
    """Name the rules that a flow breaks, in the order of the file format; fixed lines and arcs are kept by design."""
    source = used.pool_qty.sum(axis=1)
    offer = slice(0, p.offer_count)
    stock = slice(p.offer_count, None)
    ordered = used.order_idr
    kept = {
        Rule.COVERAGE: (used.covered_bp <= p.demand_limit_qty * BP).all(),
        Rule.OFFER_QTY: (source[offer] <= p.source_limit_qty[offer]).all(),
        Rule.OFFER_MINIMUM: ((source[offer] == 0) | (source[offer] >= p.source_min_qty[offer])).all(),
        Rule.STOCK_PACKS: (used.packs.sum(axis=1)[stock] <= p.source_packs[stock]).all(),
        Rule.MINIMUM_ORDER: ((ordered == 0) | (ordered >= p.min_order_idr[:, None])).all(),
        Rule.HANDLING: (used.handling_g <= p.handling_g).all(),
        Rule.COLD: (used.cold_g <= p.cold_g).all(),
        Rule.CAPITAL: within(used.capital_used_idr(p), p.capital_idr).all(),
        Rule.BUDGET: within(used.spent_idr, p.purse_idr).all(),
        Rule.DROPS: ((used.drop_lines > 0).sum(axis=1) <= np.repeat(p.max_drops, p.day_count)).all(),
    }
    return [rule for rule, is_kept in kept.items() if not is_kept]
