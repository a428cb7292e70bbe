"""The start page of a cooperative: the one thing to do next, then the week in figures."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Response

from service.api.routers.exposures import read_exposures
from service.api.routers.invoices import read_invoices
from service.api.routers.orders import read_orders
from service.api.schemas.orders import OrderOut
from service.domain.calendars import week_of
from service.domain.deliveries import DeliveryStatus
from service.domain.orders import OrderStatus
from service.web.page import PageView
from service.web.pages.deliveries import trip_of
from service.web.routes import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MOST_INVOICES = 200
"""As many late invoices are added up; a cooperative with more has a note that there are more."""


async def show_cooperative_home(page: PageView) -> Response:
    """Show what the cooperative does next."""
    today = await page.today()
    trip = await trip_of(page, today)
    latest = await _orders(page, None)
    week_start = latest[0].week_start if latest else week_of(today) + timedelta(weeks=1)
    of_week = [order for order in latest if order.week_start == week_start]
    exposures = await read_exposures(week_start=week_start, work=page.work, caller=page.caller, after=None, limit=1)
    overdue = await read_invoices(
        work=page.work, caller=page.caller, after=None, limit=MOST_INVOICES, status=None, overdue=True,
        cooperative_id=None, kitchen_id=None,
    )  # fmt: skip
    return await page.show(
        "homes/cooperative.html",
        to_answer=await _to_answer(page),
        to_send=[stop for stop in trip if stop.summary.delivery.status is DeliveryStatus.PLANNED],
        trip=trip,
        today=today,
        week_start=week_start,
        orders=of_week,
        exposure=exposures.items[0] if exposures.items else None,
        overdue=overdue,
    )


async def _to_answer(page: PageView) -> list[OrderOut]:
    """Return the orders that still can be answered, the most urgent first."""
    urgent = [
        order
        for order in await _orders(page, OrderStatus.SENT)
        if order.waiting_count and order.respond_by_at is not None and page.work.now < order.respond_by_at
    ]
    return sorted(urgent, key=lambda order: (order.respond_by_at or page.work.now, order.number))


async def _orders(page: PageView, status: OrderStatus | None) -> list[OrderOut]:
    listed = await read_orders(
        work=page.work, caller=page.caller, after=None, limit=50, week_start=None, status=status,
        cooperative_id=None, plan_id=None,
    )  # fmt: skip
    return listed.items
