"""E-mail and message gateway, each against a real server on this machine."""

import email
import email.policy
import json
from datetime import UTC, datetime

import pytest

from service.notifications.email import SmtpMail
from service.notifications.gateway import HttpGateway, is_signed, signature
from service.notifications.messages import Message, NotSent
from tests.notifications.mail_server import mail_server
from tests.workflows.receivers import receiving

MESSAGE = Message("0193", "siti@koperasi.example.id", "Pesanan baru\nPO-1", "Beras 40 kg – mohon dijawab.")
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


async def test_a_mail_arrives_with_its_words_and_an_id_that_stays():
    async with mail_server() as server:
        await SmtpMail(server.url, "Pasok <pasok@bogor.example.id>").send(MESSAGE)

    mail = email.message_from_bytes(server.mails[0], policy=email.policy.default)
    assert (mail["To"], mail["Subject"]) == ("siti@koperasi.example.id", "Pesanan baru PO-1")
    assert mail["Message-ID"] == "<0193@bogor.example.id>"
    assert "Beras 40 kg – mohon dijawab." in mail.get_content()


async def test_an_address_that_is_refused_is_not_tried_again_but_a_busy_server_is():
    async with mail_server() as server:
        carrier = SmtpMail(server.url, "pasok@bogor.example.id")
        with pytest.raises(NotSent) as refused:
            await carrier.send(Message("1", "nobody@example.id", "s", "t"))
        server.is_busy = True
        with pytest.raises(NotSent) as busy:
            await carrier.send(MESSAGE)
    with pytest.raises(NotSent) as away:
        await carrier.send(MESSAGE)
    assert (refused.value.is_final, busy.value.is_final, away.value.is_final) == (True, False, False)


async def test_the_gateway_is_handed_id_number_and_text():
    async with receiving() as gateway:
        await HttpGateway(gateway.url, "rahasia").send(Message("0193", "+628123", "s", "Halo"))

    [(headers, body)] = gateway.received
    assert json.loads(body) == {"id": "0193", "to": "+628123", "text": "Halo"}
    assert (headers["authorization"], headers["idempotency-key"]) == ("Bearer rahasia", "0193")


@pytest.mark.parametrize(("answer", "is_final"), [("503 Busy", False), ("429 Slow", False), ("422 No", True)])
async def test_what_the_gateway_refuses_for_good_is_final(answer, is_final):
    async with receiving() as gateway:
        gateway.answers = {"": answer}
        with pytest.raises(NotSent) as refused:
            await HttpGateway(gateway.url, "rahasia").send(MESSAGE)
    assert refused.value.is_final is is_final


def test_what_comes_from_the_gateway_is_signed_and_fresh():
    body, timestamp = b'{"text": "T 1"}', str(int(NOW.timestamp()))
    given = signature("rahasia", timestamp=timestamp, body=body)

    assert is_signed("rahasia", timestamp=timestamp, body=body, given=given, now=NOW)
    assert not is_signed("rahasia", timestamp=timestamp, body=body + b" ", given=given, now=NOW)
    assert not is_signed("other", timestamp=timestamp, body=body, given=given, now=NOW)
    assert not is_signed("rahasia", timestamp="x", body=body, given=given, now=NOW)
    old = str(int(NOW.timestamp()) - 301)
    assert not is_signed(
        "rahasia", timestamp=old, body=body, given=signature("rahasia", timestamp=old, body=body), now=NOW
    )
