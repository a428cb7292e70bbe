"""Ruin and insertion: takes lines out of a plan and serves them anew, each by what costs least in the whole plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.matching.local_search.compiled import compiled
from service.matching.local_search.move import BP, below_minimum, delta_idr, room, shift, shortage_idr, supply_idr
from service.matching.local_search.records import BELOW_MINIMUM
from service.matching.local_search.work import (
    BAN_DROP,
    BAN_ORDER,
    BAN_POOL,
    FREE_DROP,
    FREE_ORDER,
    JOURNAL,
    LINES,
    MOST_LINES,
    NOW,
    WITH_RENT,
    below,
    chance,
)

if TYPE_CHECKING:
    from service.matching.local_search.records import State
    from service.matching.local_search.work import Work


HEADED = 0.5
"""How often the line that a step began with comes first: a short one finds what the others gave up."""


@compiled
def change(s: State, w: Work, at: int, steps: int) -> None:
    """Make a move, book its cost and remember it."""
    w.total[NOW] += delta_idr(s, at, steps)
    shift(s, at, steps)
    w.journal_arc[w.counts[JOURNAL]] = at
    w.journal_steps[w.counts[JOURNAL]] = steps
    w.counts[JOURNAL] += 1


@compiled
def undo(s: State, w: Work, total: float) -> None:
    """Take all moves of the journal back."""
    for n in range(w.counts[JOURNAL] - 1, -1, -1):
        shift(s, w.journal_arc[n], -w.journal_steps[n])
    w.counts[JOURNAL] = 0
    w.total[NOW] = total


@compiled
def take_out(s: State, w: Work, line: int) -> None:
    """Take everything that is not fixed out of a line, and note the line to be served anew."""
    if w.marks[line] or w.counts[LINES] >= MOST_LINES:
        return
    w.marks[line] = 1
    w.lines[w.counts[LINES]] = line
    w.counts[LINES] += 1
    for at in range(s.line[line].first, s.line[line].last):
        if s.arc[at].steps > s.arc[at].lower:
            change(s, w, at, s.arc[at].lower - s.arc[at].steps)


@compiled
def is_banned(s: State, w: Work, at: int) -> bool:
    """Whether an arc may not be used in this step."""
    arc = s.arc[at]
    if arc.drop == w.focus[BAN_DROP] or arc.pool == w.focus[BAN_POOL]:
        return True
    order = s.pool[arc.pool].order
    return order >= 0 and order == w.focus[BAN_ORDER]


@compiled
def price(s: State, w: Work, at: int, steps: int) -> float:
    """Cost of a supply as insertion sees it: what this step holds open is free of its drop or minimum."""
    arc = s.arc[at]
    cost = supply_idr(s, at, steps)
    if arc.drop == w.focus[FREE_DROP] and s.drop[arc.drop].arcs == 0:
        cost -= s.drop[arc.drop].cost
    pool = s.pool[arc.pool]
    if pool.order >= 0 and pool.order == w.focus[FREE_ORDER]:
        packs = -(-(pool.qty + steps * arc.unit) // pool.pack_qty) - pool.packs
        order = s.order[pool.order]
        after = order.idr + packs * pool.pack_idr
        change = below_minimum(after, order.min_idr) - below_minimum(order.idr, order.min_idr)
        cost -= s.rates[BELOW_MINIMUM] * change
    return cost + rent(s, at, steps) if w.focus[WITH_RENT] > 0 else cost


@compiled
def rent(s: State, at: int, steps: int) -> float:
    """What others would pay for the scarce things that a supply takes."""
    arc = s.arc[at]
    pool, cash = s.pool[arc.pool], steps * arc.own_cash
    if pool.pack_qty > 0:
        cash = float((-(-(pool.qty + steps * arc.unit) // pool.pack_qty) - pool.packs) * pool.pack_idr)
    return steps * arc.rent + cash * s.coop[arc.coop].rent


@compiled
def pays(s: State, line: int, covered_bp: int, cost_idr: float) -> bool:
    """Whether so much coverage costs less than the shortage it ends."""
    covered = s.line[line].covered_bp
    return cost_idr < shortage_idr(s, line, covered) - shortage_idr(s, line, covered + covered_bp)


@compiled
def worth(s: State, w: Work, at: int, steps: int) -> int:
    """Return as many of some steps as pay their rents: what a line is short last costs least."""
    if w.focus[WITH_RENT] <= 0:
        return steps
    arc = s.arc[at]
    line = s.line[arc.line]
    left_bp = int(line.free_qty * BP)
    for j in range(s.shortage_width.shape[1] - 1):
        left_bp += int(s.shortage_width[arc.line, j] * BP)
        less = (line.qty_bp - left_bp - line.covered_bp) // arc.covers_bp
        if less <= 0:
            break
        if less >= steps:
            continue
        saved = shortage_idr(s, arc.line, line.covered_bp + less * arc.covers_bp)
        saved -= shortage_idr(s, arc.line, line.covered_bp + steps * arc.covers_bp)
        if saved >= price(s, w, at, steps) - price(s, w, at, less):
            break
        steps = less
    return steps


@compiled
def best_move(s: State, w: Work, line: int, blink: float) -> tuple[int, int]:
    """Return the arc and steps that serve a line at the least cost per part of it; -1 if none pays.

    An arc whose own price is above the best so far is passed over. That goods left over or a minimum might make it
    cheaper still is left aside: this saves half of the time, and other steps find it.
    """
    covered = s.line[line].covered_bp
    missing = s.line[line].qty_bp - covered
    part = min(missing, BP)
    best = (shortage_idr(s, line, covered) - shortage_idr(s, line, covered + part)) / part
    best_at, best_steps = -1, 0
    for at in range(s.line[line].first, s.line[line].last):
        arc = s.arc[at]
        if arc.least >= best or is_banned(s, w, at) or (blink > 0.0 and chance(w) < blink):
            continue
        most = room(s, at)
        if most <= 0:
            continue
        pool, fits = s.pool[arc.pool], 0
        if pool.pack_qty > 0:
            fits = (pool.packs * pool.pack_qty - pool.qty) // arc.unit
        for allowed in (most, fits):
            if not 0 < allowed <= most:
                continue
            steps = worth(s, w, at, allowed)
            cost = price(s, w, at, steps)
            score = cost / min(missing, steps * arc.covers_bp)
            if score < best and pays(s, line, steps * arc.covers_bp, cost):
                best, best_at, best_steps = score, at, steps
    return best_at, best_steps


@compiled
def serve(s: State, w: Work, line: int, blink: float) -> None:
    """Serve what a line misses, move by move, as long as that costs less than leaving it short."""
    while s.line[line].covered_bp < s.line[line].qty_bp:
        at, steps = best_move(s, w, line, blink)
        if at < 0:
            return
        change(s, w, at, steps)


@compiled
def serve_all(s: State, w: Work, blink: float) -> None:
    """Serve the lines taken out, in random order but perhaps for the first."""
    count, first = w.counts[LINES], 1 if chance(w) < HEADED else 0
    for n in range(count - 1, first, -1):
        other = first + below(w, n + 1 - first)
        w.lines[n], w.lines[other] = w.lines[other], w.lines[n]
    for n in range(count):
        w.marks[w.lines[n]] = 0
        serve(s, w, w.lines[n], blink)
    if w.focus[WITH_RENT] > 0:  # what nobody else took for these rents is there for them after all
        w.focus[WITH_RENT] = 0
        for n in range(count):
            serve(s, w, w.lines[n], 0.0)
    w.counts[LINES] = 0
