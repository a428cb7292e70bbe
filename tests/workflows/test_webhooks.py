"""Messages to programs: signed, in order per entity, tried again, given up, sent again; sent to a real local server."""

import asyncio
import gzip
import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from standardwebhooks import Webhook

from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.events import Event, EventType
from service.domain.webhooks import (
    MOST_ATTEMPTS,
    EndpointStatus,
    Outcome,
    WebhookDelivery,
    WebhookDeliveryStatus,
    WebhookEndpoint,
    endpoint_secret,
    send_again,
    wait_after,
)
from service.notifications.webhooks import HttpWebhookSender
from service.workflows.deliver_webhooks import Delivering, deliver_webhooks
from service.workflows.tell_events import tell_events
from tests.conftest import ROOT, Clock
from tests.factories.webhooks import new_endpoint
from tests.factories.worlds import World, add_world
from tests.workflows.receivers import EndlessReceiver, Receiver, listening, receiving

SECRET = "service-secret"
WORDS = {7: "seven", 14.5: "fourteen and a half"}


@pytest.fixture
async def receiver():
    async with receiving() as receiver:
        yield receiver


@pytest.fixture
async def world(session):
    return await add_world(session)


@pytest.fixture
def delivering():
    return Delivering(HttpWebhookSender(allows_private=True, timeout_s=2), SECRET, lambda: 0.0)


class Dying:
    """A worker that dies while it sends."""

    async def send(self, url, *, secret, message, now):  # noqa: ARG002
        raise InterruptedError


@dataclass
class Slow:
    """A worker that gets an answer when another one has tried already, minutes later."""

    stage: "Stage"

    async def send(self, url, *, secret, message, now):  # noqa: ARG002
        self.stage.clock.advance(minutes=3)
        await deliver_webhooks(self.stage.units, self.stage.delivering)
        return Outcome(500, "Too late")


@dataclass
class Stage:
    """Who and what takes part."""

    work: UnitOfWork
    units: UnitsOfWork
    world: World
    endpoint: WebhookEndpoint
    receiver: Receiver
    clock: Clock
    delivering: Delivering


@pytest.fixture
def stage(work, units, world, endpoint, receiver, clock, delivering):  # noqa: PLR0917
    return Stage(work, units, world, endpoint, receiver, clock, delivering)


@pytest.fixture
async def endpoint(session, world, receiver):
    endpoint = new_endpoint(world.cooperative, url=receiver.url)
    session.add(endpoint)
    await session.flush()
    return endpoint


def announce(work, world, entity_id="a", event_type=EventType.ORDER_SENT, **facts):
    concerns = [world.cooperative.id]
    return work.announce(
        event_type, entity="order", entity_id=entity_id, region_code=world.region_code, concerns=concerns, facts=facts
    )


async def told(work, units, delivering) -> None:
    await work.session.flush()
    await tell_events(units)
    await deliver_webhooks(units, delivering)


async def deliveries(session) -> list[WebhookDelivery]:
    query = sa.select(WebhookDelivery).order_by(WebhookDelivery.sequence).execution_options(populate_existing=True)
    return list(await session.scalars(query))


async def test_a_program_hears_of_an_event_in_a_signed_message(stage):
    stage.clock.now = datetime.now(UTC)
    event = announce(stage.work, stage.world, number="PO-7")

    await told(stage.work, stage.units, Delivering(HttpWebhookSender(allows_private=True), SECRET, lambda: 0.0))

    [(headers, body)] = stage.receiver.received
    message = Webhook(endpoint_secret(SECRET, stage.endpoint.id)).verify(body, headers)
    assert (message["id"], message["type"], message["data"]) == (str(event.id), "order.sent", {"number": "PO-7"})
    assert headers["webhook-id"] == str(event.id)
    [delivery] = await deliveries(stage.work.session)
    assert (delivery.status, delivery.attempts, delivery.last_status_code) == ("delivered", 1, 204)


