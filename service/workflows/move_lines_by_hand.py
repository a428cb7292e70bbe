"""The city's operator sends fallen lines to others, where the policy asks first or the job has not come yet."""

from __future__ import annotations

from service.database.queries.pending_decisions import lift_decisions
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.orders import Order
from service.domain.permissions import Action, require, require_actor, require_reach
from service.workflows.move_fallen_lines import MovedLines, MoveFallenLines, move_fallen_lines


async def move_lines_by_hand(work: UnitOfWork, command: MoveFallenLines) -> MovedLines:
    """Do at the operator's word what the job does by itself; what was moved before is left as it is.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not, or the order is of another region.
    """
    actor = require_actor(work.actor)
    seen = await work.session.get(Order, command.order_id)
    if seen is None:
        require(actor, Action.ORDERS_MOVE)
        raise NotFound("No such order.")
    require_reach(actor, Action.ORDERS_MOVE, region_code=seen.region_code, organisation_ids=(), what="order")
    moved = await move_fallen_lines(work, command)
    await lift_decisions(work.session, region_code=seen.region_code, week_start=seen.week_start, subject_id=seen.id)
    return moved
