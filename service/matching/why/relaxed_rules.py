"""One rule at a time lifted for one source, to see by a re-solve whether that rule is what keeps it out."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.matching.arcs import Arcs
    from service.matching.parameters import Floats, Parameters
    from service.matching.why.source_part import SourcePart

PLENTY: Final = 2**50


class LostReason(StrEnum):
    """Why a source did not win, or not all; the last two are no rules.

    ``close_call``: it is a little better than those chosen, but by less than a plan can be expected to tell apart;
    ``overlooked``: by more, so the plan itself could be better.
    """

    PRICE = "price"
    DISTANCE = "distance"
    MINIMUM_OR_PACK = "minimum_or_pack"
    DAYS = "days"
    CAPACITY = "capacity"
    COLD = "cold"
    CAPITAL = "capital"
    SHARE_CAP = "share_cap"
    NOT_ELIGIBLE = "not_eligible"
    NO_DEMAND_LEFT = "no_demand_left"
    FIXED_LINES = "fixed_lines"
    DROPS = "drops"
    BUDGET = "budget"
    CLOSE_CALL = "close_call"
    OVERLOOKED = "overlooked"


def without(part: SourcePart, *reasons: LostReason) -> SourcePart:
    """Return the part with rules lifted for the source's cooperatives and the freed lines.

    Parameters
    ----------
    part
        The part as it is.
    reasons
        Keys of ``LIFTS``.
    """
    p, arcs = part.part.p, part.part.arcs
    for reason in reasons:
        p, arcs = LIFTS[reason](part, p, arcs)
    return replace(part, part=replace(part.part, p=p, arcs=arcs))


def _coops(part: SourcePart) -> Any:  # noqa: ANN401  (an index array)
    return np.unique(part.part.arcs.cooperative[part.own])


def _with_capital(part: SourcePart, p: Parameters, arcs: Arcs) -> tuple[Parameters, Arcs]:
    capital: Floats = p.capital_idr.copy()
    capital[_coops(part)] = PLENTY
    return replace(p, capital_idr=capital), arcs


def _with_handling(part: SourcePart, p: Parameters, arcs: Arcs) -> tuple[Parameters, Arcs]:
    handling = p.handling_g.copy()
    handling[_coops(part)] = PLENTY
    return replace(p, handling_g=handling), arcs


def _with_cold(part: SourcePart, p: Parameters, arcs: Arcs) -> tuple[Parameters, Arcs]:
    cold = p.cold_g.copy()
    cold[_coops(part)] = PLENTY
    return replace(p, cold_g=cold), arcs


def _with_share(_: SourcePart, p: Parameters, arcs: Arcs) -> tuple[Parameters, Arcs]:
    return replace(p, share_limit_idr=np.full_like(p.share_limit_idr, PLENTY)), arcs


def _with_small_lots(part: SourcePart, p: Parameters, arcs: Arcs) -> tuple[Parameters, Arcs]:
    """No minimum of the offer or the order, and packs of one step."""
    least, size, packs = p.source_min_qty.copy(), p.source_pack_qty.copy(), p.source_packs.copy()
    order = p.min_order_idr.copy()
    least[part.row] = 0
    if part.row >= p.offer_count:
        step = int(p.step[p.source_item[part.row]])
        packs[part.row] = packs[part.row] * size[part.row] // step
        size[part.row] = step
        order[p.source_wholesaler[part.row]] = 0
    lots = replace(p, source_min_qty=least, source_pack_qty=size, source_packs=packs, min_order_idr=order)
    return lots, arcs


def _without_fixed(_: SourcePart, p: Parameters, arcs: Arcs) -> tuple[Parameters, Arcs]:
    return p, replace(arcs, lower=np.zeros_like(arcs.lower))


def _with_drops(_: SourcePart, p: Parameters, arcs: Arcs) -> tuple[Parameters, Arcs]:
    return replace(p, max_drops=np.full_like(p.max_drops, p.cooperative_count)), arcs


def _with_budget(_: SourcePart, p: Parameters, arcs: Arcs) -> tuple[Parameters, Arcs]:
    return replace(p, purse_idr=np.full_like(p.purse_idr, PLENTY)), arcs


def _next_door(part: SourcePart, p: Parameters, arcs: Arcs) -> tuple[Parameters, Arcs]:
    """The source's cooperatives stand beside every kitchen and every wholesaler."""
    policy, coops, own = p.problem.policy, _coops(part), part.own
    drop, haul, cost = p.drop_cost.copy(), p.haul_m.copy(), arcs.cost.copy()
    drop[coops], haul[:, coops] = policy.drop_idr, 0
    at = arcs.cooperative[own], arcs.kitchen[own]
    local = p.tier_idr[at] - policy.tier_idr_per_kg.kelurahan
    cost[own] -= arcs.grams[own] / 1000 * (p.distance_m[at] / 1000 * policy.carry_idr_per_kg_km + local)
    return replace(p, drop_cost=drop, haul_m=haul), replace(arcs, cost=cost)


LIFTS: Final[dict[LostReason, Callable[[SourcePart, Parameters, Arcs], tuple[Parameters, Arcs]]]] = {
    LostReason.CAPITAL: _with_capital,
    LostReason.CAPACITY: _with_handling,
    LostReason.COLD: _with_cold,
    LostReason.MINIMUM_OR_PACK: _with_small_lots,
    LostReason.FIXED_LINES: _without_fixed,
    LostReason.SHARE_CAP: _with_share,
    LostReason.DROPS: _with_drops,
    LostReason.BUDGET: _with_budget,
    LostReason.DISTANCE: _next_door,
}
"""How each rule is lifted, in the order in which they are tried."""
