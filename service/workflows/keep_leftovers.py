"""What a purchase brings beyond the needs of its order goes to the cooperative's outlet."""

from __future__ import annotations

from collections.abc import Sequence

from service.database.queries.purchases import moved_qty, purchases_of_order
from service.database.unit_of_work import UnitOfWork
from service.domain.orders import Order, OrderLine
from service.domain.pack_cuts import leftover_qty
from service.domain.purchases import OutletMovement


async def keep_leftovers(work: UnitOfWork, order: Order, lines: Sequence[OrderLine]) -> list[OutletMovement]:
    """Write down how much more, or less, is left over than was known; nothing if nothing changed.

    Parameters
    ----------
    order, lines
        The order and all its lines, held by the caller.
    """
    bought = [line for _, line in await purchases_of_order(work.session, order.id)]
    known = await moved_qty(work.session, [line.id for line in bought])
    movements = [
        OutletMovement(
            id=work.new_id(),
            created_at=work.now,
            region_code=order.region_code,
            week_start=order.week_start,
            cooperative_id=order.cooperative_id,
            item_code=line.item_code,
            purchase_line_id=line.id,
            qty=qty,
        )
        for line in bought
        if (qty := leftover_qty(line, lines) - known.get(line.id, 0))
    ]
    work.session.add_all(movements)
    return movements
