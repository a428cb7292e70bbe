"""What follows for an order when its packs are cut: which lines lose goods, and what is left over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from service.domain.orders import OrderLine, live_qty
from service.domain.purchases import PurchaseLine


def falling_qty(lines: Iterable[OrderLine], *, bought_qty: int) -> dict[UUID, int]:
    """Return what order lines of one stock lose (base units), by line, since less was bought than they need.

    The latest cooking day loses first, since there most time is left to bring other goods; within a day the largest
    line, so that as few kitchens as possible are touched. Lines that are covered keep every gram.
    """
    holding = [line for line in lines if live_qty(line)]
    lacking = sum(live_qty(line) for line in holding) - bought_qty
    lost = {}
    last_first = sorted(holding, key=lambda line: (-line.needed_date.toordinal(), -live_qty(line), line.id))
    for line in last_first:
        if lacking <= 0:
            break
        lost[line.id] = min(lacking, live_qty(line))
        lacking -= lost[line.id]
    return lost


def needed_of_stocks(lines: Iterable[OrderLine]) -> defaultdict[UUID, int]:
    """Return what an order's lines need of each stock, in base units."""
    needed_qty: defaultdict[UUID, int] = defaultdict(int)
    for line in lines:
        if line.stock_id:
            needed_qty[line.stock_id] += live_qty(line)
    return needed_qty


def leftover_qty(line: PurchaseLine, *, needed_qty: int) -> int:
    """Return what a purchase line brings beyond the needs of its order, in base units; nothing until it is answered."""
    return max(0, (line.confirmed_packs or 0) * line.pack_qty - needed_qty)