async def test_each_program_hears_what_concerns_it_and_what_it_asked_for(stage):
    of_city = new_endpoint(stage.world.office, url=stage.receiver.url, is_citys=True, event_types=["order.answered"])
    of_kitchen = new_endpoint(stage.world.kitchen, url=stage.receiver.url)
    stage.work.session.add_all([of_city, of_kitchen])
    announce(stage.work, stage.world)
    announce(stage.work, stage.world, event_type=EventType.ORDER_ANSWERED)
    await stage.work.session.flush()

    await tell_events(stage.units)

    heard = {(one.endpoint_id, one.event_type) for one in await deliveries(stage.work.session)}
    assert heard == {
        (stage.endpoint.id, "order.sent"),
        (stage.endpoint.id, "order.answered"),
        (of_city.id, "order.answered"),
    }


async def test_an_event_is_told_once_however_often_it_is_looked_at(work, units, world, endpoint):
    announce(work, world)
    await work.session.flush()

    assert await tell_events(units) == 1
    assert await tell_events(units) == 0
    assert len(await deliveries(work.session)) == 1


async def test_a_failing_message_holds_up_the_later_ones_of_its_entity_only(stage):
    stage.receiver.answers = {"first": "503 Busy"}
    announce(stage.work, stage.world, "a", step="first")
    announce(stage.work, stage.world, "a", step="second")
    announce(stage.work, stage.world, "b", step="other")

    await told(stage.work, stage.units, stage.delivering)
    await deliver_webhooks(stage.units, stage.delivering)
    assert sorted(json.loads(body)["data"]["step"] for _, body in stage.receiver.received) == ["first", "other"]

    stage.receiver.answers = {}
    stage.clock.advance(seconds=20)
    while await deliver_webhooks(stage.units, stage.delivering):
        pass
    steps = [json.loads(body)["data"]["step"] for _, body in stage.receiver.received]
    assert steps[2:] == ["first", "second"]
    assert {one.status for one in await deliveries(stage.work.session)} == {"delivered"}


async def test_a_message_is_given_up_in_the_end_and_can_be_sent_again(stage):
    stage.receiver.answers = {"order": "500 Broken"}
    announce(stage.work, stage.world)
    await told(stage.work, stage.units, stage.delivering)
    while (await deliveries(stage.work.session))[0].status == WebhookDeliveryStatus.PENDING:
        stage.clock.advance(hours=6)
        await deliver_webhooks(stage.units, stage.delivering)

    [dead] = await deliveries(stage.work.session)
    assert (dead.status, dead.attempts, dead.last_status_code) == ("dead", MOST_ATTEMPTS, 500)

    stage.receiver.answers = {}
    send_again(dead, stage.clock())
    await stage.work.session.flush()
    await deliver_webhooks(stage.units, stage.delivering)
    assert (await deliveries(stage.work.session))[0].status == "delivered"
    assert len({headers["webhook-id"] for headers, _ in stage.receiver.received}) == 1


@pytest.mark.parametrize(
    ("begins", "repeats"),
    [
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\nX-Long: ", b"x"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n", b"x"),
    ],
    ids=["greetings", "status", "header", "body"],
)
async def test_an_answer_without_end_is_not_waited_for(stage, begins, repeats):
    slow = Delivering(HttpWebhookSender(allows_private=True, timeout_s=0.3), SECRET, lambda: 0.0)
    endless = EndlessReceiver(begins=begins, repeats=repeats)
    async with listening(endless), asyncio.timeout(15):
        stage.endpoint.url = endless.url
        announce(stage.work, stage.world)
        await told(stage.work, stage.units, slow)
        await endless.left_alone.wait()
    [delivery] = await deliveries(stage.work.session)
    assert (delivery.status, delivery.attempts, delivery.last_status_code) == ("pending", 1, None)
    assert delivery.last_response == "TimeoutError: no whole answer within 0.3 s"


