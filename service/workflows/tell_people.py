"""People are told of an event: who, on which channels, in which words, and when."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.database.queries.notifications import add_notifications, people_of, people_of_city, timezones
from service.database.unit_of_work import UnitOfWork
from service.domain.answer_links import LINK_PATH, AnswerLink, token_of
from service.domain.contacts import Channel, Contact, channels_of, send_at
from service.domain.events import Event
from service.domain.notifications import CITY_KINDS, CITY_ROLES, Notice, Notification, NotificationStatus, notice_of
from service.domain.people import User
from service.notifications.texts import text_of
from service.workflows.message_facts import MessageFacts, facts_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Linking:
    """What links in messages are made of: where people reach the service, and its secret."""

    public_url: str
    service_secret: str

    def words_for(self, user: User, facts: MessageFacts, *, is_shown: bool) -> dict[str, str]:
        """Return the words of a link: to a page that tells all, or one that takes all that waits of an order.

        A message on the screen takes nothing by itself: whoever has logged in has the order's page, and programs with
        a key read these messages too.
        """
        if facts.page is not None:
            return {"link": f"\nSelengkapnya: {self.public_url.rstrip('/')}{facts.page}"}
        if is_shown or facts.order_id is None or facts.useful_until is None:
            return {}
        token = token_of(AnswerLink(user.id, facts.order_id, None, facts.useful_until), self.service_secret)
        return {"link": f"\nSanggup semua? Tekan: {self.public_url.rstrip('/')}/api/v1{LINK_PATH}{token}"}


async def tell_people(work: UnitOfWork, events: Sequence[Event], linking: Linking | None = None) -> None:
    """Write the messages of events, one for each person and channel; each stands on the person's screen in any case."""
    heard = [(event, notice) for event in events if event.region_code and (notice := notice_of(event)) is not None]
    zones = await timezones(work.session) if heard else {}
    for event, notice in heard:
        people = await _people(work, event, notice)
        if people:
            zone = zones[str(event.region_code)]
            try:
                facts = await facts_of(work.session, event, notice.kind, zone)
            except (KeyError, TypeError, ValueError):
                # An event without what its text needs must not keep everybody from hearing of all others.
                logger.exception("event_not_understood", extra={"event_id": str(event.id), "event_type": event.type})
                continue
            await add_notifications(
                work.session, _notifications(work, event, notice, people, facts, zone=zone, linking=linking)
            )


async def _people(work: UnitOfWork, event: Event, notice: Notice) -> list[tuple[User, Contact | None]]:
    if notice.kind not in CITY_KINDS:
        return await people_of(work.session, event.concerns, notice.roles)
    of_city = await people_of_city(work.session, str(event.region_code), notice.roles & CITY_ROLES)
    return [*of_city, *await people_of(work.session, event.concerns, notice.roles - CITY_ROLES)]


def _notifications(
    work: UnitOfWork,
    event: Event,
    notice: Notice,
    people: Sequence[tuple[User, Contact | None]],
    facts: MessageFacts,
    *,
    zone: str,
    linking: Linking | None,
) -> Iterator[Notification]:
    for user, contact in people:
        due = send_at(contact, work.now, timezone=zone, is_urgent=notice.is_urgent, useful_until=facts.useful_until)
        for channel in channels_of(contact):
            is_shown = channel is Channel.SCREEN
            link = linking.words_for(user, facts, is_shown=is_shown) if linking else {}
            subject, text = text_of(notice.kind, {**facts.words, **link})
            yield Notification(
                id=work.new_id(),
                created_at=work.now,
                region_code=user.region_code,
                event_id=event.id,
                user_id=user.id,
                channel=channel,
                kind=notice.kind,
                subject=subject,
                text=text,
                status=NotificationStatus.SENT if is_shown else NotificationStatus.WAITING,
                send_at=work.now if is_shown else due,
                sent_at=work.now if is_shown else None,
            )
