"""Webhooks: addresses of programs that hear what happened, and every message to them until it has arrived."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from service.domain.errors import TooManyWebhooks
from service.domain.events import Event, EventType
from service.domain.faults import Faults
from service.domain.status import Transitions, transition
from service.domain.tables import UTC_INSTANT, Entity, Row, one_of

MOST_ENDPOINTS = 20
"""Of an organisation: each is one more message for every event that it hears of."""
MOST_ATTEMPTS = 12
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)
GIVEN_UP_AFTER = timedelta(days=5)
"""An address that nothing reached for so long is disabled."""

SENT_WITHIN = timedelta(minutes=2)
"""A message taken by a worker that then died is tried again after this."""

OUR_ENDINGS: Final = frozenset({"localhost", "local", "internal", "lan", "home", "intranet"})
"""Names that mean a machine of somebody's own network wherever they are read."""


class EndpointStatus(StrEnum):
    ACTIVE = "active"
    DISABLED = "disabled"


ENDPOINT_TRANSITIONS: Transitions[EndpointStatus] = {
    EndpointStatus.ACTIVE: frozenset({EndpointStatus.DISABLED}),
    EndpointStatus.DISABLED: frozenset({EndpointStatus.ACTIVE}),
}


class WebhookDeliveryStatus(StrEnum):
    """``dead``: given up; somebody may send it again."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"


WEBHOOK_DELIVERY_TRANSITIONS: Transitions[WebhookDeliveryStatus] = {
    WebhookDeliveryStatus.PENDING: frozenset({WebhookDeliveryStatus.DELIVERED, WebhookDeliveryStatus.DEAD}),
    WebhookDeliveryStatus.DELIVERED: frozenset({WebhookDeliveryStatus.PENDING}),
    WebhookDeliveryStatus.DEAD: frozenset({WebhookDeliveryStatus.PENDING}),
}


class WebhookEndpoint(Entity, table=True):
    """Where a program of an organisation listens; without event types it hears all that concerns it."""

    __table_args__ = (sa.Index("ix_webhook_endpoint_organisation", "organisation_id", "created_at", "id"),)
    region_code: str = Field(foreign_key="region.code")
    organisation_id: UUID = Field(foreign_key="organisation.id")
    is_citys: bool = Field(default=False)
    """The city office hears everything of its region."""
    url: str = Field(max_length=500)
    event_types: list[str] = Field(default_factory=list, sa_type=JSONB)
    status: EndpointStatus = Field(sa_type=one_of(EndpointStatus))
    failing_since: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    removed_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)


class WebhookDelivery(Row, table=True):
    """One event on its way to one address; messages of one entity arrive in the order of their ``sequence``."""

    __table_args__ = (
        sa.UniqueConstraint("endpoint_id", "event_id"),
        sa.CheckConstraint("attempts >= 0", name="attempts_positive"),
        sa.Index("ix_webhook_delivery_due", "next_attempt_at", postgresql_where=sa.text("status = 'pending'")),
        sa.Index(
            "ix_webhook_delivery_waiting",
            "endpoint_id",
            "entity",
            "entity_id",
            "sequence",
            postgresql_where=sa.text("status = 'pending'"),
        ),
        sa.Index("ix_webhook_delivery_endpoint", "endpoint_id", "created_at", "id"),
        sa.Index("ix_webhook_delivery_event", "event_id"),
    )
    id: UUID = Field(primary_key=True)
    created_at: datetime = Field(sa_type=UTC_INSTANT)
    region_code: str = Field(foreign_key="region.code")
    endpoint_id: UUID = Field(foreign_key="webhook_endpoint.id")
    event_id: UUID = Field(foreign_key="event.id")
    sequence: int = Field(sa_type=sa.BigInteger)
    event_type: str = Field(max_length=60)
    entity: str = Field(max_length=40)
    entity_id: str = Field(max_length=60)
    status: WebhookDeliveryStatus = Field(sa_type=one_of(WebhookDeliveryStatus))
    attempts: int = Field(default=0)
    next_attempt_at: datetime = Field(sa_type=UTC_INSTANT)
    delivered_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    last_status_code: int | None = None
    last_response: str | None = Field(default=None, max_length=500)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt: the status that was answered (``None``: nothing was), and how the answer begins."""

    status_code: int | None
    response: str

    @property
    def has_arrived(self) -> bool:
        """A status of the two hundreds says so; nothing else does, a redirection neither."""
        return self.status_code is not None and 200 <= self.status_code < 300  # noqa: PLR2004


def endpoint_secret(service_secret: str, endpoint_id: UUID) -> str:
    """Return what an address's messages are signed with; made from the service's own secret, so it is kept nowhere."""
    digest = hmac.new(service_secret.encode(), b"webhook:" + endpoint_id.bytes, hashlib.sha256).digest()
    return "whsec_" + base64.b64encode(digest).decode()


