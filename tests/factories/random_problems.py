"""Random tiny problems in which every rule and every cost term can bind, and random plans of them, also wrong ones."""

from __future__ import annotations

import random
from dataclasses import replace

from service.matching.canonical import canonical
from service.matching.plan import PackPurchase, Plan, PlanStatus
from service.matching.problem import (
    Cooperative,
    Demand,
    Item,
    Kitchen,
    Line,
    Offer,
    PricedPolicy,
    Problem,
    ShortageStep,
    Stock,
    Substitute,
    TierPrices,
    Wholesaler,
)

_DAYS = ("2026-11-30", "2026-12-01")


def random_problem(seed: int) -> Problem:
    """Draw a problem of 2 or 3 kitchens and cooperatives, 3 items and up to 7 lines; nothing is fixed or previous."""
    r = random.Random(seed)
    items = (
        Item("RICE", "g", 1000, 1000, 1, r.random() < 0.5, r.randint(20, 90) * 1000, r.choice([300, 7000])),
        Item("OIL", "ml", 1000, 500, 1, r.random() < 0.3, r.randint(20, 90) * 1000, r.choice([0, 2500])),
        Item("UHT", "pc", 1, 1, 130, r.random() < 0.3, r.randint(20, 90) * 100, 6000),
    )
    cooperatives = tuple(_cooperative(r, n) for n in range(r.choice([2, 2, 3])))
    kitchens = tuple(_kitchen(r, n) for n in range(r.choice([1, 2, 2])))
    wholesalers = tuple(
        Wholesaler(f"W{n}", *_spot(r), r.choice([0, 100_000, 250_000])) for n in range(r.choice([1, 2]))
    )
    return canonical(
        Problem(
            name=f"random-{seed}",
            days=_DAYS,
            policy=_policy(r),
            items=items,
            kitchens=kitchens,
            cooperatives=cooperatives,
            wholesalers=wholesalers,
            offers=tuple(_offer(r, n, r.choice(cooperatives), r.choice(items)) for n in range(r.randint(2, 4))),
            stocks=tuple(_stock(r, n, r.choice(wholesalers), r.choice(items)) for n in range(r.randint(1, 3))),
            demands=tuple(_demand(r, n, r.choice(kitchens), r.choice(items), items) for n in range(r.randint(3, 6))),
        )
    )


def with_more(problem: Problem, seed: int) -> Problem:
    """Add an offer of every item, a stock and two lines."""
    r = random.Random(seed)
    c, w, k, items = problem.cooperatives, problem.wholesalers, problem.kitchens, problem.items
    offers = tuple(_offer(r, n, r.choice(c), item) for n, item in enumerate(items, start=10))
    stocks = (_stock(r, 10, r.choice(w), r.choice(items)),)
    demands = tuple(_demand(r, n, r.choice(k), r.choice(items), items) for n in range(10, 12))
    return canonical(
        replace(
            problem,
            offers=(*problem.offers, *offers),
            stocks=(*problem.stocks, *stocks),
            demands=(*problem.demands, *demands),
        )
    )


def with_history(problem: Problem, plan: Plan, seed: int) -> Problem:
    """Turn some lines of an allowed plan into promises, and others, some of them gone, into the plan before."""
    r = random.Random(seed)
    fixed = tuple(line for line in plan.allocations if r.random() < 0.3)
    previous = tuple(replace(line, source=line.source if r.random() < 0.8 else "GONE") for line in plan.allocations)
    return canonical(replace(problem, fixed=fixed, previous=previous))


def random_plan(problem: Problem, seed: int) -> Plan:
    """Draw a plan that usually breaks several rules."""
    r = random.Random(seed)
    sources = [*problem.offers, *problem.stocks]
    lines, bought = [], []
    for _ in range(r.randint(1, 8)):
        source, demand = r.choice(sources), r.choice(problem.demands)
        step = next(item.step for item in problem.items if item.id == source.item)
        cooperative = source.cooperative if isinstance(source, Offer) and r.random() < 0.8 else None
        lines.append(
            Line(
                demand=demand.id if r.random() < 0.97 else "GONE",
                source=source.id,
                cooperative=cooperative or r.choice(problem.cooperatives).id,
                item=source.item if r.random() < 0.9 else demand.item,
                qty=r.randint(0, 12) * step + (r.random() < 0.03),
            )
        )
    for _ in range(r.randint(0, 4)):
        buyer = r.choice(problem.cooperatives).id
        bought.append(PackPurchase(r.choice(problem.stocks).id, buyer, r.randint(0, 6)))
    return Plan(tuple(lines), tuple(bought), r.choice([0.0, 1e6]), r.choice([None, 0.0, 1e9]), PlanStatus.FEASIBLE)


