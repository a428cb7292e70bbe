"""Orders to cooperatives and their answers, line by line; a line that was answered is not answered again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.errors import IllegalTransition, InvalidField
from service.domain.status import Transitions, transition
from service.domain.tables import UTC_INSTANT, Entity, Part, Row, one_of


class OrderStatus(StrEnum):
    """``sent`` while a line waits for an answer; ``answered`` when none does."""

    SENT = "sent"
    ANSWERED = "answered"
    CANCELLED = "cancelled"


ORDER_TRANSITIONS: Transitions[OrderStatus] = {
    OrderStatus.SENT: frozenset({OrderStatus.ANSWERED, OrderStatus.CANCELLED}),
    OrderStatus.ANSWERED: frozenset({OrderStatus.SENT, OrderStatus.CANCELLED}),
    OrderStatus.CANCELLED: frozenset(),
}


class OrderLineStatus(StrEnum):
    AWAITING_ANSWER = "awaiting_answer"
    ACCEPTED = "accepted"
    ACCEPTED_LESS = "accepted_less"
    DECLINED = "declined"
    CANCELLED = "cancelled"


ORDER_LINE_TRANSITIONS: Transitions[OrderLineStatus] = {
    OrderLineStatus.AWAITING_ANSWER: frozenset(OrderLineStatus) - {OrderLineStatus.AWAITING_ANSWER},
    OrderLineStatus.ACCEPTED: frozenset(OrderLineStatus) - {OrderLineStatus.ACCEPTED},
    OrderLineStatus.ACCEPTED_LESS: frozenset(
        {OrderLineStatus.AWAITING_ANSWER, OrderLineStatus.DECLINED, OrderLineStatus.CANCELLED}
    ),
    OrderLineStatus.DECLINED: frozenset({OrderLineStatus.AWAITING_ANSWER}),
    OrderLineStatus.CANCELLED: frozenset(),
}


HOLDING_STATUSES = frozenset({OrderLineStatus.ACCEPTED, OrderLineStatus.ACCEPTED_LESS})
"""Answered lines that still hold goods of their source."""


class DeclineReason(StrEnum):
    """Why a cooperative takes less or nothing; stable codes, the words are in the page templates."""

    NOT_ENOUGH_GOODS = "not_enough_goods"
    PRICE_TOO_LOW = "price_too_low"
    NO_TRANSPORT = "no_transport"
    NO_COLD_ROOM = "no_cold_room"
    NO_CASH = "no_cash"
    QUALITY = "quality"
    CLOSED = "closed"
    OTHER = "other"


class OrderOrigin(StrEnum):
    """Why an order went out: a published plan, or a line that another cooperative did not take."""

    PLAN = "plan"
    STANDBY = "standby"


_TO_NOTE = "status = 'answered' AND noted_at IS NULL AND plan_id IS NOT NULL"


class Order(Entity, table=True):
    """What one cooperative is asked to deliver in a week, to be answered by ``respond_by_at``.

    ``plan_id`` is empty only for orders made before Pasok, taken over so that lists and ledgers have a past.
    """

    __tablename__ = "purchase_order"
    __table_args__ = (
        sa.UniqueConstraint("region_code", "number"),
        sa.Index(
            "uq_purchase_order_one_of_plan",
            "plan_id",
            "cooperative_id",
            unique=True,
            postgresql_where=sa.text("origin = 'plan'"),
        ),
        sa.Index("ix_purchase_order_plan", "plan_id", "cooperative_id"),
        sa.Index(
            "ix_purchase_order_due", "respond_by_at", "region_code", "id", postgresql_where=sa.text("status = 'sent'")
        ),
        sa.Index(
            "ix_purchase_order_to_remind",
            "remind_at",
            "region_code",
            "id",
            postgresql_where=sa.text("status = 'sent' AND reminded_at IS NULL"),
        ),
        sa.Index("ix_purchase_order_region_week", "region_code", "week_start", "cooperative_id"),
        sa.Index("ix_purchase_order_to_note", "region_code", "id", postgresql_where=sa.text(_TO_NOTE)),
        sa.Index("ix_purchase_order_cooperative_week", "cooperative_id", "week_start"),
        sa.CheckConstraint("(plan_id IS NULL) = (respond_by_at IS NULL)", name="planned_has_deadline"),
    )
    region_code: str = Field(foreign_key="region.code")
    number: str = Field(max_length=40)
    week_start: date
    plan_id: UUID | None = Field(default=None, foreign_key="plan.id")
    cooperative_id: UUID = Field(foreign_key="cooperative.organisation_id")
    status: OrderStatus = Field(sa_type=one_of(OrderStatus))
    respond_by_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    origin: OrderOrigin = Field(
        default=OrderOrigin.PLAN,
        sa_type=one_of(OrderOrigin),
        sa_column_kwargs={"server_default": OrderOrigin.PLAN.value},
    )
    remind_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    """When whoever has not answered is reminded."""
    reminded_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    noted_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    """When the last of what was accepted was put on delivery notes."""


class OrderLine(Part, table=True):
    """Goods for one kitchen and cooking day; ``accepted_qty`` is set by the answer and by nothing else."""

    __table_args__ = (
        sa.CheckConstraint("ordered_qty > 0 AND price_idr > 0", name="positive"),
        sa.CheckConstraint("num_nonnulls(offer_id, stock_id) <= 1", name="one_source"),
        sa.CheckConstraint(
            "CASE status"
            " WHEN 'awaiting_answer' THEN accepted_qty IS NULL"
            " WHEN 'accepted' THEN accepted_qty = ordered_qty"
            " WHEN 'accepted_less' THEN accepted_qty > 0 AND accepted_qty < ordered_qty"
            " WHEN 'declined' THEN accepted_qty = 0"
            " ELSE TRUE END",
            name="accepted_fits_status",
        ),
        sa.CheckConstraint("expired_at IS NULL OR status = 'declined'", name="silence_declines"),
        sa.UniqueConstraint("replaces_line_id"),
        sa.Index("ix_order_line_forecast_line", "forecast_line_id"),
        sa.Index("ix_order_line_kitchen_date", "kitchen_id", "needed_date"),
        sa.Index("ix_order_line_offer", "offer_id"),
        sa.Index("ix_order_line_stock", "stock_id", "order_id"),
    )
    order_id: UUID = Field(foreign_key="purchase_order.id", index=True)
    position: int
    kitchen_id: UUID = Field(foreign_key="kitchen.organisation_id")
    forecast_line_id: UUID | None = Field(default=None, foreign_key="forecast_line.id")
    offer_id: UUID | None = Field(default=None, foreign_key="offer.id")
    stock_id: UUID | None = Field(default=None, foreign_key="stock.id")
    item_code: str = Field(foreign_key="item.code")
    needed_date: date
    ordered_qty: int = Field(sa_type=sa.BigInteger)
    price_idr: int = Field(sa_type=sa.BigInteger)
    status: OrderLineStatus = Field(sa_type=one_of(OrderLineStatus))
    accepted_qty: int | None = Field(default=None, sa_type=sa.BigInteger)
    standby_cooperative_id: UUID | None = Field(default=None, foreign_key="cooperative.organisation_id")
    """A cooperative that could have served the line too: the first to ask if this one declines."""
    expired_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    """When silence declined the line; a line that was answered has none."""
    replaces_line_id: UUID | None = Field(default=None, foreign_key="order_line.id")
    """The line of another order whose goods this one brings instead; a line is replaced at most once."""
    told_fallen_qty: int = Field(default=0, sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    """How much of what fell its kitchen was told of: a line may lose goods more than once."""


class Answer(Entity, table=True):
    """A cooperative's word on a line; there is at most one."""

    __table_args__ = (
        sa.UniqueConstraint("order_line_id"),
        sa.CheckConstraint("accepted_qty >= 0", name="qty_positive"),
    )
    order_line_id: UUID = Field(foreign_key="order_line.id")
    accepted_qty: int = Field(sa_type=sa.BigInteger)
    reason: DeclineReason | None = Field(default=None, sa_type=one_of(DeclineReason))
    remark: str | None = Field(default=None, max_length=400)
    answered_by: UUID = Field(foreign_key="app_user.id")
    undo_until: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    """Until when it can be taken back; what would be built on it waits until then."""


