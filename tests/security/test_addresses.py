"""Webhooks that would reach into our own network: numbers in disguise, names that change, redirects, old signatures."""

import asyncio
import socket
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from service.domain.people import Role
from service.notifications.addresses import AddressRefused, pin
from service.notifications.webhooks import HttpWebhookSender
from tests.workflows.receivers import receiving

NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PUBLIC, OURS = "93.184.215.14", "127.0.0.1"


def entry(number: str) -> tuple:
    family = socket.AF_INET6 if ":" in number else socket.AF_INET
    return (family, socket.SOCK_STREAM, 6, "", (number, 443))


@pytest.fixture
def names(monkeypatch):
    """What each name means at each question; the last answer stays."""
    answers: dict[str, list[list[str]]] = {}
    asked: list[str] = []

    async def look_up(_loop, host, _port, **_options):
        asked.append(host)
        known = answers[host]
        return [entry(number) for number in (known.pop(0) if len(known) > 1 else known[0])]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", look_up)
    return answers, asked


@pytest.mark.parametrize(
    "number",
    ["127.0.0.1", "10.1.2.3", "172.31.255.1", "192.168.0.1", "169.254.169.254", "100.100.100.200", "0.0.0.0", "::1",  # noqa: S104
     "fd00:ec2::254", "fe80::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "224.0.0.1", "255.255.255.255"],
)  # fmt: skip
async def test_a_name_that_means_a_machine_of_ours_is_refused(names, number):
    names[0]["hook.example.org"] = [[number]]
    with pytest.raises(AddressRefused):
        await pin("https://hook.example.org/x", allows_private=False)


@pytest.mark.parametrize(
    "url", ["http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://127.1/", "http://[::1]:5432/"]
)
async def test_a_number_in_disguise_is_what_the_system_takes_it_for(url):
    with pytest.raises(AddressRefused):
        await pin(url, allows_private=False)


async def test_one_bad_number_among_good_ones_is_enough(names):
    names[0]["hook.example.org"] = [[PUBLIC, OURS]]
    with pytest.raises(AddressRefused):
        await pin("https://hook.example.org/", allows_private=False)


async def test_a_name_is_looked_up_once_and_that_very_machine_is_connected_to(names):
    """A name that means another machine at the second question (DNS rebinding) is not asked a second time."""
    async with receiving() as receiver:
        names[0]["hook.example.org"] = [[OURS], [PUBLIC]]
        url = f"http://hook.example.org:{receiver.port}/hook"
        outcome = await HttpWebhookSender(allows_private=True).send(url, secret=SECRET, message={"id": "1"}, now=NOW)
    assert outcome.status_code == 204
    assert names[1] == ["hook.example.org"]
    assert receiver.received[0][0]["host"] == f"hook.example.org:{receiver.port}"


async def test_a_name_that_became_ours_since_it_was_registered_is_refused_when_something_is_sent(names):
    async with receiving() as receiver:
        names[0]["hook.example.org"] = [[OURS]]
        url = f"http://hook.example.org:{receiver.port}/hook"
        outcome = await HttpWebhookSender().send(url, secret=SECRET, message={"id": "1"}, now=NOW)
    assert outcome.status_code is None
    assert "not a machine of the public internet" in outcome.response
    assert receiver.received == []


async def test_nobody_is_followed_elsewhere():
    async with receiving() as inner, receiving() as outer:
        outer.answers[""] = f"302 Found\r\nLocation: {inner.url}"
        outcome = await HttpWebhookSender(allows_private=True).send(
            outer.url, secret=SECRET, message={"id": "1"}, now=NOW
        )
    assert outcome.status_code == 302
    assert len(outer.received) == 1
    assert inner.received == []


async def test_an_old_message_sent_again_by_a_stranger_is_known_by_its_time():
    """The receiver's side, as its library does it: the instant is part of what is signed."""
    async with receiving() as receiver:
        long_ago = datetime.now(UTC) - timedelta(minutes=6)
        sender = HttpWebhookSender(allows_private=True)
        await sender.send(receiver.url, secret=SECRET, message={"id": "1"}, now=long_ago)
        await sender.send(receiver.url, secret=SECRET, message={"id": "2"}, now=datetime.now(UTC))
    (old_headers, old_body), (headers, body) = receiver.received
    known = Webhook(SECRET)
    assert known.verify(body, headers)["id"] == "2"
    for stale in (old_headers, old_headers | {"webhook-timestamp": headers["webhook-timestamp"]}):
        with pytest.raises(WebhookVerificationError):
            known.verify(old_body, stale)


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "gopher://127.0.0.1:6379/", "ftp://example.org/", "http://user:secret@example.org/",
     "https://127.0.0.1/", "https://[::1]/", "https://localhost/", "https://db.internal/", "https://169.254.169.254/",
     "https://postgres/", "https://127.1/", "https://10.0.0.5:8443/", "https://2130706433/",
     "//example.org/", "javascript:alert(1)"],
)  # fmt: skip
async def test_an_address_that_can_never_be_is_refused_when_it_is_registered(client_as, url):
    body = {"url": url, "event_types": ["order.sent"]}
    refused = await client_as(Role.COOP_OFFICER).post("/webhooks", json=body)
    assert refused.status_code == 422
    assert "url" in {fault["field"] for fault in refused.json()["errors"]}
