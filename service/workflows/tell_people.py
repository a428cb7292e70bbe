"""People are told of an event: who, on which channels, in which words, and when."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from service.database.queries.notifications import Reader, add_notifications, people_of, people_of_cities, timezones
from service.database.unit_of_work import UnitOfWork
from service.domain.answer_links import LINK_PATH, AnswerLink, token_of
from service.domain.contacts import Channel, channels_of, send_at
from service.domain.events import Event
from service.domain.notifications import CITY_KINDS, CITY_ROLES, Notice, Notification, NotificationStatus, notice_of
from service.domain.people import User
from service.notifications.texts import text_of
from service.workflows.message_facts import MessageFacts, facts_of, lines_of_events

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


Heard = Sequence[tuple[Event, Notice]]
"""Events of which people are told, each with who is told and how urgently."""


@dataclass(frozen=True, slots=True)
class Readers:
    """Whoever may be told of some events, read once for all of them."""

    of_member: Mapping[UUID, Sequence[Reader]]
    of_city: Mapping[str, Sequence[Reader]]

    def of(self, event: Event, notice: Notice) -> list[Reader]:
        """Return who is told of an event: the city's people first, then each organisation's it concerns, by id."""
        is_citys = notice.kind in CITY_KINDS
        roles = notice.roles - CITY_ROLES if is_citys else notice.roles
        city = self.of_city.get(str(event.region_code), ()) if is_citys else ()
        own = [one for key in set(event.concerns) for one in self.of_member.get(key, ()) if one[0].role in roles]
        return [one for one in city if one[0].role in notice.roles] + sorted(own, key=lambda one: one[0].id)


async def tell_people(work: UnitOfWork, events: Sequence[Event], linking: Linking | None = None) -> None:
    """Write the messages of events, one for each person and channel; each stands on the person's screen in any case."""
    heard = [(event, notice) for event in events if event.region_code and (notice := notice_of(event)) is not None]
    if not heard:
        return
    zones = await timezones(work.session)
    readers = await _readers(work, heard)
    lines = await lines_of_events(work.session, ((event, notice.kind) for event, notice in heard))
    written: list[Notification] = []
    for event, notice in heard:
        people = readers.of(event, notice)
        if people:
            zone = zones[str(event.region_code)]
            try:
                facts = await facts_of(work.session, event, notice.kind, zone, lines)
            except (KeyError, TypeError, ValueError):
                # An event without what its text needs must not keep everybody from hearing of all others.
                logger.exception("event_not_understood", extra={"event_id": str(event.id), "event_type": event.type})
                continue
            written += _notifications(work, event, notice, people, facts, zone=zone, linking=linking)
    await add_notifications(work.session, written)


async def _readers(work: UnitOfWork, heard: Heard) -> Readers:
    cities = {str(event.region_code) for event, notice in heard if notice.kind in CITY_KINDS}
    return Readers(
        of_member=await people_of(work.session, {key for event, _ in heard for key in event.concerns}),
        of_city=await people_of_cities(work.session, cities, CITY_ROLES) if cities else {},
    )


def _notifications(
    work: UnitOfWork,
    event: Event,
    notice: Notice,
    people: Sequence[Reader],
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
