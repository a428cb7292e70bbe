"""Whatever one event is like, all others are told on."""

import logging
import uuid

import pytest
import sqlalchemy as sa

from service.database.queries.events import hold_reader
from service.domain.events import EventType
from service.domain.notifications import LONGEST_SUBJECT, NoticeKind, Notification
from service.domain.people import Role
from service.domain.webhooks import WebhookDelivery
from service.workflows.tell_events import AT_ONCE, READER, tell_events
from tests.factories.webhooks import new_endpoint
from tests.factories.worlds import add_world

MORE_THAN_ONE_STATEMENT_TAKES = 65_535 // len(WebhookDelivery.model_fields) + 1

BUSY = (
    """CREATE FUNCTION be_busy() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'busy' USING ERRCODE = 'lock_not_available'; END $$""",
    "CREATE TRIGGER is_busy BEFORE INSERT ON notification FOR EACH ROW EXECUTE FUNCTION be_busy()",
)
"""Nobody gets a lock in time."""


@pytest.fixture
async def world(session):
    return await add_world(session)


@pytest.fixture
def announce(work, world):
    def announced(event_type=EventType.ORDER_EXPIRED, to=world.cooperative, **facts):
        thing = {"entity": "order", "entity_id": uuid.uuid4(), "region_code": world.region_code}
        return work.announce(event_type, **thing, concerns=[to.id], facts=facts)

    return announced


async def test_more_is_told_at_once_than_one_statement_takes(session, units, world, announce):
    count = MORE_THAN_ONE_STATEMENT_TAKES // AT_ONCE + 1
    session.add_all([new_endpoint(world.cooperative) for _ in range(count)])
    for _ in range(AT_ONCE):
        announce()
    await session.flush()

    assert await tell_events(units) == AT_ONCE
    assert await session.scalar(sa.select(sa.func.count(WebhookDelivery.id))) == count * AT_ONCE


async def test_a_subject_that_is_longer_than_its_column_is_cut(session, units, announce):
    announce(number="PO-" + LONGEST_SUBJECT * "7")
    await session.flush()

    await tell_events(units)
    (subject,) = await session.scalars(sa.select(Notification.subject))
    assert (len(subject), subject[:25], subject[-1]) == (LONGEST_SUBJECT, "Waktu jawab habis: PO-777", "…")


async def test_an_event_of_which_no_message_can_be_made_keeps_nobody_from_hearing_of_others(
    session, units, world, announce, caplog
):
    session.add(new_endpoint(world.cooperative))
    announce(number="PO-1")
    of_nothing = announce(EventType.PRICE_DECIDED)
    announce(number="PO-2")
    await session.flush()

    with caplog.at_level(logging.ERROR):
        assert await tell_events(units) == 3
    assert [record.event_ids for record in caplog.records if record.msg == "event_not_told"] == [[str(of_nothing.id)]]
    assert await tell_events(units) == 0

    kinds = await session.scalars(sa.select(Notification.kind))
    assert list(kinds) == [NoticeKind.ORDER_EXPIRED, NoticeKind.ORDER_EXPIRED]
    assert await session.scalar(sa.select(sa.func.count(WebhookDelivery.id))) == 3, "programs hear of each"


async def test_what_cannot_be_told_for_want_of_a_lock_is_told_later(session, units, announce):
    announce()
    await session.flush()
    for statement in BUSY:
        await session.execute(sa.text(statement))
    with pytest.raises(sa.exc.OperationalError):
        await tell_events(units)


async def test_what_concerns_nobody_who_reads_is_told_to_programs_and_holds_up_nobody(session, units, world, announce):
    session.add(new_endpoint(world.cooperative))
    world.users[Role.COOP_OFFICER].is_active = False
    announce(number="PO-1")
    announce(EventType.RECEIPT_UNSIGNED, world.kitchen, number="SJ-1")
    await session.flush()

    await tell_events(units)
    told = await session.scalars(sa.select(Notification.user_id))
    assert set(told) == {world.users[Role.KITCHEN_HEAD].id, world.users[Role.FIELD_ASSISTANT].id}
    assert list(await session.scalars(sa.select(WebhookDelivery.event_type))) == ["order.expired"]


async def test_while_one_process_tells_another_leaves_the_events_to_it(real_units):
    await tell_events(real_units)
    async with real_units.begin() as work:
        world = await add_world(work.session)
        thing = {"entity": "order", "entity_id": uuid.uuid4(), "region_code": world.region_code}
        work.announce(EventType.ORDER_EXPIRED, **thing, concerns=[world.cooperative.id], facts={"number": "PO-1"})

    async with real_units.begin() as telling:
        assert await hold_reader(telling.session, READER) is not None
        assert await tell_events(real_units) == 0
    assert await tell_events(real_units) == 1
    async with real_units.begin() as work:
        assert list(await work.session.scalars(sa.select(Notification.subject))) == ["Waktu jawab habis: PO-1"]
