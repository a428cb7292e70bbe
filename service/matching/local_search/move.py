"""One move: some steps more or less on one arc; what it costs in the whole plan, and how far it may go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.matching.local_search.compiled import compiled
from service.matching.local_search.records import BELOW_MINIMUM, FAIRNESS, SHARE, SUPPLIER_GAP, SUPPLIER_VALUE

if TYPE_CHECKING:
    from service.matching.local_search.records import State

BP = 10_000


@compiled
def shortage_idr(s: State, line: int, covered_bp: int) -> float:
    """What a line's missing quantity costs."""
    missing = (s.line[line].qty_bp - covered_bp) / BP - s.line[line].free_qty
    cost = 0.0
    for j in range(s.shortage_width.shape[1]):
        if missing <= 0.0:
            break
        width = s.shortage_width[line, j]
        cost += min(missing, width) * s.shortage_cost[line, j]
        missing -= width
    return cost


@compiled
def lack(value: float, limit: float) -> float:
    """What a value lacks to a limit."""
    return limit - value if value < limit else 0.0


@compiled
def is_below(value: int, least: int) -> int:
    """Whether something in use lies below its minimum, as 0 or 1."""
    return 1 if 0 < value < least else 0


@compiled
def below_minimum(value: int, least: int) -> int:
    """How far something in use lies below its minimum."""
    return least - value if 0 < value < least else 0


@compiled
def counts(s: State, value: float) -> int:
    """Whether a supplier of that value counts, as 0 or 1."""
    return 1 if value >= s.rates[SUPPLIER_VALUE] else 0


@compiled
def delta_idr(s: State, at: int, steps: int) -> float:
    """Change of the plan's cost, with what counts for missed minimums, if the arc gets so many steps more (or less)."""
    arc = s.arc[at]
    covered = s.line[arc.line].covered_bp
    after = covered + steps * arc.covers_bp
    return supply_idr(s, at, steps) + shortage_idr(s, arc.line, after) - shortage_idr(s, arc.line, covered)


@compiled
def supply_idr(s: State, at: int, steps: int) -> float:
    """Change of the plan's cost without the line's shortage."""
    arc = s.arc[at]
    drop, coop, pair = s.drop[arc.drop], s.coop[arc.coop], s.pair[arc.pair]
    cost = steps * arc.cost
    if drop.arcs == 0:
        cost += drop.cost
    elif drop.arcs == 1 and arc.steps > 0 and arc.steps + steps == 0:
        cost -= drop.cost
    value = steps * arc.value
    if coop.value < coop.fair_idr or coop.value + value < coop.fair_idr:
        cost += s.rates[FAIRNESS] * (lack(coop.value + value, coop.fair_idr) - lack(coop.value, coop.fair_idr))
    if pair.value > pair.limit_idr or pair.value + value > pair.limit_idr:
        cost += s.rates[SHARE] * (lack(pair.limit_idr, pair.value + value) - lack(pair.limit_idr, pair.value))
    had = s.supplier_value[arc.supplier]
    change = counts(s, had + value) - counts(s, had)
    if change != 0:
        missing = s.kitchen[arc.kitchen].min_suppliers - s.kitchen[arc.kitchen].suppliers
        cost += s.rates[SUPPLIER_GAP] * (max(0, missing - change) - max(0, missing))
    return cost + pool_delta(s, at, steps)


