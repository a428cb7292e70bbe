"""People are told of what happened, on what they chose, once, and when they are awake."""

import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from service.database.queries.notifications import list_notifications
from service.domain.answer_links import link_of
from service.domain.contacts import Channel, Contact
from service.domain.events import EventType
from service.domain.notifications import Notification
from service.domain.orders import OrderLine
from service.domain.people import Role
from service.notifications.gateway import HttpGateway
from service.notifications.messages import NotSent
from service.workflows.publish_plan import PublishPlan, publish_plan
from service.workflows.send_notifications import Sending, send_notifications
from service.workflows.tell_events import tell_events
from service.workflows.tell_people import Linking
from tests.factories.planned_weeks import add_planned_week
from tests.workflows.receivers import receiving

PHONE = "+628123456789"


@pytest.fixture
async def week(session):
    return await add_planned_week(session, kitchens=3, cooperatives=2, items=2)


@pytest.fixture
async def officer(session, week):
    """The first cooperative's officer, reached by phone."""
    user = week.users[Role.COOP_OFFICER, week.cooperatives[0].id]
    session.add(Contact(id=uuid.uuid4(), created_at=user.created_at, user_id=user.id, phone=PHONE))
    await session.flush()
    return user


async def publish(units, week) -> None:
    async with units.begin(actor=week.operator) as work:
        await publish_plan(work, PublishPlan(week.plan.id, 1))


async def published(units, week) -> None:
    await publish(units, week)
    await tell_events(units)


async def messages(session, channel=Channel.PHONE) -> list[Notification]:
    query = sa.select(Notification).where(Notification.channel == channel).order_by(Notification.created_at)
    return list(await session.scalars(query.execution_options(populate_existing=True)))


async def test_an_officer_is_told_of_a_new_order_with_its_lines_and_how_to_reply(session, units, week, officer):
    await published(units, week)

    [message] = await messages(session)
    assert message.user_id == officer.id
    assert message.subject == "Pesanan baru PO-3271-2026W49-C000"
    first, line, *_ = message.text.splitlines()
    assert first == "Pesanan baru PO-3271-2026W49-C000, minggu Sen 30 Nov: 4 baris."
    assert line.startswith("1. ")
    assert "40 kg" in line
    assert "Mohon dijawab sebelum Rab 25 Nov 10.00 WIB." in message.text
    assert "T 49A 1 50 = sanggup 50 saja" in message.text
    assert len(await messages(session, Channel.SCREEN)) == 2, "the other officer reads it on the screen"


async def test_a_message_ends_with_a_link_for_its_reader_where_people_can_reach_us(
    session, units, week, officer, clock
):
    async with units.begin(actor=week.operator) as work:
        await publish_plan(work, PublishPlan(week.plan.id, 1))
    await tell_events(units, Linking("https://pasok.example.id/", "secret"))

    [message] = await messages(session)
    _, _, token = message.text.rpartition("https://pasok.example.id/api/v1/answer-links/")
    link = link_of(token, "secret", clock())
    assert link is not None
    assert (link.user_id, link.line_id, link.expires_at) == (officer.id, None, datetime(2026, 11, 25, 3, tzinfo=UTC))
    shown = await messages(session, Channel.SCREEN)
    assert len(shown) == 2
    assert not [one.text for one in shown if "answer-links" in one.text], "whoever has logged in has the page"
    assert message.text.startswith(next(one.text for one in shown if one.user_id == officer.id))


async def test_it_is_told_once_and_sent_once(session, units, week, officer):
    await published(units, week)
    await tell_events(units)
    async with receiving() as gateway:
        sending = Sending({Channel.PHONE: HttpGateway(gateway.url, "rahasia")}, lambda: 0.0)
        assert await send_notifications(units, sending) == 1
        assert await send_notifications(units, sending) == 0

    [(_, body)] = gateway.received
    assert json.loads(body)["to"] == PHONE
    assert [message.status for message in await messages(session)] == ["sent"]


async def test_a_busy_gateway_is_tried_again(session, units, week, officer, clock):
    await published(units, week)
    async with receiving() as gateway:
        gateway.answers = {"Pesanan": "503 Busy"}
        sending = Sending({Channel.PHONE: HttpGateway(gateway.url, "rahasia")}, lambda: 0.0)
        await send_notifications(units, sending)
        [message] = await messages(session)
        assert (message.status, message.last_error) == ("waiting", "the gateway answers 503")
        gateway.answers = {}
        clock.advance(minutes=1)
        await send_notifications(units, sending)
    assert [message.status for message in await messages(session)] == ["sent"]


