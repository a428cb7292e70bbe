"""Re-computes whether a plan is allowed and what it costs, from the file format alone and without any solver."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.matching.costs import costs, shortage_qty, suppliers_per_kitchen
from service.matching.deliveries import Broken
from service.matching.geography import Tier
from service.matching.hard_rules import HARD_RULES
from service.matching.index import ProblemIndex
from service.matching.rules import Rule, Term
from service.matching.tally import FLOAT_SLACK, Tally

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.matching.plan import Plan
    from service.matching.problem import Problem

OBJECTIVE_SLACK = 1e-6
"""Relative difference allowed between a plan's stated and its true total."""


@dataclass(frozen=True, slots=True)
class KitchenFigures:
    """What one kitchen gets; ``fill_share`` is by weight, 0..1, and 1 for a kitchen that needs nothing."""

    kitchen: str
    need_kg: float
    short_kg: float
    fill_share: float
    suppliers: int


@dataclass(frozen=True, slots=True)
class CooperativeFigures:
    """What one cooperative sells, beside its fair value."""

    cooperative: str
    value_idr: float
    fair_value_idr: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What a plan comes to, for people; shares are 0..1, value shares by what kitchens pay."""

    need_kg: float
    short_kg: float
    fill_share: float
    lowest_fill_share: float
    value_idr: float
    drops: int
    pairs: int
    same_kelurahan_pairs: int
    same_kelurahan_value_share: float
    same_kecamatan_value_share: float
    wholesale_value_share: float
    kitchens: tuple[KitchenFigures, ...]
    cooperatives: tuple[CooperativeFigures, ...]


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Cost terms and their total in rupiah, every broken rule, and the figures of a plan."""

    cost_idr: dict[Term, float]
    total_idr: float
    broken: tuple[Broken, ...]
    figures: Figures

    @property
    def is_allowed(self) -> bool:
        """Whether the plan breaks no rule and states its total rightly."""
        return not self.broken


def check(problem: Problem, plan: Plan) -> CheckReport:
    """Check a plan of a problem.

    Parameters
    ----------
    problem
        A valid problem.
    plan
        Any plan, also one made by hand or by another program.

    Returns
    -------
    CheckReport
        All broken rules, not only the first; lines that mean nothing are named and counted for nothing.
    """
    tally = Tally(ProblemIndex(problem), plan)
    cost_idr = costs(tally, plan)
    total_idr = sum(cost_idr.values())
    broken = (*broken_rules(tally), *_stated(plan, total_idr))
    return CheckReport(cost_idr=cost_idr, total_idr=total_idr, broken=broken, figures=_figures(tally))


def broken_rules(tally: Tally) -> tuple[Broken, ...]:
    """Name every rule that what was added up breaks."""
    return (*tally.broken, *(fault for rule in HARD_RULES for fault in rule(tally)))


def _stated(plan: Plan, total_idr: float) -> Iterator[Broken]:
    """Name what the plan says wrongly about itself."""
    off_idr = plan.objective_idr - total_idr
    if abs(off_idr) > OBJECTIVE_SLACK * max(1.0, abs(total_idr)):
        yield Broken(Rule.OBJECTIVE, "objective_idr", f"stated {plan.objective_idr}, is {total_idr:.2f}", off_idr)
    if plan.bound_idr is not None and plan.bound_idr > total_idr * (1 + FLOAT_SLACK):
        detail = f"stated {plan.bound_idr}, above the plan's own total {total_idr:.2f}"
        yield Broken(Rule.BOUND, "bound_idr", detail, plan.bound_idr - total_idr)


def _figures(tally: Tally) -> Figures:
    kitchens = _kitchens(tally)
    need_kg, short_kg = sum(k.need_kg for k in kitchens), sum(k.short_kg for k in kitchens)
    value_idr = sum(tally.value_idr.values())
    tier_idr: defaultdict[Tier, float] = defaultdict(float)
    wholesale_idr = 0.0
    for delivery in tally.deliveries:
        tier_idr[delivery.tier] += delivery.value_idr
        wholesale_idr += 0.0 if delivery.is_own else delivery.value_idr
    near_idr = tier_idr[Tier.KELURAHAN]
    return Figures(
        need_kg=need_kg,
        short_kg=short_kg,
        fill_share=_fill_share(need_kg, short_kg),
        lowest_fill_share=min((k.fill_share for k in kitchens), default=1.0),
        value_idr=value_idr,
        drops=sum(len(visitors) for visitors in tally.visitors.values()),
        pairs=len(tally.pair_idr),
        same_kelurahan_pairs=sum(_is_same_kelurahan(tally, *pair) for pair in tally.pair_idr),
        same_kelurahan_value_share=near_idr / value_idr if value_idr else 0.0,
        same_kecamatan_value_share=(near_idr + tier_idr[Tier.KECAMATAN]) / value_idr if value_idr else 0.0,
        wholesale_value_share=wholesale_idr / value_idr if value_idr else 0.0,
        kitchens=kitchens,
        cooperatives=tuple(
            CooperativeFigures(c.id, tally.value_idr.get(c.id, 0.0), c.fair_value_idr)
            for c in tally.index.problem.cooperatives
        ),
    )


def _kitchens(tally: Tally) -> tuple[KitchenFigures, ...]:
    need_kg, short_kg = (dict.fromkeys(tally.index.kitchens, 0.0) for _ in range(2))
    for demand in tally.index.problem.demands:
        unit_kg = tally.index.items[demand.item].weight_g / 1000
        need_kg[demand.kitchen] += demand.qty * unit_kg
        short_kg[demand.kitchen] += shortage_qty(tally, demand.id) * unit_kg
    suppliers = suppliers_per_kitchen(tally)
    return tuple(
        KitchenFigures(name, need, short_kg[name], _fill_share(need, short_kg[name]), suppliers[name])
        for name, need in need_kg.items()
    )


def _fill_share(need_kg: float, short_kg: float) -> float:
    return 1 - short_kg / need_kg if need_kg else 1.0


def _is_same_kelurahan(tally: Tally, kitchen: str, cooperative: str) -> bool:
    return tally.index.kitchens[kitchen].kelurahan == tally.index.cooperatives[cooperative].kelurahan
