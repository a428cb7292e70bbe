"""Random tiny problems in which a chosen set of rules and goals binds and every other is idle.

Each name in ``SWITCHES`` is one rule or cost term of the file format. Switched on, its numbers are drawn so that it
usually binds; switched off, they are so generous, or so cheap, that it cannot matter.
"""

from __future__ import annotations

import random
from dataclasses import replace

from service.matching.greedy import greedy
from service.matching.plan import PlanStatus
from service.matching.problem import Item, Problem, ShortageStep, TierPrices
from tests.factories.random_problems import random_problem, with_more

FREE = 10**10
SWITCHES = (
    "budget",
    "capital",
    "carry",
    "cold",
    "drops",
    "fairness",
    "fixed",
    "handling",
    "leftover",
    "minimum order",
    "offer minimum",
    "packs",
    "previous",
    "radius",
    "share",
    "shortage steps",
    "substitutes",
    "suppliers",
    "tiers",
)


def mixed_problem(seed: int, on: frozenset[str]) -> Problem:
    """Draw a problem in which exactly the rules ``on`` matter."""
    r = random.Random(seed)
    problem = with_more(random_problem(seed), seed)
    problem = _with_items(problem, on, r)
    problem = _with_policy(problem, on, r)
    problem = _with_places(problem, on, r)
    problem = _with_supply(problem, on, r)
    return _with_history(problem, on, r)


def _with_items(problem: Problem, on: frozenset[str], r: random.Random) -> Problem:
    def item(x: Item) -> Item:
        leftover_bp = r.choice([500, 7000]) if "leftover" in on else 0
        return replace(x, cold="cold" in on and r.random() < 0.5, leftover_bp=leftover_bp)

    demands = problem.demands
    if "substitutes" not in on:
        demands = tuple(replace(x, substitutes=()) for x in demands)
    return replace(problem, items=tuple(item(x) for x in problem.items), demands=demands)


def _with_policy(problem: Problem, on: frozenset[str], r: random.Random) -> Problem:
    steps = ((0, 10_000), (2000, 13_000), (5000, 17_000)) if "shortage steps" in on else ((0, 10_000),)
    policy = replace(
        problem.policy,
        drop_idr=r.choice([6000, 60_000]) if "drops" in on else 0,
        drop_idr_per_km=5000 if "drops" in on else 0,
        carry_idr_per_kg_km=60 if "carry" in on else 0,
        freight_idr_per_kg_km=20 if "carry" in on else 0,
        tier_idr_per_kg=TierPrices(0, 150, 400) if "tiers" in on else TierPrices(0, 0, 0),
        wholesale_idr_per_kg=200 if "tiers" in on else 0,
        fairness_bp=r.choice([300, 3000]) if "fairness" in on else 0,
        share_bp=r.choice([500, 5000]) if "share" in on else 0,
        supplier_gap_idr=50_000 if "suppliers" in on else 0,
        supplier_min_value_idr=r.choice([0, 40_000, 150_000]),
        change_idr_per_kg=r.choice([100, 500]) if "previous" in on else 0,
        shortage_steps=tuple(ShortageStep(*step) for step in steps),
    )
    return replace(problem, policy=policy)


def _with_places(problem: Problem, on: frozenset[str], r: random.Random) -> Problem:
    def days(name: str, choices: list[int]) -> tuple[int, ...]:
        return tuple(r.choice(choices) if name in on else FREE for _ in problem.days)

    cooperatives = tuple(
        replace(
            c,
            radius_m=r.choice([1500, 3000, 5000]) if "radius" in on else 100_000,
            capital_idr=r.choice([200_000, 600_000]) if "capital" in on else FREE,
            handling_g=days("handling", [6000, 12_000, 40_000]),
            cold_g=days("cold", [2000, 8000, 30_000]),
            fair_value_idr=r.choice([100_000, 200_000]) if "fairness" in on else 0,
        )
        for c in problem.cooperatives
    )
    kitchens = tuple(
        replace(
            k,
            budget_idr=dict.fromkeys(k.budget_idr, r.choice([150_000, 400_000]) if "budget" in on else FREE),
            max_drops_per_day=r.choice([1, 1, 2]) if "drops" in on else 9,
            min_suppliers=r.choice([2, 3]) if "suppliers" in on else 0,
            max_share_bp=r.choice([1000, 3000]) if "share" in on else 10_000,
        )
        for k in problem.kitchens
    )
    return replace(problem, cooperatives=cooperatives, kitchens=kitchens)


def _with_supply(problem: Problem, on: frozenset[str], r: random.Random) -> Problem:
    step = {item.id: item.step for item in problem.items}
    offers = tuple(
        replace(
            x,
            min_qty=r.choice([3, 2, 1]) * (x.qty // step[x.item]) // 3 * step[x.item] if "offer minimum" in on else 0,
            cash_bp=r.choice([3000, 10_000]) if "capital" in on else 0,
        )
        for x in problem.offers
    )
    stocks = problem.stocks
    if "packs" not in on:
        size = {x.id: x.pack_qty // step[x.item] for x in stocks}
        stocks = tuple(
            replace(x, packs=x.packs * size[x.id], pack_qty=step[x.item], price_idr=x.price_idr // size[x.id])
            for x in stocks
        )
    least = {w.id: r.choice([50_000, 120_000]) if "minimum order" in on else 0 for w in problem.wholesalers}
    wholesalers = tuple(replace(w, min_order_idr=least[w.id]) for w in problem.wholesalers)
    return replace(problem, offers=offers, stocks=stocks, wholesalers=wholesalers)


def _with_history(problem: Problem, on: frozenset[str], r: random.Random) -> Problem:
    """Promise parts of an allowed plan, and call most of it, and things that are gone, the plan before."""
    plan = greedy(problem)
    if plan.status is PlanStatus.INFEASIBLE:
        return problem
    step = {item.id: item.step for item in problem.items}
    promised = tuple(line for line in plan.allocations if r.random() < 0.4)
    fixed = tuple(replace(x, qty=r.randint(1, x.qty // step[x.item]) * step[x.item]) for x in promised)
    moved = tuple(replace(x, source=x.source if r.random() < 0.8 else "GONE") for x in plan.allocations)
    previous = tuple(replace(x, qty=x.qty + r.choice([0, 0, 1, 3]) * step[x.item] // 2 + 1) for x in moved)
    return replace(
        problem, fixed=fixed if "fixed" in on else (), previous=previous if "previous" in on else problem.previous
    )
