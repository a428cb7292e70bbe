"""A link that answers orders is for whoever has the phone: no list and no file tells it to anybody else."""

import json
import uuid
from datetime import timedelta

import pytest

from service.domain.answer_links import AnswerLink, token_of
from service.domain.contacts import Channel
from service.domain.events import Event
from service.domain.notifications import NoticeKind, Notification, NotificationStatus
from service.domain.people import Role
from service.main import API_PREFIX
from service.settings import DEMO_SECRET_KEY
from tests.factories.organisations import CREATED_AT
from tests.factories.people import new_api_key

BEFORE = "Pesanan baru PO-1.\nSanggup semua? Tekan: https://pasok.example.id/api/v1/answer-links/"
KEY = {"Authorization": "Bearer pk_abc_s3cret"}


@pytest.fixture
async def token(session, world, clock):
    """A link that is good for a day, in messages to the officer on every channel; a key of theirs reads them."""
    user = world.users[Role.COOP_OFFICER]
    link = AnswerLink(user.id, uuid.uuid4(), None, clock() + timedelta(days=1))
    event = Event(
        id=uuid.uuid4(), at=CREATED_AT, region_code=user.region_code, type="order.sent", entity="purchase_order",
        entity_id=str(link.order_id), concerns=[], facts={},
    )  # fmt: skip
    session.add(event)
    await session.flush()
    session.add(new_api_key(user, prefix="abc", secret="s3cret", scopes=["account"]))
    for channel in Channel:
        session.add(
            Notification(
                id=uuid.uuid4(), created_at=CREATED_AT, region_code=user.region_code, event_id=event.id,
                user_id=user.id, channel=channel, kind=NoticeKind.NEW_ORDER, subject="Pesanan baru PO-1",
                text=BEFORE + token_of(link, DEMO_SECRET_KEY), status=NotificationStatus.SENT, send_at=CREATED_AT,
            )
        )  # fmt: skip
    await session.flush()
    return token_of(link, DEMO_SECRET_KEY)


@pytest.mark.parametrize("channel", Channel)
async def test_a_key_that_reads_its_owners_messages_answers_no_order(client, token, channel):
    listed = await client.get(f"{API_PREFIX}/notifications?channel={channel}", headers=KEY)
    [message] = listed.json()["items"]
    assert message["text"] == f"{BEFORE}…"
    file = await client.get(f"{API_PREFIX}/notifications/export?channel={channel}&format=csv", headers=KEY)
    assert "Sanggup semua?" in file.text
    assert token not in file.text


async def test_an_administrator_who_hands_on_a_persons_data_answers_no_order(client_as, token, world):
    given = await client_as(Role.ADMINISTRATOR).get(f"/users/{world.users[Role.COOP_OFFICER].id}/personal-data")
    texts = [row["text"] for row in given.json()["rows"]["notification"]]
    assert texts == [f"{BEFORE}…"] * len(Channel)
    assert token not in json.dumps(given.json())
    own = await client_as(Role.COOP_OFFICER).get("/account/personal-data")
    assert token not in own.text
