"""Messages to people are handed to the mail server and the message gateway."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from service.database.queries.notifications import hold_notification, hold_too_old, take_due_notifications
from service.database.unit_of_work import UnitsOfWork
from service.domain.contacts import Channel, Contact, channels_of
from service.domain.notifications import Notification, give_up, note_failed, note_sent
from service.notifications.messages import Message, NotSent
from service.telemetry import correlated

logger = logging.getLogger(__name__)

NOT_CARRIED: Final = "nobody carried it in time"


class Carrier(Protocol):
    """Hands a message over to whoever brings it to the person."""

    async def send(self, message: Message) -> None:
        """Hand it over, or raise ``NotSent``."""


@dataclass(frozen=True, slots=True)
class Sending:
    """What sending needs from outside: a carrier for each channel that is set up, and chance (0 to 1)."""

    carriers: Mapping[Channel, Carrier]
    chance: Callable[[], float]


@dataclass(frozen=True, slots=True)
class _Attempt:
    notification_id: UUID
    number: int
    channel: Channel
    message: Message | None
    """``None`` if the person gave up the address or the channel meanwhile, or was erased."""
    correlation_id: str | None
    """Of the request or job that made the event."""


async def send_notifications(units: UnitsOfWork, sending: Sending) -> int:
    """Send the messages whose time has come; no transaction is open meanwhile.

    Without carriers they wait. What has waited for two days is given up, whether or not there is a carrier for it by
    now: nobody wants the orders of last month on the phone on the day on which a gateway is set up.

    A worker that dies leaves its messages to be taken again after two minutes, with the same id: a gateway that knows
    ids brings them once, a mail program shows one.

    Returns
    -------
    int
        How many were tried.
    """
    async with units.begin() as work:
        for notification in await hold_too_old(work.session, work.now):
            give_up(notification, NOT_CARRIED)
    if not sending.carriers:
        return 0
    async with units.begin() as work:
        taken = await take_due_notifications(work.session, work.now, sending.carriers)
        attempts = [_attempt(*one) for one in taken]
    results = await asyncio.gather(*(_send(sending, attempt) for attempt in attempts))
    for attempt, failure in zip(attempts, results, strict=True):
        async with units.begin() as work:
            held = await hold_notification(work.session, attempt.notification_id, attempt.number)
            if held is None:
                continue
            if failure is None:
                note_sent(held, work.now)
            else:
                note_failed(held, work.now, error=str(failure), is_final=failure.is_final, chance=sending.chance())
    return len(attempts)


def _attempt(notification: Notification, contact: Contact | None, correlation_id: str | None) -> _Attempt:
    to = None
    if contact is not None and notification.channel in channels_of(contact):
        to = contact.phone if notification.channel is Channel.PHONE else contact.email
    message = Message(str(notification.id), to, notification.subject, notification.text) if to else None
    return _Attempt(notification.id, notification.attempts, notification.channel, message, correlation_id)


async def _send(sending: Sending, attempt: _Attempt) -> NotSent | None:
    with correlated(attempt.correlation_id):
        failure = await _hand_over(sending, attempt)
        facts = {"notification_id": str(attempt.notification_id), "attempt": attempt.number}
        logger.info("message_sent" if failure is None else "message_not_sent", extra=facts)
    return failure


async def _hand_over(sending: Sending, attempt: _Attempt) -> NotSent | None:
    if attempt.message is None:
        return NotSent("the person is not reached there any more", is_final=True)
    try:
        await sending.carriers[attempt.channel].send(attempt.message)
    except NotSent as failure:
        return failure
    return None
