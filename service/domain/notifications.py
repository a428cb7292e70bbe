"""Who is told of what: one row for each event, person and channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.contacts import Channel
from service.domain.events import Event
from service.domain.people import Role
from service.domain.status import Transitions, transition
from service.domain.tables import UTC_INSTANT, Row, one_of

MOST_ATTEMPTS = 6
FIRST_WAIT = timedelta(seconds=30)
SENT_WITHIN = timedelta(minutes=2)
TOO_OLD_AFTER = timedelta(days=2)
"""What could not be sent for so long is of no use on a phone any more; it stands on the screen."""
LONGEST_SUBJECT, LONGEST_TEXT = 200, 4000


class NoticeKind(StrEnum):
    NEW_ORDER = "new_order"
    MOVED_TO_YOU = "moved_to_you"
    REMINDER = "reminder"
    ORDER_EXPIRED = "order_expired"
    LINE_MOVED = "line_moved"
    SHORTAGE = "shortage"
    PLAN_HELD_BACK = "plan_held_back"
    DELIVERY_ON_ITS_WAY = "delivery_on_its_way"
    RECALL = "recall"
    INVOICE_DUE = "invoice_due"
    INVOICE_OVERDUE = "invoice_overdue"
    ORDER_LOWERED = "order_lowered"
    PRICE_PROPOSED = "price_proposed"
    PRICE_DECIDED = "price_decided"
    RECALL_REMINDER = "recall_reminder"
    RECALL_UNANSWERED = "recall_unanswered"
    DELIVERY_OVERDUE = "delivery_overdue"
    DELIVERY_UNWEIGHED = "delivery_unweighed"
    RECEIPT_UNSIGNED = "receipt_unsigned"
    NEW_PURCHASE = "new_purchase"
    PURCHASE_CUT = "purchase_cut"
    DELIVERY_NOT_LEFT = "delivery_not_left"
    CREDIT_NOTE = "credit_note"
    PURCHASE_OVERDUE = "purchase_overdue"
    FORECAST_MISSING = "forecast_missing"
    OFFER_MISSING = "offer_missing"
    REPAIR_GIVEN_UP = "repair_given_up"
    LINES_UNDECIDED = "lines_undecided"
    NEED_UNDECIDED = "need_undecided"
    DECISION_REMINDER = "decision_reminder"
    REFUND_OVERDUE = "refund_overdue"
    SUPPLY_SHORT = "supply_short"
    SUPPLY_REPAIRED = "supply_repaired"


class NotificationStatus(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


NOTIFICATION_TRANSITIONS: Transitions[NotificationStatus] = {
    NotificationStatus.WAITING: frozenset({NotificationStatus.SENT, NotificationStatus.FAILED}),
    NotificationStatus.SENT: frozenset(),
    NotificationStatus.FAILED: frozenset(),
}


class Notification(Row, table=True):
    """A message to a person; its text is fixed when it is written, whatever happens until it is sent."""

    __table_args__ = (
        sa.UniqueConstraint("event_id", "user_id", "channel"),
        sa.Index("ix_notification_due", "channel", "send_at", postgresql_where=sa.text("status = 'waiting'")),
        sa.Index("ix_notification_user", "user_id", "channel", "created_at", "id"),
    )
    id: UUID = Field(primary_key=True)
    created_at: datetime = Field(sa_type=UTC_INSTANT)
    region_code: str = Field(foreign_key="region.code")
    event_id: UUID = Field(foreign_key="event.id")
    user_id: UUID = Field(foreign_key="app_user.id")
    channel: Channel = Field(sa_type=one_of(Channel))
    kind: NoticeKind = Field(sa_type=one_of(NoticeKind))
    subject: str = Field(max_length=LONGEST_SUBJECT)
    text: str = Field(max_length=LONGEST_TEXT)
    status: NotificationStatus = Field(sa_type=one_of(NotificationStatus))
    send_at: datetime = Field(sa_type=UTC_INSTANT)
    attempts: int = Field(default=0)
    sent_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    last_error: str | None = Field(default=None, max_length=300)


@dataclass(frozen=True, slots=True)
class Notice:
    """What people hear of a type of event: the kind, who among the organisations concerned, and whether it may wake."""

    kind: NoticeKind
    roles: frozenset[Role]
    is_urgent: bool = False


_OFFICER = frozenset({Role.COOP_OFFICER})
_KITCHEN = frozenset({Role.KITCHEN_HEAD, Role.FIELD_ASSISTANT})
_PAYERS = frozenset({Role.KITCHEN_HEAD, Role.KITCHEN_ACCOUNTANT})

NOTICES: Mapping[str, Notice] = {
    "forecast.missing": Notice(NoticeKind.FORECAST_MISSING, frozenset({Role.KITCHEN_HEAD})),
    "offer.missing": Notice(NoticeKind.OFFER_MISSING, _OFFICER),
    "order.sent": Notice(NoticeKind.NEW_ORDER, _OFFICER),
    "order.reminded": Notice(NoticeKind.REMINDER, _OFFICER),
    "order.expired": Notice(NoticeKind.ORDER_EXPIRED, _OFFICER),
    "order.withdrawn": Notice(NoticeKind.ORDER_LOWERED, _OFFICER),
    "price.proposed": Notice(NoticeKind.PRICE_PROPOSED, _PAYERS),
    "price.decided": Notice(NoticeKind.PRICE_DECIDED, _OFFICER),
    "line.moved": Notice(NoticeKind.LINE_MOVED, frozenset({Role.KITCHEN_HEAD})),
    "line.left_short": Notice(NoticeKind.SHORTAGE, frozenset({Role.KITCHEN_HEAD})),
    "supply.planned": Notice(NoticeKind.SUPPLY_SHORT, frozenset({Role.KITCHEN_HEAD, Role.FIELD_ASSISTANT})),
    "purchase.sent": Notice(NoticeKind.NEW_PURCHASE, frozenset({Role.WHOLESALER})),
    "purchase.answered": Notice(NoticeKind.PURCHASE_CUT, _OFFICER),
    "plan.held_back": Notice(NoticeKind.PLAN_HELD_BACK, frozenset({Role.CITY_OPERATOR})),
    "repair.given_up": Notice(NoticeKind.REPAIR_GIVEN_UP, frozenset({Role.CITY_OPERATOR})),
    "decision.needed": Notice(NoticeKind.LINES_UNDECIDED, frozenset({Role.CITY_OPERATOR})),
    "decision.reminded": Notice(NoticeKind.DECISION_REMINDER, frozenset({Role.CITY_OPERATOR})),
    "delivery.dispatched": Notice(NoticeKind.DELIVERY_ON_ITS_WAY, _KITCHEN),
    "delivery.not_left": Notice(NoticeKind.DELIVERY_NOT_LEFT, _OFFICER | {Role.CITY_OPERATOR}),
    "delivery.overdue": Notice(NoticeKind.DELIVERY_OVERDUE, _OFFICER | {Role.KITCHEN_HEAD}),
    "delivery.unweighed": Notice(NoticeKind.DELIVERY_UNWEIGHED, _KITCHEN),
    "receipt.unsigned": Notice(NoticeKind.RECEIPT_UNSIGNED, _KITCHEN | _OFFICER),
    "recall.opened": Notice(NoticeKind.RECALL, _KITCHEN | _OFFICER, is_urgent=True),
    "recall.widened": Notice(NoticeKind.RECALL, _KITCHEN | _OFFICER, is_urgent=True),
    "recall.reminded": Notice(NoticeKind.RECALL_REMINDER, _KITCHEN, is_urgent=True),
    "recall.unanswered": Notice(
        NoticeKind.RECALL_UNANSWERED, frozenset({Role.CITY_OPERATOR, Role.FOOD_OFFICER}), is_urgent=True
    ),
    "invoice.issued": Notice(NoticeKind.INVOICE_DUE, _PAYERS),
    "credit_note.issued": Notice(NoticeKind.CREDIT_NOTE, _OFFICER),
    "invoice.refund_overdue": Notice(NoticeKind.REFUND_OVERDUE, _PAYERS | _OFFICER),
    "purchase.overdue": Notice(NoticeKind.PURCHASE_OVERDUE, _OFFICER | {Role.WHOLESALER}),
    "invoice.overdue": Notice(NoticeKind.INVOICE_OVERDUE, _PAYERS | _OFFICER),
}
"""By the type of the event."""

CITY_KINDS = frozenset(
    {
        NoticeKind.PLAN_HELD_BACK,
        NoticeKind.REPAIR_GIVEN_UP,
        NoticeKind.LINES_UNDECIDED,
        NoticeKind.NEED_UNDECIDED,
        NoticeKind.DECISION_REMINDER,
        NoticeKind.RECALL_UNANSWERED,
        NoticeKind.DELIVERY_NOT_LEFT,
    }
)
"""Kinds that the city of the region hears of, whomever the event concerns."""

CITY_ROLES = frozenset({Role.CITY_OPERATOR, Role.FOOD_OFFICER})
"""Of the roles that hear of a kind, those of the city; the others hear of it if it concerns their organisation."""


_OF_OTHERS = frozenset({NoticeKind.ORDER_LOWERED, NoticeKind.PRICE_DECIDED})


def notice_of(event: Event) -> Notice | None:
    """Return what people hear of an event; what another told before is told as such."""
    notice = NOTICES.get(event.type)
    if notice is not None and notice.kind is NoticeKind.NEW_ORDER and event.facts.get("origin") == "standby":
        return Notice(NoticeKind.MOVED_TO_YOU, notice.roles)
    if notice is not None and notice.kind is NoticeKind.SUPPLY_SHORT and event.facts.get("is_repair"):
        return Notice(NoticeKind.SUPPLY_REPAIRED, notice.roles)
    if notice is not None and notice.kind is NoticeKind.LINES_UNDECIDED and event.facts.get("about") == "more_needed":
        return Notice(NoticeKind.NEED_UNDECIDED, notice.roles)
    is_own_doing = event.facts.get("withdrawer") == "cooperative" or event.facts.get("status") == "withdrawn"
    if notice is not None and notice.kind in _OF_OTHERS and is_own_doing:
        return None  # the cooperative knows what it did itself
    if notice is not None and notice.kind is NoticeKind.PURCHASE_CUT and not event.facts.get("cut_lines"):
        return None  # all is sold as it was asked for
    return notice


def note_sent(notification: Notification, now: datetime) -> None:
    """Note that a message is on its way to the person."""
    notification.status = transition(
        NOTIFICATION_TRANSITIONS, notification.status, NotificationStatus.SENT, what="notification"
    )
    notification.sent_at, notification.last_error = now, None


def note_failed(notification: Notification, now: datetime, *, error: str, is_final: bool, chance: float) -> None:
    """Note that a message could not be sent: try it later, or give it up.

    Parameters
    ----------
    is_final
        Whether trying again is of no use, as with a number that does not exist.
    chance
        0 to 1: the wait is between half and all of the full one.
    """
    if is_final or notification.attempts >= MOST_ATTEMPTS or now - notification.created_at >= TOO_OLD_AFTER:
        give_up(notification, error)
        return
    notification.last_error = error[:300]
    notification.send_at = now + FIRST_WAIT * int(2 ** min(notification.attempts, 10)) * (0.5 + chance / 2)


def give_up(notification: Notification, error: str) -> None:
    """Note that a message is not tried again, and why."""
    notification.status = transition(
        NOTIFICATION_TRANSITIONS, notification.status, NotificationStatus.FAILED, what="notification"
    )
    notification.last_error = error[:300]
