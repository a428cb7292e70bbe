"""Messages to programs are sent, tried again with longer and longer waits, and given up in the end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from service.database.queries.webhooks import hold_attempt, take_due_deliveries
from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.events import EventType
from service.domain.webhooks import Outcome, WebhookEndpoint, endpoint_secret, message_of, note_arrival, note_failure
from service.telemetry import correlated, current_correlation_id

logger = logging.getLogger(__name__)


class WebhookSender(Protocol):
    """Brings one signed message to an address; whatever goes wrong is an outcome."""

    async def send(self, url: str, *, secret: str, message: Mapping[str, Any], now: datetime) -> Outcome:
        """Send the message and tell what was answered."""


@dataclass(frozen=True, slots=True)
class Delivering:
    """What sending needs from outside: the way, the service's secret, and chance (0 to 1)."""

    sender: WebhookSender
    service_secret: str
    chance: Callable[[], float]


@dataclass(frozen=True, slots=True)
class _Attempt:
    delivery_id: UUID
    number: int
    url: str
    secret: str
    message: Mapping[str, Any]
    correlation_id: str
    """Of the request or job that made the event; without one, of the job that sends."""


async def deliver_webhooks(units: UnitsOfWork, delivering: Delivering) -> int:
    """Send the messages whose time has come; no transaction is open meanwhile.

    A worker that dies leaves its messages to be taken again after two minutes: a program may hear one twice, with the
    same id, but never a later one of an entity before an earlier one.

    Returns
    -------
    int
        How many were tried.
    """
    async with units.begin() as work:
        attempts = [
            _Attempt(
                delivery.id,
                delivery.attempts,
                endpoint.url,
                endpoint_secret(delivering.service_secret, endpoint.id),
                message_of(event),
                event.correlation_id or current_correlation_id(),
            )
            for delivery, endpoint, event in await take_due_deliveries(work.session, work.now)
        ]
        now = work.now
    outcomes = await asyncio.gather(*(_send(delivering.sender, attempt, now) for attempt in attempts))
    for attempt, outcome in zip(attempts, outcomes, strict=True):
        async with units.begin(correlation_id=attempt.correlation_id) as work:
            await _note(work, attempt, outcome, chance=delivering.chance())
    return len(attempts)


async def _send(sender: WebhookSender, attempt: _Attempt, now: datetime) -> Outcome:
    with correlated(attempt.correlation_id):
        outcome = await sender.send(attempt.url, secret=attempt.secret, message=attempt.message, now=now)
        facts = {"delivery_id": str(attempt.delivery_id), "event_id": attempt.message["id"], "attempt": attempt.number}
        logger.info("webhook_sent", extra={**facts, "status": outcome.status_code, "arrived": outcome.has_arrived})
    return outcome


async def _note(work: UnitOfWork, attempt: _Attempt, outcome: Outcome, *, chance: float) -> None:
    held = await hold_attempt(work.session, attempt.delivery_id, attempt.number)
    if held is None:
        return
    delivery, endpoint = held
    delivery.last_status_code, delivery.last_response = outcome.status_code, outcome.response
    if outcome.has_arrived:
        note_arrival(endpoint, delivery, work.now)
    elif note_failure(endpoint, delivery, work.now, chance=chance):
        _announce_disabled(work, endpoint)
    await work.session.flush()


def _announce_disabled(work: UnitOfWork, endpoint: WebhookEndpoint) -> None:
    after = {"status": endpoint.status.value}
    work.record("webhook.disable", "webhook", endpoint.id, region_code=endpoint.region_code, after=after)
    work.announce(
        EventType.WEBHOOK_DISABLED,
        entity="webhook",
        entity_id=endpoint.id,
        region_code=endpoint.region_code,
        concerns=[endpoint.organisation_id],
        facts={"url": endpoint.url, "failing_since": endpoint.failing_since},
    )