class Slow:
    """Hands a message over when another worker has done so already, minutes later."""

    def __init__(self, units, clock, quicker) -> None:
        self.units, self.clock, self.quicker = units, clock, quicker

    async def send(self, message) -> None:  # noqa: ARG002
        self.clock.advance(minutes=3)
        await send_notifications(self.units, self.quicker)
        raise NotSent("the gateway answers too late", is_final=True)


async def test_the_late_result_of_a_sending_that_was_made_again_is_ignored(session, units, week, officer, clock):
    await published(units, week)
    async with receiving() as gateway:
        quicker = Sending({Channel.PHONE: HttpGateway(gateway.url, "rahasia")}, lambda: 0.0)
        await send_notifications(units, Sending({Channel.PHONE: Slow(units, clock, quicker)}, lambda: 0.0))

    [message] = await messages(session)
    assert (message.status, message.last_error, message.attempts) == ("sent", None, 2)
    assert len(gateway.received) == 1


@pytest.mark.parametrize("change", [{"phone": None}, {"by_phone": False}, None], ids=["number", "channel", "erased"])
async def test_a_message_is_not_sent_to_a_phone_that_was_given_up_meanwhile(session, units, week, officer, change):
    await published(units, week)
    mine = Contact.user_id == officer.id
    await session.execute(sa.update(Contact).where(mine).values(change) if change else sa.delete(Contact).where(mine))
    async with receiving() as gateway:
        await send_notifications(units, Sending({Channel.PHONE: HttpGateway(gateway.url, "rahasia")}, lambda: 0.0))

    assert gateway.received == []
    [message] = await messages(session)
    assert (message.status, message.last_error) == ("failed", "the person is not reached there any more")


async def test_without_a_gateway_messages_wait_and_nothing_fails(session, units, week, officer):
    await published(units, week)

    assert await send_notifications(units, Sending({}, lambda: 0.0)) == 0
    assert [message.status for message in await messages(session)] == ["waiting"]


async def test_what_nobody_carried_for_two_days_is_not_carried_later(session, units, week, officer, clock):
    await published(units, week)
    clock.advance(days=2)

    assert await send_notifications(units, Sending({}, lambda: 0.0)) == 0
    [message] = await messages(session)
    assert (message.status, message.last_error, message.attempts) == ("failed", "nobody carried it in time", 0)
    assert {one.status for one in await messages(session, Channel.SCREEN)} == {"sent"}


async def test_a_gateway_that_is_set_up_late_brings_what_is_new_and_no_flood(session, units, week, officer, clock):
    await published(units, week)
    clock.advance(days=2)
    async with units.begin() as work:
        thing = {"entity": "order", "entity_id": uuid.uuid4(), "region_code": "32.71"}
        work.announce(EventType.ORDER_EXPIRED, **thing, concerns=[week.cooperatives[0].id], facts={"number": "PO-2"})
    await tell_events(units)
    async with receiving() as gateway:
        sending = Sending({Channel.PHONE: HttpGateway(gateway.url, "rahasia")}, lambda: 0.0)
        assert await send_notifications(units, sending) == 1
        assert await send_notifications(units, sending) == 0
    assert [json.loads(body)["text"][:24] for _, body in gateway.received] == ["Waktu jawab pesanan PO-2"]
    assert [message.status for message in await messages(session)] == ["failed", "sent"]


async def test_a_recall_wakes_people_and_names_the_goods(session, units, week, officer, clock):
    clock.now = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # 22:00 WIB
    async with units.begin() as work:
        facts = {"item_code": "ITEM-00", "lot_code": "L-7", "producer": None, "reason": "berbau"}
        thing = {"entity": "recall", "entity_id": uuid.uuid4(), "region_code": "32.71"}
        work.announce(EventType.RECALL_OPENED, **thing, concerns=[week.cooperatives[0].id], facts=facts)
    await tell_events(units)

    [message] = await messages(session)
    assert message.send_at == clock.now
    assert message.subject == f"PENARIKAN BARANG: {week.items[0].name_id}, lot L-7"
    assert message.text.endswith("Sebab: berbau")


