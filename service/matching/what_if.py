"""A what-if: the same week with other prices, supply, members or demand, as a changed problem.

What is promised (``fixed``) stays, unless the change takes away the line, the source or the member that it names.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from service.matching.errors import InvalidProblem, InvalidScenario
from service.matching.fields import Faults
from service.matching.problem import BP, Demand, Offer, PricedPolicy, Problem, ShortageStep, Stock
from service.matching.reader import read_problem
from service.matching.schema import SCENARIO_DOCUMENT
from service.matching.writer import write_problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class DemandScale:
    """Other demand: of a kitchen, of an item, of an item at a kitchen, or of all; ``scale_bp`` 0 takes it away."""

    scale_bp: int
    kitchen: str | None = None
    item: str | None = None

    def applies_to(self, demand: Demand) -> bool:
        """Tell whether a line is meant."""
        return self.kitchen in {None, demand.kitchen} and self.item in {None, demand.item}


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is different; ``without`` names offers and stocks, ``suspended`` kitchens, cooperatives and wholesalers.

    ``policy`` holds any fields of ``PricedPolicy``, ``tier_idr_per_kg`` any of its tiers. The maps set an item's
    shortage price, a kitchen's budget lines and a cooperative's fair value, which policies decide too.
    """

    policy: Mapping[str, Any] = field(default_factory=dict)
    shortage_idr: Mapping[str, int] = field(default_factory=dict)
    budget_idr: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    fair_value_idr: Mapping[str, int] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    suspended: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = ()
    stocks: tuple[Stock, ...] = ()
    demand: tuple[DemandScale, ...] = ()


def read_scenario(document: object) -> Scenario:
    """Read a scenario from a parsed JSON document.

    Parameters
    ----------
    document
        An object with any of the fields of ``Scenario``.

    Returns
    -------
    Scenario
        Of the right shape; whether it fits a problem is for ``apply_scenario`` to say.

    Raises
    ------
    InvalidScenario
        With every fault of the document's shape, by its JSON pointer.
    """
    faults = Faults()
    record = SCENARIO_DOCUMENT.read(document, "", faults)
    if record is None or faults.found():
        raise InvalidScenario(faults.found())
    return Scenario(
        policy=record.get("policy", {}),
        shortage_idr=record.get("shortage_idr", {}),
        budget_idr=record.get("budget_idr", {}),
        fair_value_idr=record.get("fair_value_idr", {}),
        without=tuple(record.get("without", ())),
        suspended=tuple(record.get("suspended", ())),
        offers=tuple(Offer(**offer) for offer in record.get("offers", ())),
        stocks=tuple(Stock(**stock) for stock in record.get("stocks", ())),
        demand=tuple(DemandScale(**scale) for scale in record.get("demand", ())),
    )


def apply_scenario(problem: Problem, scenario: Scenario) -> Problem:
    """Return a problem as it would be in a scenario.

    Parameters
    ----------
    problem
        A valid problem; it is not touched.
    scenario
        The changes, applied together: first what is taken away, then what is added, then demand and prices.

    Returns
    -------
    Problem
        Valid by the reader's own rules, in canonical order. It may be without demand.

    Raises
    ------
    InvalidScenario
        If a name is not in the problem, or the changed problem breaks a rule of the format.
    """
    _require_known(problem, scenario)
    gone = frozenset(scenario.without) | frozenset(scenario.suspended)
    changed = _with_demand(_with_prices(_with_supply(problem, scenario, gone), scenario), scenario.demand)
    changed = _with_promises(changed)
    try:
        return read_problem(write_problem(changed))
    except InvalidProblem as error:
        raise InvalidScenario(error.faults) from error


def _require_known(problem: Problem, scenario: Scenario) -> None:
    """Refuse names that the problem does not have, each by its place in the scenario."""
    faults = Faults()
    kitchens, items = {x.id for x in problem.kitchens}, {x.id for x in problem.items}
    cooperatives = {x.id for x in problem.cooperatives}
    sources = {x.id for x in problem.offers} | {x.id for x in problem.stocks}
    members = kitchens | cooperatives | {x.id for x in problem.wholesalers}

    def require(names: Iterable[tuple[str, str | None]], known: set[str], what: str) -> None:
        for at, name in names:
            if name is not None and name not in known:
                faults.add(at, "unknown_reference", f"{name!r} is no {what} of the base plan's problem")

    require(((f"/without/{n}", name) for n, name in enumerate(scenario.without)), sources, "offer or stock")
    require(((f"/suspended/{n}", name) for n, name in enumerate(scenario.suspended)), members, "member")
    require(((f"/demand/{n}/kitchen", scale.kitchen) for n, scale in enumerate(scenario.demand)), kitchens, "kitchen")
    require(((f"/demand/{n}/item", scale.item) for n, scale in enumerate(scenario.demand)), items, "item")
    require(((f"/shortage_idr/{name}", name) for name in scenario.shortage_idr), items, "item")
    require(((f"/budget_idr/{name}", name) for name in scenario.budget_idr), kitchens, "kitchen")
    require(((f"/fair_value_idr/{name}", name) for name in scenario.fair_value_idr), cooperatives, "cooperative")
    if faults.found():
        raise InvalidScenario(faults.found())


