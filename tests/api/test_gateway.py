"""Answers from phones: short messages, over HTTP as the gateway sends them."""

import json
import uuid
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col

from service.domain.contacts import Contact
from service.domain.orders import Order, OrderLine, OrderOrigin
from service.domain.people import Role
from service.notifications.gateway import signature
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.expire_answers import expire_answers
from service.workflows.move_fallen_lines import MoveFallenLines, move_fallen_lines
from tests.api.callers import callers
from tests.factories.orders import accepting, new_order, new_order_line

__all__ = ["callers"]
PHONE, SECRET = "+628123456789", "gateway-secret"


@pytest.fixture
def gateway(app, client, clock):
    """Send a message as the gateway does."""
    before = app.state.options
    app.state.options = replace(before, gateway_secret=SECRET)

    async def send(text, message_id=None, sender=PHONE, secret=SECRET):
        body = json.dumps({"id": message_id or str(uuid.uuid4()), "sender": sender, "text": text}).encode()
        timestamp = str(int(clock().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "X-Gateway-Timestamp": timestamp,
            "X-Gateway-Signature": signature(secret, timestamp=timestamp, body=body),
        }
        return await client.post("/api/v1/gateway/messages", content=body, headers=headers)

    yield send
    app.state.options = before


@pytest.fixture
async def officer(callers, session):
    user = callers.week.users[Role.COOP_OFFICER, callers.week.cooperatives[0].id]
    session.add(Contact(id=uuid.uuid4(), created_at=user.created_at, user_id=user.id, phone=PHONE))
    await session.flush()
    return user


async def reply(answer) -> str:
    assert answer.status_code == 200, answer.text
    return answer.json()["reply"]


async def test_lines_are_answered_with_short_messages(callers, officer, gateway):
    order = await callers.first_order()

    assert "disanggupi semua. Masih 3 baris belum dijawab." in await reply(await gateway("T 1"))
    assert "disanggupi 10 kg dari" in await reply(await gateway("t 2 10"))
    assert "ditolak. Masih 1 baris" in await reply(await gateway("X 3 mobil mogok"))
    assert "Semua baris sudah dijawab" in await reply(await gateway("T 4"))
    assert await reply(await gateway("T 4")) == (
        f"Baris 4 pesanan {order['number']} sudah dijawab sebelumnya. Jawaban tidak dapat diubah."
    )
    assert "Semua baris" not in await reply(await gateway("?")), "it waits no more"

    seen = (await callers.of(Role.COOP_OFFICER).get(f"/orders/{order['id']}/answers")).json()["items"]
    assert [(one["accepted_qty"], one["reason"]) for one in seen] == [
        (order["lines"][0]["ordered_qty"], None),
        (10_000, "not_enough_goods"),
        (0, "no_transport"),
        (order["lines"][3]["ordered_qty"], None),
    ]


async def test_what_cannot_be_is_said_and_changes_nothing(callers, officer, gateway):
    order = await callers.first_order()

    assert "Baris yang menunggu: 1, 2, 3, 4." in await reply(await gateway("T 12"))
    assert "tidak dapat dibaca" in await reply(await gateway("T 1 3 karung"))
    assert "kelipatan" in await reply(await gateway("T 1 0,5"))
    assert "tidak dapat diterima" in await reply(await gateway("T 1 900"))
    assert (await reply(await gateway("?"))).startswith("Pasok - jawab pesanan")
    await gateway("T 1")
    assert "sudah dijawab sebelumnya" in await reply(await gateway("X 1"))
    after = (await callers.of(Role.COOP_OFFICER).get(f"/orders/{order['id']}")).json()
    assert after["waiting_count"] == 3


async def test_a_message_that_comes_twice_has_one_effect_and_one_reply(callers, officer, gateway):
    await callers.first_order()

    first, again = [await reply(await gateway("T 1", "wamid.1")) for _ in range(2)]

    assert first == again
    assert "disanggupi semua" in first


async def test_after_the_deadline_the_phone_is_told(callers, officer, gateway, clock):
    await callers.first_order()
    clock.advance(hours=24)

    assert "waktu jawab pesanan" in await reply(await gateway("T 1"))


@pytest.fixture
async def second_order(callers, officer, session, clock):
    """The first order, and the line of a standby's that its cooperative got later, to be answered within the hour."""
    week = callers.week
    sent = await callers.first_order()
    clock.advance(minutes=10)
    order = new_order(
        number=f"{sent['number']}-2", plan_id=week.plan.id, cooperative_id=week.cooperatives[0].id,
        origin=OrderOrigin.STANDBY, created_at=clock(), respond_by_at=clock() + timedelta(hours=1),
    )  # fmt: skip
    session.add(order)
    await session.flush()
    of_first = await session.get_one(OrderLine, uuid.UUID(sent["lines"][0]["id"]))
    goods = {name: getattr(of_first, name) for name in ("kitchen_id", "item_code", "forecast_line_id", "ordered_qty")}
    line = new_order_line(order, **goods)
    session.add(line)
    await session.flush()
    return sent, line


async def statuses(session, first, line):
    query = sa.select(OrderLine).where(col(OrderLine.id).in_([uuid.UUID(first["lines"][0]["id"]), line.id]))
    found = await session.scalars(query.execution_options(populate_existing=True))
    status = {one.id: one.status for one in found}
    return status[uuid.UUID(first["lines"][0]["id"])], status[line.id]


async def test_who_has_no_order_is_told_so(callers, officer, gateway):
    assert await reply(await gateway("T 1")) == "Tidak ada pesanan yang menunggu jawaban Anda."


async def test_of_two_orders_a_reply_answers_the_one_that_it_names(gateway, session, second_order):
    """Whoever replies to a reminder of the first does not take the goods of a newer one."""
    first, line = second_order

    told = await reply(await gateway("T 1"))
    assert told.startswith("Belum dicatat: pesanan yang mana? Tulis juga kodenya, misalnya T 49B 1")
    assert f"49A = pesanan {first['number']}, 4 baris menunggu sampai" in told
    assert f"49B = pesanan {first['number']}-2, 1 baris menunggu sampai" in told
    assert await statuses(session, first, line) == ("awaiting_answer", "awaiting_answer")

    assert f"Pesanan {first['number']} baris 1" in await reply(await gateway("T 49a 1"))
    assert await statuses(session, first, line) == ("accepted", "awaiting_answer")
    assert f"Pesanan {first['number']}-2 baris 1" in await reply(await gateway("tolak 49B 1 mobil rusak"))
    assert await statuses(session, first, line) == ("accepted", "declined")


async def test_a_repeated_reply_to_an_answered_order_does_not_answer_the_other(gateway, session, second_order):
    first, line = second_order
    order = await session.get_one(Order, line.order_id)
    order.respond_by_at += timedelta(days=3)
    await session.flush()
    for position in range(1, 5):
        await gateway(f"T 49A {position}")

    told = await reply(await gateway("T 1"))

    assert told.startswith("Belum dicatat: pesanan yang mana? Tulis juga kodenya, misalnya T 49B 1")
    assert f"49A = pesanan {first['number']}, semua baris sudah dijawab" in told
    assert await statuses(session, first, line) == ("accepted", "awaiting_answer")


async def test_a_late_reply_does_not_answer_the_order_that_is_left(gateway, session, second_order, units, clock):
    first, line = second_order
    clock.advance(minutes=61)
    for _ in ("before the minute's job", "after it"):
        told = await reply(await gateway("T 1"))
        assert told.startswith("Belum dicatat: pesanan yang mana? Tulis juga kodenya, misalnya T 49A 1")
        assert f"49B = pesanan {first['number']}-2, waktu jawab habis" in told
        assert f"waktu jawab pesanan {first['number']}-2 sudah habis" in await reply(await gateway("T 49B 1"))
        await expire_answers(units)
    assert await statuses(session, first, line) == ("awaiting_answer", "declined")


async def test_a_reply_without_a_code_is_taken_again_a_day_after_the_other_was_due(
    gateway, session, second_order, clock
):
    first, _ = second_order
    order = await session.get_one(Order, uuid.UUID(first["id"]))
    order.respond_by_at = clock() + timedelta(days=3)
    await session.flush()
    clock.advance(hours=25, minutes=1)

    assert f"Pesanan {first['number']} baris 1" in await reply(await gateway("T 1"))


async def test_a_code_of_no_order_answers_nothing(callers, officer, gateway):
    first = await callers.first_order()

    told = await reply(await gateway("T 49C 1"))
    assert told.startswith("Belum dicatat: tidak ada pesanan dengan kode 49C.")
    assert f"49A = pesanan {first['number']}, 4 baris menunggu" in told
    assert "49A = pesanan" in await reply(await gateway("?"))


@pytest.fixture
async def expired(callers, units, clock):
    """The first order of a week, after the minute's job; only the other cooperative has answered."""
    order = await callers.first_order()
    async with units.begin(actor=callers.week.officer(1)) as work:
        query = sa.select(OrderLine).join(Order).where(col(Order.cooperative_id) == callers.week.cooperatives[1].id)
        lines = list(await work.session.scalars(query))
        await answer_order(work, AnswerOrder(lines[0].order_id, tuple(map(accepting, lines))))
    clock.now = datetime.fromisoformat(order["respond_by_at"])
    await expire_answers(units)
    clock.advance(minutes=5)
    return order


async def test_a_late_short_reply_is_told_what_became_of_its_line(callers, officer, gateway, expired, units):
    number, first = expired["number"], expired["lines"][0]
    goods = f"Baris 1, {first['item_name']} "

    told = await reply(await gateway("T 1"))
    assert told.startswith(f"Maaf, waktu jawab pesanan {number} sudah habis. {goods}")
    assert "belum ada pemasoknya, sedang dicarikan" in told
    async with units.begin() as work:
        ids = tuple(uuid.UUID(line["id"]) for line in expired["lines"])
        moved = await move_fallen_lines(work, MoveFallenLines(uuid.UUID(expired["id"]), ids))
    assert moved.lines
    told = await reply(await gateway("T 1"))
    assert f"sudah diberikan kepada {callers.week.cooperatives[1].name} " in told
    assert "(belum menjawab)" in told


async def test_an_unknown_phone_learns_nothing_and_others_may_not_answer(callers, officer, gateway, session):
    await callers.first_order()
    head = callers.week.users[Role.KITCHEN_HEAD, callers.week.kitchens[0].id]
    session.add(Contact(id=uuid.uuid4(), created_at=head.created_at, user_id=head.id, phone="+6281000000001"))
    await session.flush()

    assert await reply(await gateway("T 1", sender="+6289999999999")) is None
    assert await reply(await gateway("T 1", sender="0810-0000-0001")) == (
        "Hanya petugas koperasi yang dapat menjawab pesanan lewat pesan."
    )


async def test_only_the_gateway_is_listened_to(callers, officer, gateway):
    assert (await gateway("T 1", secret="another")).status_code == 401
