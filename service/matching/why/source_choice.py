"""Chooses, for one source, which lines are freed and which rules may be what keeps it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from service.matching.problem import BP
from service.matching.why.relaxed_rules import LostReason
from service.matching.why.source_part import SourcePart, source_part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.matching.parameters import Bools, Floats, Ints
    from service.matching.why.market import Market
    from service.matching.why.reach import Reach

LINES: Final = 3
MOST_LINES: Final = 12
COOPERATIVES: Final = 2
NEAR_MISS: Final = 0.85
"""A rule is looked at if the source is worth this part of what it asks at first sight; the sight is rough."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The part to solve, a guess at the source's break-even price, and the smallest lot in base units."""

    part: SourcePart
    guess_idr: int
    lot_qty: int
    demands: Ints
    cooperatives: Ints


def part_for(market: Market, source: int, reach: Reach) -> Choice:
    """Free the lines where a source is worth most: as things are, and as if nothing were used up.

    Parameters
    ----------
    market
        The plan.
    source
        Position of the source.
    reach
        Its ways; at least one is open but for its price.
    """
    ways = np.flatnonzero(reach.is_open)
    score = np.minimum(reach.lifted_idr, reach.limit_idr)[ways]
    now = np.minimum(reach.worth_idr, reach.limit_idr)[ways] - np.where(
        _used_up(market, source, reach)[ways], score.max() - score.min() + 1, 0.0
    )
    coops = _best_coops(reach.cooperative[ways], now)
    lot = _lot_qty(market, source, int(coops[0]))
    through = np.isin(reach.cooperative[ways], coops[:1])
    chosen = [_lines(market, reach.demand[ways][through], key[through], lot) for key in (now, score)]
    demands = np.unique(np.concatenate(chosen))
    part = source_part(market, source, demands, coops)
    guess = int(0.95 * max(0.0, float(now.max() if now.max() > 0 else score.max())))
    if source >= market.p.offer_count:
        guess = guess * part.asked_idr // max(1, int(market.p.source_price[source, coops[0]]))
    return Choice(part, guess, lot, demands, coops)


def _best_coops(coop: Ints, score: Floats) -> Ints:
    """The cooperatives with the best ways, the best first."""
    order = np.argsort(-score, kind="stable")
    found = list(dict.fromkeys(coop[order].tolist()))[:COOPERATIVES]
    return np.array(found, dtype=np.int64)


def _lines(market: Market, demand: Ints, score: Floats, lot_qty: int) -> Ints:
    """The lines with the best ways: a few, and as many as the smallest lot needs."""
    order = demand[np.argsort(-score, kind="stable")]
    enough = int(np.searchsorted(np.cumsum(market.p.demand_qty[order]), lot_qty)) + 1
    return order[: min(MOST_LINES, max(LINES, enough))]