def _with_supply(problem: Problem, scenario: Scenario, gone: frozenset[str]) -> Problem:
    """Take away members and sources, then add the hypothetical ones."""
    return replace(
        problem,
        kitchens=tuple(x for x in problem.kitchens if x.id not in gone),
        cooperatives=tuple(x for x in problem.cooperatives if x.id not in gone),
        wholesalers=tuple(x for x in problem.wholesalers if x.id not in gone),
        offers=tuple(x for x in problem.offers if not gone & {x.id, x.cooperative}) + scenario.offers,
        stocks=tuple(x for x in problem.stocks if not gone & {x.id, x.wholesaler}) + scenario.stocks,
        demands=tuple(x for x in problem.demands if x.kitchen not in gone),
    )


def _with_prices(problem: Problem, scenario: Scenario) -> Problem:
    return replace(
        problem,
        policy=_policy(problem.policy, scenario.policy),
        items=tuple(replace(x, shortage_idr=scenario.shortage_idr.get(x.id, x.shortage_idr)) for x in problem.items),
        kitchens=tuple(
            replace(x, budget_idr={**x.budget_idr, **scenario.budget_idr.get(x.id, {})}) for x in problem.kitchens
        ),
        cooperatives=tuple(
            replace(x, fair_value_idr=scenario.fair_value_idr.get(x.id, x.fair_value_idr)) for x in problem.cooperatives
        ),
    )


def _policy(policy: PricedPolicy, changes: Mapping[str, Any]) -> PricedPolicy:
    plain = {name: value for name, value in changes.items() if name not in {"tier_idr_per_kg", "shortage_steps"}}
    steps = changes.get("shortage_steps")
    return replace(
        policy,
        **plain,
        tier_idr_per_kg=replace(policy.tier_idr_per_kg, **changes.get("tier_idr_per_kg", {})),
        shortage_steps=policy.shortage_steps if steps is None else tuple(ShortageStep(**step) for step in steps),
    )


def _with_demand(problem: Problem, scales: tuple[DemandScale, ...]) -> Problem:
    """Scale demand to whole steps, never to less than what is promised of a line; scales multiply."""
    steps = {item.id: item.step for item in problem.items}
    promised = _promised_qty(problem)
    demands = []
    for demand in problem.demands:
        numerator, denominator = demand.qty, 1
        for scale in scales:
            if scale.applies_to(demand):
                numerator, denominator = numerator * scale.scale_bp, denominator * BP
        if denominator == 1:
            demands.append(demand)
        elif numerator:
            step = steps[demand.item]
            nearest = max(1, (2 * numerator + step * denominator) // (2 * step * denominator)) * step
            demands.append(replace(demand, qty=max(nearest, -(-promised[demand.id] // step) * step)))
    return replace(problem, demands=tuple(demands))


def _promised_qty(problem: Problem) -> defaultdict[str, int]:
    """Return what fixed lines cover of each demand line, rounded up, in base units of the demanded item."""
    covers_bp = {(demand.id, swap.item): swap.covers_bp for demand in problem.demands for swap in demand.substitutes}
    promised: defaultdict[str, int] = defaultdict(int)
    for line in problem.fixed:
        promised[line.demand] += -(-line.qty * covers_bp.get((line.demand, line.item), BP) // BP)
    return promised


def _with_promises(problem: Problem) -> Problem:
    """Drop the promises whose line, source or cooperative is gone."""
    demands, cooperatives = {x.id for x in problem.demands}, {x.id for x in problem.cooperatives}
    sources = {x.id for x in problem.offers} | {x.id for x in problem.stocks}
    fixed = tuple(
        x for x in problem.fixed if x.demand in demands and x.source in sources and x.cooperative in cooperatives
    )
    return replace(problem, fixed=fixed)
