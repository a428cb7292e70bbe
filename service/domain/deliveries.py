"""Delivery notes: what a cooperative brings to a kitchen for a cooking day, drop by drop, lot by lot."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.errors import NotDispatched
from service.domain.lot_names import spelling_sql
from service.domain.orders import OrderLine, live_qty
from service.domain.status import Transitions, transition
from service.domain.tables import UTC_INSTANT, Entity, one_of


class DeliveryStatus(StrEnum):
    """``planned`` until the goods leave; ``received`` once both sides have signed for them."""

    PLANNED = "planned"
    DISPATCHED = "dispatched"
    RECEIVED = "received"
    CANCELLED = "cancelled"


DELIVERY_TRANSITIONS: Transitions[DeliveryStatus] = {
    DeliveryStatus.PLANNED: frozenset({DeliveryStatus.DISPATCHED, DeliveryStatus.CANCELLED}),
    DeliveryStatus.DISPATCHED: frozenset({DeliveryStatus.RECEIVED}),
    DeliveryStatus.RECEIVED: frozenset(),
    DeliveryStatus.CANCELLED: frozenset(),
}


class RestFate(StrEnum):
    """What becomes of goods that a drop does not bring: a further drop, or nothing."""

    CARRIED = "carried"
    CLOSED = "closed"


SOUGHT_DAYS_BEFORE: Final = 2
"""Accepted goods of which it is known so many days before their cooking day, or more, that they will not come are
asked of others. On the eve goods are on the road: nobody could be asked, answer and still bring them."""


class Delivery(Entity, table=True):
    """The note of one drop; its number is made of cooperative, kitchen, day and drop."""

    __table_args__ = (
        sa.UniqueConstraint("cooperative_id", "kitchen_id", "needed_date", "drop_no"),
        sa.UniqueConstraint("region_code", "number"),
        sa.CheckConstraint("drop_no > 0", name="drop_positive"),
        sa.CheckConstraint(
            "(status IN ('dispatched', 'received')) = (dispatched_at IS NOT NULL)", name="dispatched_has_instant"
        ),
        sa.Index("ix_delivery_region_date", "region_code", "needed_date", "id"),
        sa.Index("ix_delivery_cooperative_date", "cooperative_id", "needed_date", "id"),
        sa.Index(
            "ix_delivery_under_way",
            "needed_date",
            "id",
            postgresql_where=sa.text("status IN ('planned', 'dispatched')"),
        ),
        sa.Index("ix_delivery_kitchen_date", "kitchen_id", "needed_date", "id"),
    )
    region_code: str = Field(foreign_key="region.code")
    week_start: date
    number: str = Field(max_length=80)
    cooperative_id: UUID = Field(foreign_key="cooperative.organisation_id")
    kitchen_id: UUID = Field(foreign_key="kitchen.organisation_id")
    needed_date: date
    drop_no: int
    status: DeliveryStatus = Field(sa_type=one_of(DeliveryStatus))
    dispatched_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    dispatched_by: UUID | None = Field(default=None, foreign_key="app_user.id")
    not_left_told_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    """When people were told that the goods must leave soon; once."""
    undispatched_told_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    """When people were told that the goods have not left though they should have; once."""
    unweighed_told_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    """When people were told that nobody weighed what came; once."""


class DeliveryLine(Entity, table=True):
    """Part of an order line on one note; ``shipped_qty`` is set when the drop leaves and never changes."""

    __table_args__ = (
        sa.UniqueConstraint("delivery_id", "order_line_id"),
        sa.CheckConstraint("planned_qty > 0 AND price_idr > 0", name="positive"),
        sa.CheckConstraint("shipped_qty BETWEEN 0 AND planned_qty", name="shipped_within_plan"),
        sa.CheckConstraint("(shipped_qty < planned_qty) = (rest_fate IS NOT NULL)", name="rest_has_fate"),
        sa.Index("ix_delivery_line_order_line", "order_line_id"),
    )
    delivery_id: UUID = Field(foreign_key="delivery.id")
    position: int
    order_line_id: UUID = Field(foreign_key="order_line.id")
    item_code: str = Field(foreign_key="item.code")
    planned_qty: int = Field(sa_type=sa.BigInteger)
    price_idr: int = Field(sa_type=sa.BigInteger)
    """Rupiah per kg, litre or piece, as ordered."""
    shipped_qty: int | None = Field(default=None, sa_type=sa.BigInteger)
    rest_fate: RestFate | None = Field(default=None, sa_type=one_of(RestFate))
    rest_reason: str | None = Field(default=None, max_length=200)


class DeliveryLot(Entity, table=True):
    """Goods of one lot on a line: who grew or made them, until when they are good, how cold they left."""

    __table_args__ = (
        sa.CheckConstraint("shipped_qty > 0", name="positive"),
        sa.Index("ix_delivery_lot_line", "delivery_line_id"),
        sa.Index("ix_delivery_lot_code_spelled", sa.text(spelling_sql("lot_code"))),
        sa.Index("ix_delivery_lot_producer_spelled", sa.text(spelling_sql("producer"))),
    )
    delivery_line_id: UUID = Field(foreign_key="delivery_line.id")
    shipped_qty: int = Field(sa_type=sa.BigInteger)
    lot_code: str = Field(max_length=60)
    producer: str = Field(max_length=120)
    expires_on: date | None = None
    temperature_dc: int | None = None
    """Tenths of a degree Celsius."""


def delivery_number(*, cooperative_code: str, kitchen_code: str, needed_date: date, drop_no: int) -> str:
    """Return a note's readable number, as in ``SJ-C3271041009-K0001-20261130-1`` (SJ: surat jalan)."""
    return f"SJ-{cooperative_code}-{kitchen_code}-{needed_date:%Y%m%d}-{drop_no}"


