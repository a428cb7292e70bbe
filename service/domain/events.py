"""What happened, in the past tense: appended with every change, never changed, told to whom it concerns."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from service.domain.tables import UTC_INSTANT, Row


class EventType(StrEnum):
    """Noun and past participle; stable, since programs subscribe to them."""

    CATALOGUE_LOADED = "catalogue.loaded"
    DECISION_NEEDED = "decision.needed"
    DECISION_REMINDED = "decision.reminded"
    DELIVERY_NOTED = "delivery.noted"
    DELIVERY_DISPATCHED = "delivery.dispatched"
    DELIVERY_WEIGHED = "delivery.weighed"
    DELIVERY_NOT_LEFT = "delivery.not_left"
    DELIVERY_OVERDUE = "delivery.overdue"
    DELIVERY_UNWEIGHED = "delivery.unweighed"
    DELIVERY_LOWERED = "delivery.lowered"
    DOCUMENT_ADDED = "document.added"
    FORECAST_CORRECTED = "forecast.corrected"
    FORECAST_DRAFTED = "forecast.drafted"
    FORECAST_CHANGED = "forecast.changed"
    FORECAST_MISSING = "forecast.missing"
    FORECAST_SUBMITTED = "forecast.submitted"
    FORECAST_WITHDRAWN = "forecast.withdrawn"
    MENU_DAY_ADDED = "menu_day.added"
    OFFER_PUBLISHED = "offer.published"
    OFFER_MISSING = "offer.missing"
    OFFER_CHANGED = "offer.changed"
    OFFER_WITHDRAWN = "offer.withdrawn"
    ORDER_SENT = "order.sent"
    ORDER_REMINDED = "order.reminded"
    ORDER_ANSWERED = "order.answered"
    ORDER_ANSWERS_UNDONE = "order.answers_undone"
    ORDER_EXPIRED = "order.expired"
    ORDER_WITHDRAWN = "order.withdrawn"
    INVOICE_ISSUED = "invoice.issued"
    INVOICE_OVERDUE = "invoice.overdue"
    INVOICE_PAID = "invoice.paid"
    INVOICE_PAYMENT_REVERSED = "invoice.payment_reversed"
    INVOICE_REFUNDED = "invoice.refunded"
    INVOICE_REFUND_OVERDUE = "invoice.refund_overdue"
    INVOICE_REFUND_REVERSED = "invoice.refund_reversed"
    CREDIT_NOTE_ISSUED = "credit_note.issued"
    LINE_MOVED = "line.moved"
    LINE_LEFT_SHORT = "line.left_short"
    ORGANISATION_ADMITTED = "organisation.admitted"
    ORGANISATION_CHANGED = "organisation.changed"
    ORGANISATION_STATUS_CHANGED = "organisation.status_changed"
    ORGANISATION_CAPACITY_SET = "organisation.capacity_set"
    ORGANISATION_CLOSED_DAY_SET = "organisation.closed_day_set"
    PLAN_PROPOSED = "plan.proposed"
    PLAN_PUBLISHED = "plan.published"
    PLAN_SUPERSEDED = "plan.superseded"
    PLAN_DISCARDED = "plan.discarded"
    PLAN_HELD_BACK = "plan.held_back"
    POLICY_PUBLISHED = "policy.published"
    PRICE_CAP_ADDED = "price_cap.added"
    PRICE_CAP_ENDED = "price_cap.ended"
    PRICE_PROPOSED = "price.proposed"
    PRICE_DECIDED = "price.decided"
    PRICE_EXCEPTION_GRANTED = "price_exception.granted"
    PRICE_EXCEPTION_REVOKED = "price_exception.revoked"
    PURCHASE_SENT = "purchase.sent"
    PURCHASE_ANSWERED = "purchase.answered"
    PURCHASE_OVERDUE = "purchase.overdue"
    PURCHASE_PAID = "purchase.paid"
    PURCHASE_PAYMENT_REVERSED = "purchase.payment_reversed"
    RECALL_OPENED = "recall.opened"
    RECALL_WIDENED = "recall.widened"
    RECALL_CONFIRMED = "recall.confirmed"
    RECALL_CLOSED = "recall.closed"
    RECALL_REMINDED = "recall.reminded"
    RECALL_UNANSWERED = "recall.unanswered"
    RECEIPT_PHOTO_ADDED = "receipt.photo_added"
    RECEIPT_SIGNATURE_TAKEN_BACK = "receipt.signature_taken_back"
    RECEIPT_UNSIGNED = "receipt.unsigned"
    RECEIPT_SIGNED = "receipt.signed"
    RECIPE_CREATED = "recipe.created"
    REGION_FOUNDED = "region.founded"
    REPAIR_GIVEN_UP = "repair.given_up"
    RUN_STARTED = "run.started"
    RUN_CANCELLED = "run.cancelled"
    RUN_RECOVERED = "run.recovered"
    RUN_SUCCEEDED = "run.succeeded"
    RUN_FAILED = "run.failed"
    SUPPLY_PLANNED = "supply.planned"
    STOCK_PUBLISHED = "stock.published"
    STOCK_CHANGED = "stock.changed"
    STOCK_WITHDRAWN = "stock.withdrawn"
    USER_CREATED = "user.created"
    USER_CONTACT_SET = "user.contact_set"
    USER_DEACTIVATED = "user.deactivated"
    USER_ERASED = "user.erased"
    USER_INVITED = "user.invited"
    USER_SECOND_FACTOR_SET = "user.second_factor_set"
    USER_SECOND_FACTOR_REMOVED = "user.second_factor_removed"
    WEBHOOK_ADDED = "webhook.added"
    WEBHOOK_CHANGED = "webhook.changed"
    WEBHOOK_DISABLED = "webhook.disabled"
    WEBHOOK_REMOVED = "webhook.removed"
    WEBHOOK_TESTED = "webhook.tested"


class Event(Row, table=True):
    """One thing that happened.

    ``sequence`` is its place in the order in which events are read; ``concerns`` are the organisations that may hear
    of it, beside the city of its region. Without a region it belongs to the catalogue of all.
    """

    __table_args__ = (
        sa.UniqueConstraint("sequence"),
        sa.Index("ix_event_region_sequence", "region_code", "sequence"),
        sa.Index("ix_event_thing", "entity", "entity_id", "sequence"),
    )
    id: UUID = Field(primary_key=True)
    sequence: int = Field(
        default=None, sa_type=sa.BigInteger, sa_column_kwargs={"server_default": sa.text("next_event_sequence()")}
    )
    at: datetime = Field(sa_type=UTC_INSTANT)
    region_code: str | None = Field(default=None, foreign_key="region.code")
    type: str = Field(max_length=60)
    entity: str = Field(max_length=40)
    entity_id: str = Field(max_length=60)
    concerns: list[UUID] = Field(default_factory=list, sa_type=ARRAY(sa.Uuid))
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    actor_user_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    actor_organisation_id: UUID | None = Field(default=None, foreign_key="organisation.id")
    correlation_id: str | None = Field(default=None, max_length=64)


class EventConcern(Row, table=True):
    """One organisation that may hear of one event: what ``concerns`` says, as the database writes it beside."""

    organisation_id: UUID = Field(primary_key=True)
    sequence: int = Field(primary_key=True, sa_type=sa.BigInteger)


class EventReader(Row, table=True):
    """How far a part of the service has read the events."""

    name: str = Field(primary_key=True, max_length=40)
    sequence: int = Field(sa_type=sa.BigInteger)
