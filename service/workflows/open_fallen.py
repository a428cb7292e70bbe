"""Lines that lost goods and can still be helped: nobody brings them yet, their demand is open, their day is ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from service.database.queries.answers import demand_of, steps_of, undoable_line_ids
from service.database.queries.locks import lock_order_lines
from service.database.queries.lost_goods import sought_qty_of
from service.database.queries.standby_moves import open_demand, replaced_line_ids
from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import local_day
from service.domain.forecasts import ForecastLine
from service.domain.orders import Order, OrderLine, fallen_qty, untold_qty
from service.domain.places import Region
from service.domain.standby_moves import qty_to_move


@dataclass(frozen=True, slots=True)
class OpenFallen:
    """A line that lost goods, the demand that it served, and how much of them is still needed (base units).

    Its standby may bring them if ``may_move``: once part of a line went to others, more that falls of it can only be
    repaired, since a line is replaced at most once. So can ``lost_qty``, accepted goods
    that will not come, since their line stands (base units).
    """

    line: OrderLine
    demand: ForecastLine
    qty: int
    may_move: bool
    lost_qty: int


async def open_fallen(work: UnitOfWork, order: Order, line_ids: Sequence[UUID]) -> list[OpenFallen]:
    """Return those of an order's lines that can still be helped, by place; the order is held by the caller."""
    replaced = await replaced_line_ids(work.session, line_ids)
    region = await work.session.get_one(Region, order.region_code)
    today = local_day(work.now, timezone=region.timezone)
    lost_qty = await sought_qty_of(work.session, line_ids)
    held = {line.id: line for line in await lock_order_lines(work.session, order.id)}
    fell = {
        line_id: _looked_for(held[line_id], is_replaced=line_id in replaced) + lost_qty.get(line_id, 0)
        for line_id in held.keys() & set(line_ids)
        if held[line_id].needed_date > today
    }
    lines = [held[line_id] for line_id, qty in fell.items() if qty]
    demand = await open_demand(work.session, {line.forecast_line_id for line in lines if line.forecast_line_id})
    covers_bp = {key: bp for key, (_, bp) in (await demand_of(work.session, [line.id for line in lines])).items()}
    steps = await steps_of(work.session, {line.item_code for line in lines})
    open_bp = {key: qty_bp for key, (_, qty_bp) in demand.items()}
    found = []
    for line in sorted(lines, key=lambda line: line.position):
        if line.forecast_line_id in demand and open_bp[line.forecast_line_id] > 0:
            still_bp, bp, lost = open_bp[line.forecast_line_id], covers_bp[line.id], lost_qty.get(line.id, 0)
            qty = qty_to_move(fell[line.id], open_bp=still_bp, covers_bp=bp, step_qty=steps[line.item_code])
            open_bp[line.forecast_line_id] -= qty * bp
            fell_before = 0 < line.told_fallen_qty < fallen_qty(line)
            may_move = not (line.id in replaced or fell_before or lost)
            found.append(OpenFallen(line, demand[line.forecast_line_id][0], qty, may_move, lost))
    return found


async def open_settled(work: UnitOfWork, order: Order, line_ids: Sequence[UUID]) -> list[OpenFallen]:
    """Return those of them whose answer stands; the order is held by the caller, so that none is given meanwhile."""
    undoable = await undoable_line_ids(work.session, line_ids, work.now)
    return await open_fallen(work, order, [line_id for line_id in line_ids if line_id not in undoable])


def _looked_for(line: OrderLine, *, is_replaced: bool) -> int:
    """Return what others are to bring of a line, base units: of one that was replaced, what fell of it since."""
    return untold_qty(line) if is_replaced else fallen_qty(line)
