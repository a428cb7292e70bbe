"""What does a rule cost? The plan against the cheapest plan without the rule, both measured without its term.

The cheapest plan without a rule is not known exactly: the re-solve finds a plan and proves a bound, so the cost is an
interval. What the plan found shows to have been missed under the rule itself is not blamed on the rule.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from service.matching.check import check
from service.matching.prices import price_to_kitchen
from service.matching.problem import BP, TierPrices
from service.matching.rules import Rule
from service.matching.solve import Limits, solve
from service.matching.why.cut import needs_idr
from service.matching.why.worth import WayFigures, WayOfPlanning, figures_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from service.matching.check import CheckReport
    from service.matching.plan import Plan
    from service.matching.problem import Demand, Problem, Substitute

__all__ = ["AskedRule", "PricedRule", "RuleCost", "explain_rule_cost", "explain_rule_costs", "rules_of", "without_rule"]


class PricedRule(StrEnum):
    """A rule of the city that may cost something."""

    LOCALITY = "locality"
    FAIRNESS = "fairness"
    SUPPLIERS = "suppliers"
    SHARE = "share"
    DROPS = "drops"
    PRICE_CAP = "price_cap"


@dataclass(frozen=True, slots=True)
class AskedRule:
    """A rule to ask about; ``item`` only for a price cap: the price limit of that item on every line."""

    rule: PricedRule
    item: str = ""


@dataclass(frozen=True, slots=True)
class RuleCost:
    """What one rule costs the week.

    ``plan_idr`` is the plan's total without the rule's own term; ``without_idr`` the cheapest total found without the
    rule and ``bound_idr`` the proven least, in the same terms. ``own_saving_idr`` is what the plan found would save
    even with the rule, ``own_gap_idr`` the most that any plan could save with it. ``is_binding`` is false where nothing
    had to be solved: the rule has no price, or nothing reaches its limit. ``plan`` and ``without`` are figures of both.
    """

    asked: AskedRule
    is_binding: bool
    plan_idr: float
    without_idr: float
    bound_idr: float
    own_saving_idr: float
    own_gap_idr: float
    plan: WayFigures
    without: WayFigures

    @property
    def lower_idr(self) -> float:
        """The rule costs the plan at least so much: what it saves without the rule, but not what it missed anyway."""
        return max(0.0, self.plan_idr - self.without_idr - self.own_saving_idr)

    @property
    def upper_idr(self) -> float:
        """And at most so much more."""
        return max(self.lower_idr, self.plan_idr - self.bound_idr)

    @property
    def gap(self) -> float:
        """Gap of the re-solve, 0..1."""
        return max(0.0, self.without_idr - self.bound_idr) / self.without_idr if self.without_idr > 0 else 0.0


def rules_of(problem: Problem) -> tuple[AskedRule, ...]:
    """List the rules that can cost something in a problem.

    Parameters
    ----------
    problem
        A valid problem.

    Returns
    -------
    tuple[AskedRule, ...]
        Those that have a price or whose limit something reaches; price caps by item.
    """
    plain = (AskedRule(rule) for rule in PricedRule if rule is not PricedRule.PRICE_CAP)
    caps = (AskedRule(PricedRule.PRICE_CAP, item.id) for item in problem.items)
    return tuple(asked for asked in (*plain, *caps) if without_rule(problem, asked) is not None)


def explain_rule_costs(
    problem: Problem,
    plan: Plan,
    limits: Limits,
    *,
    rules: Iterable[AskedRule] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[RuleCost, ...]:
    """Say what rules cost, one re-solve for each.

    Parameters
    ----------
    problem
        A valid problem.
    plan
        An allowed plan of it.
    limits
        Of every single re-solve.
    rules
        Which rules; by default all that can cost something.
    cancelled
        Polled often; once true, no further rule is asked about.

    Returns
    -------
    tuple[RuleCost, ...]
        In the order asked.
    """
    found = []
    for asked in rules_of(problem) if rules is None else rules:
        if cancelled is not None and cancelled():
            break
        found.append(explain_rule_cost(problem, plan, asked, limits, cancelled=cancelled))
    return tuple(found)


def explain_rule_cost(
    problem: Problem,
    plan: Plan,
    asked: AskedRule,
    limits: Limits,
    *,
    cancelled: Callable[[], bool] | None = None,
) -> RuleCost:
    """Say what one rule costs.

    Parameters
    ----------
    problem, plan
        A valid problem and an allowed plan of it.
    asked
        The rule.
    limits
        Of the re-solve.
    cancelled
        Polled often; once true, the best plan so far counts.
    """
    whole = check(problem, plan)
    own_gap = 0.0 if plan.bound_idr is None else max(0.0, whole.total_idr - plan.bound_idr)
    freed = without_rule(problem, asked)
    here = best = check(freed or problem, plan)
    bound, own_saving = here.total_idr, 0.0
    if freed is not None:
        other = solve(freed, limits, cancelled=cancelled, start=plan)
        best = min(here, check(freed, other), key=lambda report: report.total_idr)
        bound = min(best.total_idr, other.bound_idr or 0.0)
        own_saving = _saving_idr(whole, check(problem, other))
    return RuleCost(
        asked=asked,
        is_binding=freed is not None,
        plan_idr=here.total_idr,
        without_idr=best.total_idr,
        bound_idr=bound,
        own_saving_idr=own_saving,
        own_gap_idr=own_gap,
        plan=figures_of(WayOfPlanning.PLAN, here),
        without=figures_of(WayOfPlanning.WITHOUT_RULE, best),
    )


def _saving_idr(plan: CheckReport, other: CheckReport) -> float:
    """What another plan saves where it is allowed; what it says of its own total and bound is of another problem."""
    is_allowed = all(broken.rule in {Rule.OBJECTIVE, Rule.BOUND} for broken in other.broken)
    return max(0.0, plan.total_idr - other.total_idr) if is_allowed else 0.0


def without_rule(problem: Problem, asked: AskedRule) -> Problem | None:
    """Return the problem without a rule; every plan of the problem stays allowed.

    Parameters
    ----------
    problem
        A valid problem.
    asked
        The rule.

    Returns
    -------
    Problem | None
        ``None`` if the rule costs nothing as it stands: no price, or no limit that anything reaches.
    """
    policy = problem.policy
    match asked.rule:
        case PricedRule.LOCALITY:
            freed = replace(policy, tier_idr_per_kg=TierPrices(0, 0, 0), wholesale_idr_per_kg=0)
        case PricedRule.FAIRNESS:
            freed = replace(policy, fairness_bp=0)
        case PricedRule.SUPPLIERS:
            freed = replace(policy, supplier_gap_idr=0)
        case PricedRule.SHARE:
            freed = replace(policy, share_bp=0)
        case PricedRule.DROPS:
            return _without_drop_limits(problem)
        case PricedRule.PRICE_CAP:
            return _without_cap(problem, asked.item)
    return None if freed == policy else replace(problem, policy=freed)


def _without_drop_limits(problem: Problem) -> Problem | None:
    """Let every cooperative come every day."""
    most = len(problem.cooperatives)
    kitchens = tuple(replace(k, max_drops_per_day=max(most, k.max_drops_per_day)) for k in problem.kitchens)
    return None if kitchens == problem.kitchens else replace(problem, kitchens=kitchens)


def _without_cap(problem: Problem, item: str) -> Problem | None:
    """Lift the price limit of an item to the dearest price there is; share limits stay what they are in rupiah."""
    dearest = max(_prices(problem, item), default=0)
    freed = replace(problem, demands=tuple(_uncapped(demand, item, dearest) for demand in problem.demands))
    if freed == problem:
        return None
    was, now = needs_idr(problem), needs_idr(freed)
    kitchens = tuple(
        replace(k, max_share_bp=min(BP, round(k.max_share_bp * was[k.id] / now[k.id]))) if now[k.id] > 0 else k
        for k in problem.kitchens
    )
    return replace(freed, kitchens=kitchens)


def _prices(problem: Problem, item: str) -> Iterator[int]:
    """Prices to the kitchen of every source of an item."""
    (thing,) = (x for x in problem.items if x.id == item)
    yield from (offer.price_idr for offer in problem.offers if offer.item == item)
    for stock in problem.stocks:
        if stock.item == item:
            yield from (price_to_kitchen(stock, thing, cooperative) for cooperative in problem.cooperatives)


def _uncapped(demand: Demand, item: str, dearest: int) -> Demand:
    def lifted(substitute: Substitute) -> Substitute:
        return replace(substitute, max_price_idr=max(dearest, substitute.max_price_idr))

    substitutes = tuple(lifted(x) if x.item == item else x for x in demand.substitutes)
    limit = max(dearest, demand.max_price_idr) if demand.item == item else demand.max_price_idr
    return replace(demand, max_price_idr=limit, substitutes=substitutes)
