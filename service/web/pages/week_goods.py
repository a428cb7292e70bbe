"""What comes to a kitchen in a week: from whom, how much, and how far each line is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from fastapi import APIRouter, Response

from service.api.dependencies import allows
from service.database.queries.deliveries import DeliveryFilter, ListedDeliveryLine, list_delivery_lines
from service.database.queries.orders import OrderFilter, ShownLine, list_order_lines
from service.database.queries.receipts import ReceiptFilter, list_receipt_lines
from service.domain.calendars import require_monday
from service.domain.deliveries import DeliveryStatus
from service.domain.orders import Order, OrderLineStatus
from service.domain.organisations import Organisation
from service.domain.permissions import Action
from service.domain.receipts import ReceiptLine
from service.web import kitchen_words
from service.web.kitchen_weeks import own_kitchen, stand_of
from service.web.page import Page, PageView
from service.web.routes import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MOST_LINES = 3000


@dataclass(frozen=True, slots=True)
class ComingLine:
    """A line of an order with the notes that carry it and what was weighed of it."""

    order: Order
    cooperative: Organisation
    shown: ShownLine
    drops: tuple[ListedDeliveryLine, ...]
    weighed: tuple[ReceiptLine, ...]

    @property
    def state(self) -> tuple[str, str]:
        """How far the line is, with the look of its tag."""
        drop = next((one.summary.delivery for one in reversed(self.drops)), None)
        if drop is not None and drop.status is not DeliveryStatus.CANCELLED:
            return kitchen_words.DELIVERY[drop.status]
        return kitchen_words.ORDER_LINE[self.shown.line.status]

    @property
    def taken_qty(self) -> int | None:
        """What the kitchen took, base units; nothing until it was weighed."""
        return sum(line.accepted_qty for line in self.weighed) if self.weighed else None


@router.get("/weeks/{week_start}/goods", dependencies=[allows(Action.ORDERS_READ)])
async def show_goods(week_start: date, page: Page) -> Response:
    """Show what comes in a week, by cooking day and cooperative."""
    kitchen_id = own_kitchen(page, Action.ORDERS_READ)
    if kitchen_id is None or not page.may(Action.FORECASTS_READ):
        return page.leave("/")
    require_monday(week_start)
    lines = await _coming(page, kitchen_id, week_start)
    stand = await stand_of(page, kitchen_id, week_start)
    return await page.show("weeks/goods.html", stand=stand, days=_by_day(lines), words=kitchen_words)


async def _coming(page: PageView, kitchen_id: UUID, week_start: date) -> list[ComingLine]:
    session, region = page.work.session, page.caller.region_code
    orders = await list_order_lines(
        session, region_code=region, wanted=OrderFilter(kitchen_id=kitchen_id, week_start=week_start), limit=MOST_LINES
    )
    drops = await list_delivery_lines(
        session,
        region_code=region,
        wanted=DeliveryFilter(kitchen_ids=(kitchen_id,), week_start=week_start),
        limit=MOST_LINES,
    )
    weighed = await list_receipt_lines(
        session,
        region_code=region,
        wanted=ReceiptFilter(kitchen_ids=(kitchen_id,), week_start=week_start),
        limit=MOST_LINES,
    )
    return [
        ComingLine(
            order,
            cooperative,
            shown,
            tuple(one for one in drops if one.line.order_line_id == shown.line.id),
            tuple(one.line for one in weighed if one.line.order_line_id == shown.line.id),
        )
        for order, cooperative, shown in orders
        if shown.line.status is not OrderLineStatus.CANCELLED
    ]


def _by_day(lines: Iterable[ComingLine]) -> list[tuple[date, list[tuple[Organisation, list[ComingLine]]]]]:
    """Return lines by cooking day and cooperative, the earliest first."""
    ordered = sorted(lines, key=lambda one: (one.shown.line.needed_date, one.cooperative.name, one.shown.item.name_id))
    return [
        (day, [(found[0].cooperative, found) for found in _by_cooperative(of_day)])
        for day, of_day in groupby(ordered, key=lambda one: one.shown.line.needed_date)
    ]


def _by_cooperative(lines: Iterable[ComingLine]) -> list[list[ComingLine]]:
    return [list(found) for _, found in groupby(lines, key=lambda one: one.cooperative.id)]