def _spot(r: random.Random) -> tuple[float, float]:
    return round(-6.6 + r.uniform(-0.02, 0.02), 6), round(106.8 + r.uniform(-0.02, 0.02), 6)


def _place(r: random.Random) -> tuple[str, str, float, float]:
    village = r.choice(["1.1", "1.2", "2.1"])
    return village, village[:1], *_spot(r)


def _policy(r: random.Random) -> PricedPolicy:
    steps = r.choice([((0, 10_000),), ((0, 10_000), (2000, 13_000), (5000, 17_000)), ((0, 9000), (5000, 20_000))])
    return PricedPolicy(
        drop_idr=r.choice([0, 6000, 60_000]),
        drop_idr_per_km=5000,
        carry_idr_per_kg_km=60,
        freight_idr_per_kg_km=20,
        tier_idr_per_kg=TierPrices(0, 150, 400),
        wholesale_idr_per_kg=r.choice([0, 200]),
        fairness_bp=r.choice([0, 300]),
        share_bp=r.choice([0, 500]),
        supplier_gap_idr=r.choice([0, 50_000]),
        supplier_min_value_idr=r.choice([0, 40_000, 150_000]),
        change_idr_per_kg=r.choice([0, 500]),
        shortage_steps=tuple(ShortageStep(*step) for step in steps),
    )


def _cooperative(r: random.Random, n: int) -> Cooperative:
    return Cooperative(
        f"C{n}",
        *_place(r),
        radius_m=r.choice([2000, 4000, 9000]),
        capital_idr=r.choice([150_000, 600_000, 5_000_000]),
        handling_g=tuple(r.choice([8_000, 30_000, 200_000]) for _ in _DAYS),
        cold_g=tuple(r.choice([0, 10_000, 100_000]) for _ in _DAYS),
        markup_bp=r.choice([0, 300, 555]),
        fair_value_idr=r.choice([0, 200_000]),
    )


def _kitchen(r: random.Random, n: int) -> Kitchen:
    return Kitchen(
        f"K{n}",
        *_place(r),
        budget_idr={"ingredient": r.choice([150_000, 500_000, 5_000_000]), "operations": r.choice([0, 10**6])},
        max_drops_per_day=r.choice([1, 1, 2, 3]),
        min_suppliers=r.choice([0, 2, 3]),
        max_share_bp=r.choice([3000, 10_000]),
    )


def _window(r: random.Random) -> tuple[int, int]:
    return r.choice([(0, 1), (0, 1), (0, 0), (1, 1)])


def _offer(r: random.Random, n: int, cooperative: Cooperative, item: Item) -> Offer:
    qty = r.randint(1, 14) * item.step
    minimum = r.choice([0, 0, qty // item.step // 2 * item.step, qty])
    price = round(_reference_idr(item) * r.uniform(0.85, 1.15))
    supplier = r.choice([cooperative.id, "P1", "P2"])
    return Offer(
        f"O{n}", cooperative.id, item.id, qty, price, *_window(r), minimum, r.choice([0, 3000, 10_000]), supplier
    )


def _stock(r: random.Random, n: int, wholesaler: Wholesaler, item: Item) -> Stock:
    pack = r.choice([2, 5]) * item.step
    price = round(_reference_idr(item) * pack / item.per * r.uniform(0.7, 1.0))
    return Stock(f"S{n}", wholesaler.id, item.id, r.randint(1, 5), pack, price, *_window(r), wholesaler.id)


def _demand(r: random.Random, n: int, kitchen: Kitchen, item: Item, items: tuple[Item, ...]) -> Demand:
    others = [other for other in items if other.id != item.id and r.random() < 0.3]
    covers = r.choice([9000, 10_000, 12_500])
    substitutes = tuple(Substitute(o.id, covers, round(_reference_idr(o) * 1.2), r.choice([0, 2000])) for o in others)
    budget = "operations" if r.random() < 0.1 else "ingredient"
    limit = round(_reference_idr(item) * r.choice([1.0, 1.1, 1.2]))
    return Demand(
        f"D{n}", kitchen.id, item.id, r.randint(0, 1), r.randint(1, 12) * item.step, limit, budget, substitutes
    )


def _reference_idr(item: Item) -> int:
    return {"RICE": 14_000, "OIL": 18_000, "UHT": 3_200}[item.id]
