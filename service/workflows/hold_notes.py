"""Delivery notes stand still while goods are taken off the order lines that they carry."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from service.database.queries.deliveries import lock_deliveries, noted_lines
from service.database.unit_of_work import UnitOfWork
from service.domain.deliveries import Delivery, DeliveryLine


async def hold_notes(
    work: UnitOfWork, line_ids: Collection[UUID]
) -> tuple[dict[UUID, Delivery], dict[UUID, list[DeliveryLine]]]:
    """Hold the notes that wait, also one that a drop leaving meanwhile made for its rest.

    Whoever decides how much of a line is still free must hold them first: a drop may leave at any moment.

    Returns
    -------
    tuple
        The notes that are held, by id, and what stands on all notes that are not cancelled, by order line.
    """
    held: dict[UUID, Delivery] = {}
    while True:
        noted = await noted_lines(work.session, line_ids)
        waiting = {one.delivery_id for parts in noted.values() for one in parts if one.shipped_qty is None}
        if waiting <= held.keys():
            return held, noted
        held |= {note.id: note for note in await lock_deliveries(work.session, waiting - held.keys())}
