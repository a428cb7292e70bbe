"""Load four weeks of orders from before Pasok, as the operator would take over the clerk's sheets."""

from __future__ import annotations

from datetime import UTC, datetime, time

from service.demo.desk import Desk
from service.demo.past_orders import DemoPastOrder
from service.demo.week import DemoWeek
from service.domain.past_orders import PastLine, PastOrder
from service.domain.people import Role
from service.workflows.import_past_orders import ImportPastOrders, import_past_orders


class PastRefused(Exception):
    """The demo's own past does not follow the rules for taking orders over."""


async def load_past(desk: Desk, week: DemoWeek) -> None:
    """Take the past orders over.

    Between the cut-off and Monday the last of these weeks has not begun, but its orders are agreed: they are entered
    as of its Monday, so that the ledger of a demo loaded on a Saturday is that of one loaded on a Tuesday.

    Raises
    ------
    PastRefused
        If an order breaks a rule.
    """
    last_monday = max(order.week_start for order in week.past_orders)
    now = max(desk.work.now, datetime.combine(last_monday, time(12), UTC))
    work = desk.as_actor(desk.city[Role.CITY_OPERATOR], now=now)
    command = ImportPastOrders(tuple(_order(order) for order in week.past_orders))
    taken = await import_past_orders(work, command)
    if taken.faults:
        raise PastRefused(str(taken.faults[0]))


def _order(order: DemoPastOrder) -> PastOrder:
    return PastOrder(
        number=order.number,
        week_start=order.week_start,
        cooperative_code=order.cooperative_code,
        lines=tuple(
            PastLine(
                kitchen_code=line.kitchen_code,
                item_code=line.item_code,
                needed_date=line.needed_date,
                ordered_qty=line.ordered_qty,
                price_idr=line.price_idr,
                accepted_qty=line.accepted_qty,
            )
            for line in order.lines
        ),
    )
