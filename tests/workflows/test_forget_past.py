"""What is over is deleted when its time is past, and nothing before it or that still waits."""

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from service.database.engine import conninfo, create_engine, create_sessions
from service.database.queries import retention as queries
from service.database.unit_of_work import UnitsOfWork
from service.domain.contacts import Channel
from service.domain.events import Event
from service.domain.notifications import NoticeKind, Notification, NotificationStatus
from service.domain.organisations import OrganisationKind
from service.domain.people import LoginSession, Role
from service.domain.retention import Retention
from service.domain.webhooks import (
    EndpointStatus,
    WebhookDelivery,
    WebhookDeliveryStatus,
    WebhookEndpoint,
    new_delivery,
)
from service.jobs.app import Jobs
from service.workflows.forget_past import forget_past
from tests.factories.webhooks import new_endpoint, new_event
from tests.factories.worlds import add_world

NOW = datetime.now(UTC)
KEEP = Retention(logins_days=30, messages_days=180, events_days=400)


def ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


@pytest.fixture
async def units(fresh_database: str) -> AsyncIterator[UnitsOfWork]:
    engine = create_engine(fresh_database)
    yield UnitsOfWork(create_sessions(engine), Jobs(conninfo(fresh_database)), clock=lambda: NOW)
    await engine.dispose()


async def kept(units, *columns):
    async with units.begin() as work:
        return sorted((await work.session.execute(sa.select(*columns))).all())


async def test_logins_go_thirty_days_after_they_ended(units, person):
    ends = [(ago(29), None), (ago(31), None), (NOW + timedelta(hours=1), ago(31)), (NOW + timedelta(hours=1), None)]
    async with units.begin() as work:
        work.session.add_all(
            LoginSession(
                id=uuid.uuid4(),
                created_at=ago(60),
                user_id=person.id,
                token_hash=str(number),
                expires_at=expires,
                revoked_at=revoked,
            )
            for number, (expires, revoked) in enumerate(ends)
        )
    assert (await forget_past(units, KEEP))["logins"] == 2
    assert await kept(units, LoginSession.token_hash) == [("0",), ("3",)]


async def test_messages_go_after_half_a_year_unless_they_wait_and_then_their_events(
    units, person, endpoint, monkeypatch
):
    monkeypatch.setattr(queries, "AT_ONCE", 3)
    async with units.begin() as work:
        for days in (500, 490, 480, 470, 460, 450, 390, 179, 1):
            event = new_event(person, at=ago(days), facts={"days": days})
            work.session.add(event)
            await work.session.flush()
            sent = WebhookDeliveryStatus.PENDING if days == 490 else WebhookDeliveryStatus.DELIVERED
            delivery = new_delivery(endpoint, event, delivery_id=uuid.uuid4(), now=ago(days))
            delivery.status = sent
            status = NotificationStatus.WAITING if days == 480 else NotificationStatus.SENT
            work.session.add_all([delivery, notification(person, event, status)])
    assert await forget_past(units, KEEP) == {
        "logins": 0,
        "invitations": 0,
        "notifications": 6,
        "webhook_deliveries": 6,
        "events": 4,
    }
    days = Event.facts["days"].as_integer()
    assert await kept(units, days) == [(1,), (179,), (390,), (480,), (490,)]
    assert sum((await forget_past(units, KEEP)).values()) == 0


async def test_events_that_messages_name_do_not_keep_later_ones(units, person, endpoint, monkeypatch):
    monkeypatch.setattr(queries, "AT_ONCE", 2)
    async with units.begin() as work:
        events = [new_event(person, at=ago(days)) for days in (500, 490, 480, 470, 460, 450, 1)]
        for event in events:
            work.session.add(event)
            await work.session.flush()
        waiting = [new_delivery(endpoint, event, delivery_id=uuid.uuid4(), now=NOW) for event in events[:3]]
        work.session.add_all(waiting)
    assert (await forget_past(units, KEEP))["events"] == 3
    assert await kept(units, Event.at) == [(ago(500),), (ago(490),), (ago(480),), (ago(1),)]


async def test_messages_to_an_address_that_is_used_no_more_go_like_all_others(units, person, endpoint):
    async with units.begin() as work:
        for days in (190, 1):
            event = new_event(person, at=ago(days))
            work.session.add(event)
            await work.session.flush()
            work.session.add(new_delivery(endpoint, event, delivery_id=uuid.uuid4(), now=ago(days)))
    assert (await forget_past(units, KEEP))["webhook_deliveries"] == 0
    async with units.begin() as work:
        (await work.session.get_one(WebhookEndpoint, endpoint.id)).status = EndpointStatus.DISABLED
    assert (await forget_past(units, KEEP))["webhook_deliveries"] == 1
    assert await kept(units, WebhookDelivery.created_at) == [(ago(1),)]


def notification(person, event, status) -> Notification:
    return Notification(
        id=uuid.uuid4(),
        created_at=event.at,
        region_code=person.region_code,
        event_id=event.id,
        user_id=person.id,
        channel=Channel.EMAIL,
        kind=NoticeKind.NEW_ORDER,
        subject="s",
        text="t",
        status=status,
        send_at=event.at,
    )


async def test_a_young_event_cannot_be_deleted_by_anybody(units, person):
    async with units.begin() as work:
        work.session.add_all([new_event(person, at=ago(89)), new_event(person, at=ago(91))])
    with pytest.raises(IntegrityError, match="only appended"):
        async with units.begin() as work:
            await work.session.execute(sa.delete(Event))
    async with units.begin() as work:
        gone = await work.session.execute(sa.delete(Event).where(Event.at < ago(90)))
        assert gone.rowcount == 1


@pytest.fixture
async def world(units):
    async with units.begin() as work:
        return await add_world(work.session)


@pytest.fixture
async def person(units, world):
    async with units.begin() as work:
        await work.session.execute(sa.delete(LoginSession))
    return world.users[Role.COOP_OFFICER]


@pytest.fixture
async def endpoint(units, world):
    row = new_endpoint(world.organisations[OrganisationKind.COOPERATIVE])
    async with units.begin() as work:
        work.session.add(row)
    return row