class PackReservation(Row, table=True):
    """Packs of a wholesaler's stock that an order's cooperative is promised."""

    __table_args__ = (sa.CheckConstraint("packs >= 0", name="packs_positive"),)
    order_id: UUID = Field(primary_key=True, foreign_key="purchase_order.id")
    stock_id: UUID = Field(primary_key=True, foreign_key="stock.id")
    packs: int = Field(sa_type=sa.BigInteger)


def status_for(*, ordered_qty: int, accepted_qty: int) -> OrderLineStatus:
    """Return the status that an accepted quantity (base units) means.

    Raises
    ------
    InvalidField
        If more is accepted than ordered, or less than nothing.
    """
    if not 0 <= accepted_qty <= ordered_qty:
        raise InvalidField.at("accepted_qty", f"Accept between 0 and {ordered_qty}.", code="out_of_range")
    if accepted_qty == ordered_qty:
        return OrderLineStatus.ACCEPTED
    return OrderLineStatus.ACCEPTED_LESS if accepted_qty else OrderLineStatus.DECLINED


def require_reason(*, ordered_qty: int, accepted_qty: int, reason: DeclineReason | None) -> None:
    """Ask for a reason where less than ordered is accepted.

    Raises
    ------
    InvalidField
        Naming the valid reasons.
    """
    if accepted_qty < ordered_qty and reason is None:
        valid = ", ".join(member.value for member in DeclineReason)
        raise InvalidField.at("reason", f"Taking less needs a reason: {valid}.", code="missing")