async def test_an_answer_is_kept_as_it_came_and_not_unzipped(stage):
    zipped = gzip.compress(b"0" * 300)
    answer = b"HTTP/1.1 500 No\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(zipped)
    zipping = EndlessReceiver(begins=answer + zipped)
    async with listening(zipping), asyncio.timeout(15):
        stage.endpoint.url = zipping.url
        announce(stage.work, stage.world)
        await told(stage.work, stage.units, stage.delivering)
        await zipping.left_alone.wait()
    [delivery] = await deliveries(stage.work.session)
    assert delivery.last_status_code == 500
    assert "000" not in delivery.last_response


async def test_an_address_that_nothing_reaches_for_days_is_disabled_with_an_event(stage):
    stage.receiver.answers = {"order": "302 Found\r\nLocation: /elsewhere"}
    announce(stage.work, stage.world, "a")
    await told(stage.work, stage.units, stage.delivering)
    stage.clock.advance(days=5)
    announce(stage.work, stage.world, "b")
    await told(stage.work, stage.units, stage.delivering)

    await stage.work.session.refresh(stage.endpoint)
    assert stage.endpoint.status is EndpointStatus.DISABLED
    events = await stage.work.session.scalars(sa.select(Event).where(Event.type == "webhook.disabled"))
    assert [event.entity_id for event in events] == [str(stage.endpoint.id)]
    count = len(stage.receiver.received)
    await deliver_webhooks(stage.units, stage.delivering)
    assert len(stage.receiver.received) == count, "a redirection is not followed, and nothing more is sent"


async def test_an_attempt_that_died_is_made_again(stage):
    announce(stage.work, stage.world)
    await stage.work.session.flush()
    await tell_events(stage.units)
    with pytest.raises(InterruptedError):
        await deliver_webhooks(stage.units, Delivering(Dying(), SECRET, lambda: 0.0))
    assert await deliver_webhooks(stage.units, stage.delivering) == 0, "it may still be on its way"

    stage.clock.advance(minutes=3)
    await deliver_webhooks(stage.units, stage.delivering)
    [delivery] = await deliveries(stage.work.session)
    assert (delivery.status, delivery.attempts) == ("delivered", 2)


async def test_the_late_result_of_an_attempt_that_was_made_again_is_ignored(stage):
    announce(stage.work, stage.world)
    await told(stage.work, stage.units, Delivering(Slow(stage), SECRET, lambda: 0.0))

    [delivery] = await deliveries(stage.work.session)
    assert (delivery.status, delivery.attempts, delivery.last_status_code) == ("delivered", 2, 204)
    await stage.work.session.refresh(stage.endpoint)
    assert stage.endpoint.failing_since is None


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://[::1]:1/", "http://localhost:1/"])
async def test_nothing_is_sent_into_the_own_network(url):
    outcome = await HttpWebhookSender().send(
        url, secret=endpoint_secret("s", uuid.uuid4()), message={"id": "1"}, now=datetime.now(UTC)
    )
    assert outcome.status_code is None
    assert "not a machine of the public internet" in outcome.response


def test_waits_grow_and_are_spread():
    waits = [wait_after(number, chance=1.0).total_seconds() for number in range(1, 13)]
    assert waits[:4] == [30, 60, 120, 240]
    assert waits == sorted(waits)
    assert max(waits) == 6 * 3600
    assert wait_after(3, chance=0.0).total_seconds() == 60


def test_all_attempts_together_take_as_long_as_is_promised():
    shortest, longest = [
        sum(wait_after(number, chance=chance).total_seconds() for number in range(1, MOST_ATTEMPTS)) / 3600
        for chance in (0.0, 1.0)
    ]
    assert (int(shortest), round(longest, 1)) == (7, 14.5)
    promised = f"**Twelve attempts** over {WORDS[int(shortest)]} to {WORDS[round(longest, 1)]} hours"
    assert promised in (ROOT / "service" / "notifications" / "README.md").read_text("utf-8")
