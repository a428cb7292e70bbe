"""What came of a week: from demand to money, in grams and rupiah."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.calendars import days_of
from service.domain.deliveries import Delivery, DeliveryLine
from service.domain.forecasts import Forecast, ForecastLine, ForecastStatus
from service.domain.invoices import Invoice, Payment
from service.domain.items import ColdChain, Item
from service.domain.orders import HOLDING_STATUSES, Order, OrderLine, OrderStatus
from service.domain.purchases import OutletMovement
from service.domain.receipts import Receipt, ReceiptLine
from service.domain.reliability import due_at


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """A week's goods by weight and its money.

    ``ordered_g`` is what cooperatives agreed to bring; ``late_g`` left after the evening before its cooking day;
    ``wasted_g`` left and was not taken, or was bought in packs, needs cold and has no line; ``paid_in_time_idr`` was
    paid by the due day.
    """

    week_start: date
    demanded_g: int
    ordered_g: int
    delivered_g: int
    wasted_g: int
    late_g: int
    rejected_g: int
    invoiced_idr: int
    paid_in_time_idr: int

    def __add__(self, other: WeekFigures) -> WeekFigures:
        names = [field.name for field in fields(WeekFigures)[1:]]
        return WeekFigures(self.week_start, *(getattr(self, name) + getattr(other, name) for name in names))


async def read_week_figures(session: AsyncSession, *, region_code: str, week_start: date, timezone: str) -> WeekFigures:
    """Return what came of a region's week."""

    def of(table: Any) -> tuple[sa.ColumnElement[bool], ...]:  # noqa: ANN401 - any table with region and week
        return col(table.region_code) == region_code, col(table.week_start) == week_start

    async def total(query: sa.Select[Any]) -> int:
        return int(await session.scalar(query) or 0)

    weighed = _weighed(ReceiptLine.shipped_qty - ReceiptLine.accepted_qty).where(*of(Receipt))
    return WeekFigures(
        week_start=week_start,
        demanded_g=await total(_demanded().where(*of(Forecast))),
        ordered_g=await total(_ordered().where(*of(Order))),
        delivered_g=await total(_weighed(col(ReceiptLine.accepted_qty)).where(*of(Receipt))),
        wasted_g=await total(weighed) + await total(_perishing().where(*of(OutletMovement))),
        late_g=await total(_late(week_start, timezone).where(*of(Delivery))),
        rejected_g=await total(_weighed(col(ReceiptLine.rejected_qty)).where(*of(Receipt))),
        invoiced_idr=await total(sa.select(sa.func.sum(col(Invoice.total_idr))).where(*of(Invoice))),
        paid_in_time_idr=await total(_paid_in_time().where(*of(Invoice))),
    )


def _grams(qty: Any) -> sa.SQLColumnExpression[Any]:  # noqa: ANN401 - columns and sums of columns
    return sa.func.sum(sa.cast(qty, sa.Numeric) * col(Item.grams_per_unit))


def _demanded() -> sa.Select[Any]:
    return (
        sa.select(_grams(col(ForecastLine.demanded_qty)))
        .select_from(ForecastLine)
        .join(Forecast, col(Forecast.id) == col(ForecastLine.forecast_id))
        .join(Item, col(Item.code) == col(ForecastLine.item_code))
        .where(col(Forecast.status) == ForecastStatus.SUBMITTED)
    )


def _ordered() -> sa.Select[Any]:
    return (
        sa.select(_grams(col(OrderLine.accepted_qty)))
        .select_from(OrderLine)
        .join(Order, col(Order.id) == col(OrderLine.order_id))
        .join(Item, col(Item.code) == col(OrderLine.item_code))
        .where(col(Order.status) != OrderStatus.CANCELLED, col(OrderLine.status).in_(HOLDING_STATUSES))
    )


def _weighed(qty: Any) -> sa.Select[Any]:  # noqa: ANN401 - columns and differences of columns
    return (
        sa.select(_grams(qty))
        .select_from(ReceiptLine)
        .join(Receipt, col(Receipt.id) == col(ReceiptLine.receipt_id))
        .join(Item, col(Item.code) == col(ReceiptLine.item_code))
    )


def _perishing() -> sa.Select[Any]:
    return (
        sa.select(_grams(col(OutletMovement.qty)))
        .select_from(OutletMovement)
        .join(Item, col(Item.code) == col(OutletMovement.item_code))
        .where(col(Item.cold_chain) != ColdChain.NONE)
    )


def _late(week_start: date, timezone: str) -> sa.Select[Any]:
    limits = sa.case(
        *((col(Delivery.needed_date) == day, due_at(day, timezone=timezone)) for day in days_of(week_start))
    )
    return (
        sa.select(_grams(col(DeliveryLine.shipped_qty)))
        .select_from(DeliveryLine)
        .join(Delivery, col(Delivery.id) == col(DeliveryLine.delivery_id))
        .join(Item, col(Item.code) == col(DeliveryLine.item_code))
        .where(col(Delivery.dispatched_at) > limits)
    )


def _paid_in_time() -> sa.Select[Any]:
    return (
        sa.select(sa.func.sum(col(Payment.amount_idr)))
        .join(Invoice, col(Invoice.id) == col(Payment.invoice_id))
        .where(col(Payment.paid_on) <= col(Invoice.due_on))
    )
