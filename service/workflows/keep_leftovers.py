"""What a purchase brings beyond the needs of its order goes to the cooperative's outlet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from service.database.queries.purchases import moved_qty
from service.database.unit_of_work import UnitOfWork
from service.domain.orders import Order
from service.domain.pack_cuts import leftover_qty
from service.domain.purchases import OutletMovement, PurchaseLine


async def keep_leftovers(
    work: UnitOfWork, order: Order, bought: Sequence[PurchaseLine], needed_qty: Mapping[UUID, int]
) -> list[OutletMovement]:
    """Write down how much more, or less, is left over than was known; nothing if nothing changed.

    Parameters
    ----------
    order, bought
        The order and all that was bought for it, held by the caller.
    needed_qty
        What the order's lines need of each stock (base units).
    """
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
        if (qty := leftover_qty(line, needed_qty=needed_qty.get(line.stock_id, 0)) - known.get(line.id, 0))
    ]
    work.session.add_all(movements)
    return movements
