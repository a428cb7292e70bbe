"""Ways to take related lines out of a plan: what a kitchen gets on a day, a drop, a pool, an order, an item, rivals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.matching.local_search.compiled import compiled
from service.matching.local_search.repair import take_out
from service.matching.local_search.work import BAN_DROP, BAN_ORDER, BAN_POOL, FREE_DROP, FREE_ORDER, below, chance

if TYPE_CHECKING:
    from service.matching.local_search.records import State
    from service.matching.local_search.work import Work

VISIT, DROP, NEW_DROP, POOL, ORDER, NEW_ORDER, ITEM, RIVALS, COOP = range(9)
OFTEN = (2.0, 2.0, 1.0, 2.0, 0.3, 0.5, 2.0, 4.0, 4.0)
"""How often each way is taken, against the others."""
BARRED = 0.5
"""How often a pool that was emptied may not be used again in the same step."""
DRAWN_IN = 0.1
"""How often a line that could use a pool is served anew with those that do."""
ORDER_LINES, RIVAL_POOLS, RIVALS_EACH, ITEM_LINES = 20, 6, 4, 10
COOP_ARCS = 60
"""Arcs of a cooperative that are looked at for lines it serves; most are not in use."""


@compiled
def random_arc_in_use(s: State, w: Work, line: int) -> int:
    """Return one of a line's arcs in use, or -1."""
    found, count = -1, 0
    for arc in range(s.line[line].first, s.line[line].last):
        if s.arc[arc].steps > 0:
            count += 1
            if chance(w) * count < 1.0:
                found = arc
    return found


@compiled
def ruin_visit(s: State, w: Work, line: int) -> None:
    """All lines of a kitchen's day."""
    visit = s.line[line].visit
    for n in range(s.visit[visit].first, s.visit[visit].last):
        take_out(s, w, s.visit_members[n])


@compiled
def ruin_drop(s: State, w: Work, line: int) -> None:
    """All that one cooperative brings to a kitchen on a day; it may not come again."""
    arc = random_arc_in_use(s, w, line)
    if arc < 0:
        return
    drop = s.arc[arc].drop
    for n in range(s.drop[drop].first, s.drop[drop].last):
        if s.arc[s.drop_members[n]].steps > 0:
            take_out(s, w, s.arc[s.drop_members[n]].line)
    w.focus[BAN_DROP] = drop


@compiled
def open_drop(s: State, w: Work, line: int) -> None:
    """A kitchen's day, with one more cooperative taken to come."""
    span = s.line[line].last - s.line[line].first
    if span == 0:
        return
    w.focus[FREE_DROP] = s.arc[s.line[line].first + below(w, span)].drop
    ruin_visit(s, w, line)


@compiled
def ruin_pool(s: State, w: Work, line: int) -> None:
    """All lines that get goods of one source through one cooperative; perhaps not again."""
    arc = random_arc_in_use(s, w, line)
    if arc < 0:
        return
    pool = s.arc[arc].pool
    if chance(w) < BARRED:
        w.focus[BAN_POOL] = pool
    first, last = s.pool[pool].first, s.pool[pool].last
    for n in range(first, last):
        if s.arc[s.pool_members[n]].steps > 0 or chance(w) < DRAWN_IN:
            take_out(s, w, s.arc[s.pool_members[n]].line)


@compiled
def ruin_order(s: State, w: Work, line: int) -> None:
    """All lines of one cooperative's order from a wholesaler; the order is not placed again."""
    arc = random_arc_in_use(s, w, line)
    if arc < 0 or s.pool[s.arc[arc].pool].order < 0:
        return
    order = s.pool[s.arc[arc].pool].order
    for n in range(s.order[order].first, s.order[order].last):
        if s.arc[s.order_members[n]].steps > 0:
            take_out(s, w, s.arc[s.order_members[n]].line)
    w.focus[BAN_ORDER] = order


@compiled
def open_order(s: State, w: Work, line: int) -> None:
    """Lines that one more order could serve, with its minimum taken to be reached."""
    span = s.line[line].last - s.line[line].first
    if span == 0:
        return
    order = s.pool[s.arc[s.line[line].first + below(w, span)].pool].order
    if order < 0:
        return
    w.focus[FREE_ORDER] = order
    first, span = s.order[order].first, s.order[order].last - s.order[order].first
    for _ in range(ORDER_LINES):
        take_out(s, w, s.arc[s.order_members[first + below(w, span)]].line)


@compiled
def ruin_item(s: State, w: Work, line: int) -> None:
    """Some lines of one item."""
    item = s.line[line].item
    first, span = s.item[item].first, s.item[item].last - s.item[item].first
    take_out(s, w, line)
    for _ in range(3 + below(w, ITEM_LINES)):
        take_out(s, w, s.item_members[first + below(w, span)])


@compiled
def ruin_rivals(s: State, w: Work, line: int) -> None:
    """A line and some that use what it could use."""
    take_out(s, w, line)
    span = s.line[line].last - s.line[line].first
    if span == 0:
        return
    for _ in range(RIVAL_POOLS):
        pool = s.arc[s.line[line].first + below(w, span)].pool
        first, count = s.pool[pool].first, s.pool[pool].last - s.pool[pool].first
        for _ in range(RIVALS_EACH):
            arc = s.pool_members[first + below(w, count)]
            if s.arc[arc].steps > 0:
                take_out(s, w, s.arc[arc].line)


@compiled
def ruin_coop(s: State, w: Work, line: int) -> None:
    """A line and some of those served by a cooperative that could serve it: they share its capital and hands."""
    take_out(s, w, line)
    span = s.line[line].last - s.line[line].first
    if span == 0:
        return
    coop = s.arc[s.line[line].first + below(w, span)].coop
    first, count = s.coop[coop].first, s.coop[coop].last - s.coop[coop].first
    for _ in range(COOP_ARCS):
        arc = s.coop_members[first + below(w, count)]
        if s.arc[arc].steps > 0:
            take_out(s, w, s.arc[arc].line)


@compiled
def ruin(s: State, w: Work, line: int, way: int) -> None:
    """Take lines out around one, in one of nine ways."""
    w.focus[:] = -1
    if way == VISIT:
        ruin_visit(s, w, line)
    elif way == DROP:
        ruin_drop(s, w, line)
    elif way == NEW_DROP:
        open_drop(s, w, line)
    elif way == POOL:
        ruin_pool(s, w, line)
    elif way == ORDER:
        ruin_order(s, w, line)
    elif way == NEW_ORDER:
        open_order(s, w, line)
    elif way == ITEM:
        ruin_item(s, w, line)
    elif way == RIVALS:
        ruin_rivals(s, w, line)
    else:
        ruin_coop(s, w, line)