def apply_answer(line: OrderLine, accepted_qty: int) -> int:
    """Set the line to what the cooperative accepts and return what is given back, in base units.

    Raises
    ------
    IllegalTransition
        If the line was answered before.
    InvalidField
        If the quantity is out of range.
    """
    target = status_for(ordered_qty=line.ordered_qty, accepted_qty=accepted_qty)
    if line.status is not OrderLineStatus.AWAITING_ANSWER:
        raise IllegalTransition("The line was answered; an answer is final.", current=line.status.value, allowed=[])
    line.status = transition(ORDER_LINE_TRANSITIONS, line.status, target, what="order line")
    line.accepted_qty = accepted_qty
    return line.ordered_qty - accepted_qty


def expire(line: OrderLine, now: datetime) -> int:
    """Decline a line by silence and return what is given back, in base units.

    Raises
    ------
    IllegalTransition
        If the line was answered before.
    """
    released_qty = apply_answer(line, 0)
    line.expired_at = now
    return released_qty


def fallen_qty(line: OrderLine) -> int:
    """Return what an answer or silence gave back of a line, in base units."""
    if line.status is OrderLineStatus.DECLINED or line.status is OrderLineStatus.ACCEPTED_LESS:
        return line.ordered_qty - (line.accepted_qty or 0)
    return 0


def untold_qty(line: OrderLine) -> int:
    """Return what fell of a line since its kitchen was told of it last, in base units."""
    return max(0, fallen_qty(line) - line.told_fallen_qty)


def is_answered(lines: Iterable[OrderLine]) -> bool:
    """Tell whether no line waits for an answer."""
    return all(line.status is not OrderLineStatus.AWAITING_ANSWER for line in lines)


def close_if_answered(order: Order, lines: Iterable[OrderLine]) -> bool:
    """Set the order to ``answered`` once none of its lines waits; tell whether it is.

    Raises
    ------
    IllegalTransition
        If the order was answered or cancelled before.
    """
    if not is_answered(lines):
        return False
    order.status = transition(ORDER_TRANSITIONS, order.status, OrderStatus.ANSWERED, what="order")
    return True


def live_qty(line: OrderLine) -> int:
    """Return what a line holds of its source, in base units: all until it is answered, then what is accepted."""
    if line.status is OrderLineStatus.AWAITING_ANSWER:
        return line.ordered_qty
    return line.accepted_qty or 0 if line.status in HOLDING_STATUSES else 0