def open_qty(line: OrderLine, noted: Iterable[DeliveryLine]) -> int:
    """Return what of an order line stands on no note yet, in base units.

    A line's rest that was carried is open again; one that was closed is not.
    """
    return max(0, live_qty(line) - sum(taken_qty(each) for each in noted))


def ready_lines(lines: Sequence[OrderLine], awaited_stock_ids: Collection[UUID]) -> list[OrderLine]:
    """Return the lines of an order that can be put on notes.

    What is needed on a day of which a wholesaler may still sell something waits for it, so that one note brings all;
    goods of other days do not.

    Parameters
    ----------
    awaited_stock_ids
        Stocks of which the order's wholesalers have not said what they sell.
    """
    waiting = {line.needed_date for line in lines if line.stock_id in awaited_stock_ids and live_qty(line)}
    return [line for line in lines if line.needed_date not in waiting]


def taken_qty(line: DeliveryLine) -> int:
    """Return what a note uses up of its order line, in base units: what left, and what was closed with it."""
    if line.shipped_qty is None or line.rest_fate is RestFate.CLOSED:
        return line.planned_qty
    return line.shipped_qty


def cancel(delivery: Delivery) -> None:
    """Call off a drop of which nothing is left to bring.

    Raises
    ------
    IllegalTransition
        If it left before.
    """
    delivery.status = transition(DELIVERY_TRANSITIONS, delivery.status, DeliveryStatus.CANCELLED, what="delivery")


def depart(delivery: Delivery, *, by: UUID, now: datetime) -> None:
    """Let a drop leave.

    Raises
    ------
    IllegalTransition
        If it left before, or is cancelled.
    """
    delivery.status = transition(DELIVERY_TRANSITIONS, delivery.status, DeliveryStatus.DISPATCHED, what="delivery")
    delivery.dispatched_at, delivery.dispatched_by = now, by


def require_left(delivery: Delivery) -> None:
    """Refuse to weigh or sign for goods that are still at the cooperative.

    Raises
    ------
    NotDispatched
        If they may still leave.
    IllegalTransition
        If the note is cancelled.
    """
    if delivery.status is DeliveryStatus.PLANNED:
        raise NotDispatched("The goods have not left.", current=delivery.status.value)
    if delivery.status is not DeliveryStatus.RECEIVED:
        transition(DELIVERY_TRANSITIONS, delivery.status, DeliveryStatus.RECEIVED, what="delivery")


def arrive(delivery: Delivery) -> None:
    """Close a note whose goods both sides signed for.

    Raises
    ------
    IllegalTransition
        If the goods never left.
    """
    delivery.status = transition(DELIVERY_TRANSITIONS, delivery.status, DeliveryStatus.RECEIVED, what="delivery")