def require_endpoint(*, url: str, event_types: Iterable[str], allows_private: bool) -> None:
    """Refuse an address that nothing may be sent to, and types that do not exist.

    Raises
    ------
    InvalidField
        With every fault.
    """
    faults = Faults()
    try:
        parts = urlsplit(url)
        is_sound = bool(parts.hostname) and parts.username is None and not parts.fragment and parts.port != 0
    except ValueError:
        is_sound = False
        parts = urlsplit("")
    schemes = ("https", "http") if allows_private else ("https",)
    if not is_sound or parts.scheme not in schemes:
        faults.add("url", "invalid_url", "A web address that begins with https://, without a user name or #fragment.")
    elif not allows_private and is_ours(parts.hostname or ""):
        faults.add("url", "private_url", "A machine of the public internet, by its full name.")
    known = {event_type.value for event_type in EventType}
    unknown = sorted(set(event_types) - known)
    if unknown:
        faults.add(
            "event_types", "unknown", f"No such events: {', '.join(unknown)}. Known: {', '.join(sorted(known))}."
        )
    faults.raise_any()


def require_room_for_endpoint(count: int) -> None:
    """Refuse one more address beside so many of the organisation.

    Raises
    ------
    TooManyWebhooks
        With how many there may be.
    """
    if count >= MOST_ENDPOINTS:
        raise TooManyWebhooks(f"There are {count} webhooks; remove one first.", count=count, most=MOST_ENDPOINTS)


def is_ours(host: str) -> bool:
    """Tell whether an address says by itself that it is none of the public internet; others are looked up when sent."""
    try:
        return not ipaddress.ip_address(host.partition("%")[0]).is_global
    except ValueError:
        last = host.rstrip(".").rpartition(".")
        return not last[0] or last[2].isdigit() or last[2].lower() in OUR_ENDINGS


def hears(endpoint: WebhookEndpoint, event: Event) -> bool:
    """Tell whether an event is for an address: of its region and, the city's aside, of concern to its organisation."""
    if endpoint.event_types and event.type not in endpoint.event_types:
        return False
    if event.region_code is None:
        return True
    if event.region_code != endpoint.region_code:
        return False
    return endpoint.is_citys or endpoint.organisation_id in event.concerns


def new_delivery(endpoint: WebhookEndpoint, event: Event, *, delivery_id: UUID, now: datetime) -> WebhookDelivery:
    """Return the message of an event to an address, due at once."""
    return WebhookDelivery(
        id=delivery_id,
        created_at=now,
        region_code=endpoint.region_code,
        endpoint_id=endpoint.id,
        event_id=event.id,
        sequence=event.sequence,
        event_type=event.type,
        entity=event.entity,
        entity_id=event.entity_id,
        status=WebhookDeliveryStatus.PENDING,
        next_attempt_at=now,
    )


def message_of(event: Event) -> dict[str, Any]:
    """Return what a program is told of an event."""
    return {
        "id": str(event.id),
        "type": event.type,
        "timestamp": event.at.isoformat(),
        "sequence": event.sequence,
        "region_code": event.region_code,
        "entity": event.entity,
        "entity_id": event.entity_id,
        "data": event.facts,
    }


def wait_after(attempts: int, *, chance: float) -> timedelta:
    """Return how long to wait after so many failed attempts: doubling, at most six hours, spread by chance.

    Parameters
    ----------
    attempts
        1 or more.
    chance
        0 to 1, of a random source: the wait is between half and all of the full one.
    """
    full: timedelta = min(FIRST_WAIT * int(2 ** min(attempts - 1, 20)), LONGEST_WAIT)
    return full * (0.5 + chance / 2)


def note_arrival(endpoint: WebhookEndpoint, delivery: WebhookDelivery, now: datetime) -> None:
    """Note that a message has arrived, and that its address is well."""
    target = WebhookDeliveryStatus.DELIVERED
    delivery.status = transition(WEBHOOK_DELIVERY_TRANSITIONS, delivery.status, target, what="webhook delivery")
    delivery.delivered_at = now
    endpoint.failing_since = None


def note_failure(endpoint: WebhookEndpoint, delivery: WebhookDelivery, now: datetime, *, chance: float) -> bool:
    """Note that a message did not arrive: try it later or give it up; tell whether the address is disabled now."""
    if delivery.attempts >= MOST_ATTEMPTS:
        target = WebhookDeliveryStatus.DEAD
        delivery.status = transition(WEBHOOK_DELIVERY_TRANSITIONS, delivery.status, target, what="webhook delivery")
    else:
        delivery.next_attempt_at = now + wait_after(delivery.attempts, chance=chance)
    endpoint.failing_since = endpoint.failing_since or now
    if endpoint.status is EndpointStatus.ACTIVE and now - endpoint.failing_since >= GIVEN_UP_AFTER:
        endpoint.status = transition(ENDPOINT_TRANSITIONS, endpoint.status, EndpointStatus.DISABLED, what="webhook")
        return True
    return False


def send_again(delivery: WebhookDelivery, now: datetime) -> None:
    """Let a message that arrived or was given up go out once more.

    Raises
    ------
    IllegalTransition
        If it is on its way.
    """
    target = WebhookDeliveryStatus.PENDING
    delivery.status = transition(WEBHOOK_DELIVERY_TRANSITIONS, delivery.status, target, what="webhook delivery")
    delivery.attempts, delivery.next_attempt_at = 0, now


def set_status(endpoint: WebhookEndpoint, status: EndpointStatus) -> None:
    """Disable an address, or try it afresh.

    Raises
    ------
    IllegalTransition
        If it is so already.
    """
    endpoint.status = transition(ENDPOINT_TRANSITIONS, endpoint.status, status, what="webhook")
    endpoint.failing_since = None