def _lot_qty(market: Market, source: int, coop: int) -> int:
    """The least that the source can deliver (more) through a cooperative, in base units."""
    p = market.p
    step = int(p.step[p.source_item[source]])
    if source < p.offer_count:
        return max(step, int(p.source_min_qty[source] - market.source_qty[source]))
    wholesaler, price = p.source_wholesaler[source], max(1, int(p.source_pack_idr[source]))
    ordered = int(market.usage.order_idr[wholesaler, coop])
    packs = max(1, -(-(int(p.min_order_idr[wholesaler]) - ordered) // price))
    return packs * int(p.source_pack_qty[source])


def _lot_cash_idr(market: Market, source: int, lot_qty: int, price_idr: Ints) -> Floats:
    """What the smallest lot takes of a cooperative's capital."""
    p = market.p
    if source < p.offer_count:
        cash: Floats = price_idr * lot_qty / p.per[p.source_item[source]] * p.source_cash_share[source]
        return cash
    return np.full(len(price_idr), lot_qty / p.source_pack_qty[source] * p.source_pack_idr[source])


def _used_up(market: Market, source: int, reach: Reach) -> Bools:
    """Ways on which something is used up as the plan is: capital, capacity, cold room or drops."""
    p, item = market.p, int(market.p.source_item[source])
    coop, day = reach.cooperative, p.demand_day[reach.demand]
    grams = int(p.step[item] * p.weight_g[item])
    visit = p.demand_kitchen[reach.demand] * p.day_count + day
    drops = (market.usage.drop_lines > 0).sum(axis=1)
    lot = int(p.step[item]) if source < p.offer_count else int(p.source_pack_qty[source])
    full: Bools = (p.handling_g - market.usage.handling_g)[coop, day] < grams
    full |= market.capital_left_idr[coop] < _lot_cash_idr(market, source, lot, reach.price_idr)
    full |= (market.usage.drop_lines[visit, coop] == 0) & (drops[visit] >= p.max_drops[visit // p.day_count])
    if p.is_cold[item]:
        full |= (p.cold_g - market.usage.cold_g)[coop, day] < grams
    return full


def might_bind(market: Market, source: int, reach: Reach, choice: Choice) -> Iterator[LostReason]:
    """Name the rules that may keep a source out, in the order of trying; each is then solved.

    Parameters
    ----------
    market, source, reach
        The plan, the source and its ways.
    choice
        The lines and cooperatives looked at.
    """
    p, used, lot = market.p, market.usage, choice.lot_qty
    inside = reach.is_open & np.isin(reach.demand, choice.demands) & np.isin(reach.cooperative, choice.cooperatives)
    coop, demand, price = reach.cooperative[inside], reach.demand[inside], reach.price_idr[inside]
    worth, far = reach.worth_idr[inside], reach.far_idr[inside]
    near_miss = worth >= NEAR_MISS * price
    promised = np.isin(demand, market.lines.demand[market.fixed_qty > 0])
    kitchen, day, item = p.demand_kitchen[demand], p.demand_day[demand], int(p.source_item[source])
    grams, value = lot * int(p.weight_g[item]), lot * price / p.per[item]
    visit = kitchen * p.day_count + day
    drops = (used.drop_lines > 0).sum(axis=1)
    comes = used.drop_lines[visit, coop] > 0
    share = market.problem.policy.share_bp > 0
    tests: dict[LostReason, Bools] = {
        LostReason.CAPITAL: market.capital_left_idr[coop] < _lot_cash_idr(market, source, lot, price),
        LostReason.CAPACITY: (p.handling_g - used.handling_g)[coop, day] < grams,
        LostReason.COLD: ((p.cold_g - used.cold_g)[coop, day] < grams) & p.is_cold[item],
        LostReason.SHARE_CAP: share & (used.pair_value_idr[kitchen, coop] + value > p.share_limit_idr[kitchen]),
        LostReason.DROPS: ~comes & (drops[visit] >= p.max_drops[kitchen]),
        LostReason.BUDGET: used.spent_idr[p.demand_purse[demand]] + value > p.purse_idr[p.demand_purse[demand]],
    }
    yield from (reason for reason, binds in tests.items() if (binds & near_miss).any())
    if (promised & (reach.lifted_idr[inside] >= NEAR_MISS * price)).any():
        yield LostReason.FIXED_LINES
    if lot > int(p.step[item]) and near_miss.any():
        yield LostReason.MINIMUM_OR_PACK
    if _is_cheap(market, demand, price) and (worth + far >= NEAR_MISS * price).any():
        yield LostReason.DISTANCE


def _is_cheap(market: Market, demand: Ints, price: Ints) -> bool:
    """Whether the source asks no more than what the lines looked at pay on average for what they get."""
    lines = market.lines
    served = np.isin(lines.demand, demand)
    covered = float((market.steps * lines.unit * lines.covers_bp)[served].sum()) / BP
    paid = float((market.steps * lines.value)[served].sum())
    per = int(market.p.per[market.p.demand_item[demand[0]]]) if len(demand) else 1
    return covered > 0 and float(price.min(initial=0)) <= paid / covered * per
