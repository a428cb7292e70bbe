"""The city's operator sends fallen lines to others, where the policy asks first or the job has not come yet."""

from __future__ import annotations

from service.database.queries.locks import lock_order
from service.database.queries.pending_decisions import hold_pending, lift_decisions, line_ids_of
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.orders import Order, untold_qty
from service.domain.pending_decisions import wait_for
from service.domain.permissions import Action, require, require_actor, require_reach
from service.domain.places import Region
from service.workflows.move_fallen_lines import MovedLines, MoveFallenLines, move_fallen_lines
from service.workflows.open_fallen import open_fallen


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
    await _let_rest_wait(work, seen, moved)
    return moved


async def _let_rest_wait(work: UnitOfWork, seen: Order, moved: MovedLines) -> None:
    """Forget what waited of an order; what the operator was told of and did not send on waits for its own day.

    A repair is of the whole week: who asked for one has decided about all of it.
    """
    session = work.session
    order = await lock_order(session, seen.id)
    line_ids = () if moved.waits_for_repair else await line_ids_of(session, order.id)
    rest = [one.line for one in await open_fallen(work, order, line_ids) if not untold_qty(one.line)]
    pending = await hold_pending(session, order.id, order.week_start)
    if pending is None:
        return
    if not rest:
        await lift_decisions(session, region_code=order.region_code, week_start=order.week_start, subject_id=order.id)
        return
    region = await session.get_one(Region, order.region_code)
    wait_for(pending, min(line.needed_date for line in rest), timezone=region.timezone)
    await session.flush()