@compiled
def pool_delta(s: State, at: int, steps: int) -> float:
    """Change of freight, leftover and of what counts for missed minimums."""
    arc = s.arc[at]
    pool, source, qty = s.pool[arc.pool], s.source[arc.source], steps * arc.unit
    if pool.pack_qty == 0:
        if source.min_qty == 0:
            return 0.0
        change = below_minimum(source.used_qty + qty, source.min_qty) - below_minimum(source.used_qty, source.min_qty)
        return change * s.rates[BELOW_MINIMUM] * arc.value / arc.unit
    packs = -(-(pool.qty + qty) // pool.pack_qty) - pool.packs
    cost = packs * pool.freight + (packs * pool.pack_qty - qty) * pool.left_cost
    if packs != 0:
        order = s.order[pool.order]
        after = order.idr + packs * pool.pack_idr
        change = below_minimum(after, order.min_idr) - below_minimum(order.idr, order.min_idr)
        cost += s.rates[BELOW_MINIMUM] * change
    return cost


@compiled
def shift(s: State, at: int, steps: int) -> None:
    """Book so many steps more (or less) on an arc."""
    arc = s.arc[at]
    was, value = arc.steps, steps * arc.value
    arc.steps = was + steps
    s.line[arc.line].covered_bp += steps * arc.covers_bp
    if was == 0 and steps > 0:
        s.visit[arc.visit].drops += s.drop[arc.drop].arcs == 0
        s.drop[arc.drop].arcs += 1
    elif was > 0 and was + steps == 0:
        s.drop[arc.drop].arcs -= 1
        s.visit[arc.visit].drops -= s.drop[arc.drop].arcs == 0
    s.coop_day[arc.coop_day].used_g += steps * arc.grams
    s.coop_day[arc.coop_day].used_cold_g += steps * arc.cold_g
    s.purse[s.line[arc.line].purse].spent_idr += value
    s.coop[arc.coop].value += value
    s.coop[arc.coop].used_idr += steps * arc.own_cash
    s.pair[arc.pair].value += value
    had = s.supplier_value[arc.supplier]
    s.kitchen[arc.kitchen].suppliers += counts(s, had + value) - counts(s, had)
    s.supplier_value[arc.supplier] = had + value
    shift_pool(s, at, steps * arc.unit)


@compiled
def shift_pool(s: State, at: int, qty: int) -> None:
    """Book what an arc's source and its packs deliver more (or less)."""
    arc = s.arc[at]
    pool, source = s.pool[arc.pool], s.source[arc.source]
    s.misses[0] += is_below(source.used_qty + qty, source.min_qty) - is_below(source.used_qty, source.min_qty)
    source.used_qty += qty
    pool.qty += qty
    if pool.pack_qty > 0:
        packs = -(-pool.qty // pool.pack_qty) - pool.packs
        if packs != 0:
            order = s.order[pool.order]
            after = order.idr + packs * pool.pack_idr
            s.misses[0] += is_below(after, order.min_idr) - is_below(order.idr, order.min_idr)
            order.idr = after
            pool.packs += packs
            source.used_packs += packs
            s.coop[arc.coop].used_idr += packs * pool.pack_idr


@compiled
def room(s: State, at: int) -> int:
    """Most steps that may be added to an arc: what its line needs, and what every hard rule leaves."""
    arc = s.arc[at]
    line, visit, day = s.line[arc.line], s.visit[arc.visit], s.coop_day[arc.coop_day]
    if s.drop[arc.drop].arcs == 0 and visit.drops >= visit.most:
        return 0
    missing = line.qty_bp - line.covered_bp
    most = min(-(-missing // arc.covers_bp), (line.limit_bp - line.covered_bp) // arc.covers_bp)
    most = min(most, arc.upper - arc.steps)
    if arc.grams > 0:
        most = min(most, (day.grams - day.used_g) // arc.grams)
    if arc.cold_g > 0:
        most = min(most, (day.cold_g - day.used_cold_g) // arc.cold_g)
    if arc.value > 0.0:
        most = min(most, int(max(0.0, s.purse[line.purse].idr - s.purse[line.purse].spent_idr) / arc.value))
    if most <= 0:
        return 0
    return max(0, min(most, source_room(s, at)))


@compiled
def source_room(s: State, at: int) -> int:
    """Most steps that an arc's offer, or the packs and the capital to buy them, leave."""
    arc = s.arc[at]
    pool, source, coop = s.pool[arc.pool], s.source[arc.source], s.coop[arc.coop]
    left_idr = max(0.0, coop.capital_idr - coop.used_idr)
    if pool.pack_qty == 0:
        most = (source.limit_qty - source.used_qty) // arc.unit
        return int(min(float(most), left_idr / arc.own_cash)) if arc.own_cash > 0.0 else most
    packs = source.packs - source.used_packs
    if pool.pack_idr > 0:
        packs = min(packs, int(left_idr / pool.pack_idr))
    return ((pool.packs + packs) * pool.pack_qty - pool.qty) // arc.unit
