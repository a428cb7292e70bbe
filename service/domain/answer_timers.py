"""When an order's time to answer is over, and when whoever is silent is reminded."""

from __future__ import annotations

from datetime import datetime

from service.domain.orders import Order, OrderStatus


def is_due(order: Order, now: datetime) -> bool:
    """Tell whether an order's time to answer is over while it still waits for answers."""
    return order.status is OrderStatus.SENT and order.respond_by_at is not None and now >= order.respond_by_at


def is_to_remind(order: Order, now: datetime) -> bool:
    """Tell whether whoever is silent is to be reminded: once, and only while there is time left to answer."""
    if order.status is not OrderStatus.SENT or order.reminded_at is not None:
        return False
    if order.remind_at is None or order.respond_by_at is None:
        return False
    return order.remind_at <= now < order.respond_by_at
