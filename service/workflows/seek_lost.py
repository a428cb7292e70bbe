"""Accepted goods that will not come are sought like goods that were given back, where others can still bring them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from service.database.queries.lost_goods import sought_lines
from service.database.unit_of_work import UnitOfWork
from service.domain.orders import Order
from service.workflows.move_fallen_lines import defer_move


async def seek_lost(work: UnitOfWork, order_line_ids: Collection[UUID]) -> None:
    """Let others be asked for what was just lost of these lines, or the operator decide; nothing if it is too late.

    The lines stay as they were accepted. The kitchen knows: it was told when the goods left, or it weighed them.
    """
    await work.session.flush()
    for order_id, line_ids in (await sought_lines(work.session, order_line_ids)).items():
        await defer_move(work, await work.session.get_one(Order, order_id), line_ids)