async def test_a_recall_of_a_delivery_note_names_its_lots_and_no_end_of_them(session, units, week, officer, clock):
    lots = [{"item_code": "ITEM-00", "lot_code": f"L-{number}", "producer": "Tani"} for number in range(7)]
    async with units.begin() as work:
        facts = {"item_code": None, "lot_code": None, "delivery_number": "SJ-1", "lots": lots, "reason": "berbau"}
        thing = {"entity": "recall", "entity_id": uuid.uuid4(), "region_code": "32.71"}
        work.announce(EventType.RECALL_OPENED, **thing, concerns=[week.cooperatives[0].id], facts=facts)
    await tell_events(units)
    [message] = await messages(session)
    goods = "; ".join(f"{week.items[0].name_id}, lot L-{number}, dari Tani" for number in range(4))
    assert message.subject == f"PENARIKAN BARANG: {goods}; dan 3 lot lain"


async def test_at_night_an_order_waits_for_the_morning(session, units, week, officer, clock):
    clock.now = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # 22:00 WIB
    async with units.begin() as work:
        facts = {"number": "PO-1", "respond_by_at": datetime(2026, 11, 25, 3, tzinfo=UTC)}
        concerns = [week.cooperatives[0].id]
        order = {"entity": "order", "entity_id": uuid.uuid4(), "region_code": "32.71"}
        work.announce(EventType.ORDER_SENT, **order, concerns=concerns, facts=facts)
        urgent = {"respond_by_at": datetime(2026, 11, 24, 22, tzinfo=UTC)}
        work.announce(EventType.ORDER_REMINDED, **order, concerns=concerns, facts=facts | urgent)
    await tell_events(units)

    due = {message.kind.value: message.send_at for message in await messages(session)}
    assert due == {"new_order": datetime(2026, 11, 24, 23, tzinfo=UTC), "reminder": clock.now}


def at_night(hour):
    return datetime(2026, 11, 29, hour - 7, 30, tzinfo=UTC)


async def told_of_line(session, units, week, clock, at):
    """A line for Monday, 30 November, has lost its supplier on Sunday."""
    await publish(units, week)
    await tell_events(units)
    clock.now = at
    head = week.users[Role.KITCHEN_HEAD, week.kitchens[0].id]
    session.add(Contact(id=uuid.uuid4(), created_at=head.created_at, user_id=head.id, phone="+628129999999"))
    line = await session.scalar(sa.select(OrderLine).where(OrderLine.kitchen_id == week.kitchens[0].id).limit(1))
    async with units.begin() as work:
        thing = {"entity": "order_line", "entity_id": line.id, "region_code": "32.71"}
        work.announce(EventType.LINE_LEFT_SHORT, **thing, concerns=[line.kitchen_id], facts={"qty": 1000})
        note = {"entity": "delivery", "entity_id": uuid.uuid4(), "region_code": "32.71"}
        facts = {"number": "SJ-1", "needed_date": line.needed_date}
        work.announce(EventType.DELIVERY_UNWEIGHED, **note, concerns=[line.kitchen_id], facts=facts)
    await tell_events(units)
    return {one.kind.value: one.send_at for one in await messages(session) if one.user_id == head.id}


async def test_at_night_a_kitchen_hears_at_once_what_comes_too_late_in_the_morning(session, units, week, clock):
    assert await told_of_line(session, units, week, clock, at_night(21)) == {
        "shortage": clock.now,
        "delivery_unweighed": clock.now,
    }


async def test_at_night_a_kitchen_is_left_asleep_while_a_day_is_left(session, units, week, clock):
    morning = datetime(2026, 11, 28, 23, tzinfo=UTC)
    assert set((await told_of_line(session, units, week, clock, at_night(21) - timedelta(days=1))).values()) == {
        morning
    }


async def test_a_message_of_a_later_version_waits_for_a_program_that_knows_its_kind(session, units, week, officer):
    """While programs of two versions work on one database: the others of its sending are not held up."""
    await published(units, week)
    user_id = officer.id
    await session.execute(sa.text("ALTER TABLE notification DROP CONSTRAINT ck_notification_noticekind"))
    await session.execute(sa.text("UPDATE notification SET kind = 'of_next_year'"))
    session.expire_all()

    async with receiving() as receiver:
        sending = Sending({Channel.PHONE: HttpGateway(receiver.url, "secret")}, chance=lambda: 1)
        assert await send_notifications(units, sending) == 0

    waiting = "SELECT count(*) FROM notification WHERE channel = 'phone' AND attempts = 0 AND status = 'waiting'"
    assert await session.scalar(sa.text(waiting)) == 1
    seen = {"user_id": user_id, "channel": Channel.SCREEN, "status": None, "after": None, "limit": 10}
    assert await list_notifications(session, **seen) == []
