"""Which orders and lines a caller sees, and how."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from service.api.schemas.orders import OrderDetailOut, OrderLineOut, OrderOut
from service.database.queries.orders import OrderFilter, OrderSummary, find_order, lines_of, summary_of
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import InvalidField, NotFound
from service.domain.orders import Order, OrderStatus
from service.domain.people import Role
from service.domain.permissions import Action, Actor, own_only, require_reach


def seen_by(
    caller: Actor,
    *,
    cooperative_id: UUID | None = None,
    plan_id: UUID | None = None,
    week_start: date | None = None,
    status: OrderStatus | None = None,
) -> OrderFilter:
    """Return the filter for what a caller asks, within what they may see."""
    own_id = own_only(caller, Action.ORDERS_READ)
    is_cooperative = caller.role is Role.COOP_OFFICER
    limits = (cooperative_id, own_id if is_cooperative else None)
    return OrderFilter(
        cooperative_ids=tuple(limit for limit in limits if limit is not None),
        kitchen_id=None if is_cooperative else own_id,
        plan_id=plan_id,
        week_start=week_start,
        status=status,
    )


async def require_order(work: UnitOfWork, caller: Actor, order_id: UUID) -> Order:
    """Return an order that the caller may see; a kitchen may if it holds a line for it."""
    order = await find_order(work.session, order_id)
    if order is None:
        raise NotFound("No such order.")
    kitchen_id = seen_by(caller).kitchen_id
    lines = await lines_of(work.session, order_id, kitchen_id=kitchen_id) if kitchen_id else []
    require_reach(
        caller,
        Action.ORDERS_READ,
        region_code=order.region_code,
        organisation_ids=(order.cooperative_id, *(shown.line.kitchen_id for shown in lines)),
        what="order",
    )
    return order


async def detailed(work: UnitOfWork, caller: Actor, order: Order) -> OrderDetailOut:
    """Show an order with the lines that the caller sees."""
    kitchen_id = seen_by(caller).kitchen_id
    summary = await summary_of(work.session, order, kitchen_id=kitchen_id)
    lines = await lines_of(work.session, order.id, kitchen_id=kitchen_id)
    shown = OrderOut.showing(summary)
    return OrderDetailOut(**shown.model_dump(), lines=[OrderLineOut.showing(line) for line in lines])


def place_of(summary: OrderSummary) -> str:
    """Return an order's place in the list: its week and number."""
    return f"{summary.order.week_start.isoformat()}|{summary.order.number}"


def place_after(code: str | None) -> tuple[date, str] | None:
    """Read a place in the list."""
    if code is None:
        return None
    week, _, number = code.partition("|")
    try:
        return date.fromisoformat(week), number
    except ValueError as error:
        raise InvalidField.at(
            "after", "Send the next_cursor of the page before, unchanged.", code="invalid_cursor"
        ) from error
