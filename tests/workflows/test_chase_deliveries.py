"""A drop that does not leave, is not weighed or not signed for in time is told of once, to those who can mend it."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from service.database.queries.deliveries import under_way_ids
from service.domain.deliveries import Delivery
from service.domain.events import Event
from service.domain.notifications import Notification
from service.domain.organisations import OrganisationKind
from service.domain.people import Role
from service.workflows.chase_deliveries import chase_deliveries, chase_delivery
from service.workflows.tell_events import tell_events
from tests.factories.delivered_weeks import add_delivered_week, send_out, sign_both, take_in
from tests.factories.organisations import new_organisation
from tests.factories.people import new_user

EVENING = datetime(2026, 11, 29, 13, tzinfo=UTC)
"""20:00 in Jakarta, the evening before the cooking day."""
FIVE = EVENING - timedelta(hours=3)
CHASED = ("delivery.not_left", "delivery.overdue", "delivery.unweighed", "receipt.unsigned")


async def chased(units):
    async with units.begin() as work:
        query = sa.select(Event.type, Event.entity_id).where(Event.type.in_(CHASED)).order_by(Event.sequence)
        return [(row.type, row.entity_id) for row in await work.session.execute(query)]


async def test_what_has_not_left_by_five_is_told_of_once_while_there_is_time(units, clock):
    async with units.begin() as work:
        delivered = await add_delivered_week(work)
        await send_out(work, delivered, delivered.notes[0])
        officer, operator = delivered.officer.user_id, delivered.week.operator.user_id
        other = new_organisation(OrganisationKind.COOPERATIVE)
        work.session.add(other)
        await work.session.flush()
        work.session.add(new_user(other, Role.COOP_OFFICER))  # whom it does not concern
    await tell_events(units)
    clock.now = FIVE - timedelta(seconds=1)
    async with units.begin() as work:
        assert await under_way_ids(work.session, work.now) == []  # nothing is looked at before its time
    assert await chase_deliveries(units) == []
    clock.now = FIVE
    assert await chase_deliveries(units) == [delivered.notes[1].id]
    assert await chase_deliveries(units) == []
    assert await chased(units) == [("delivery.not_left", str(delivered.notes[1].id))]
    await tell_events(units)
    async with units.begin() as work:
        query = sa.select(Notification).where(Notification.kind == "delivery_not_left")
        told = list(await work.session.scalars(query))
    assert {one.user_id for one in told} == {officer, operator}
    assert "untuk masak Sen 30 Nov belum tercatat berangkat" in told[0].text


async def test_what_has_not_left_by_the_evening_is_told_of_once(units, clock):
    async with units.begin() as work:
        notes = (await add_delivered_week(work)).notes
    clock.now = EVENING - timedelta(seconds=1)
    assert len(await chase_deliveries(units)) == 2
    assert await chase_deliveries(units) == []
    clock.now = EVENING
    assert set(await chase_deliveries(units)) == {note.id for note in notes}
    assert await chase_deliveries(units) == []
    assert Counter(kind for kind, _ in await chased(units)) == {"delivery.not_left": 2, "delivery.overdue": 2}


async def test_what_came_and_was_not_weighed_and_what_was_not_signed_for(units, clock):
    async with units.begin() as work:
        delivered = await add_delivered_week(work)
        for note in delivered.notes:
            await send_out(work, delivered, note)
    first, second = delivered.notes
    clock.now = EVENING + timedelta(hours=2, minutes=59)
    assert await chase_deliveries(units) == []
    async with units.begin() as work:
        await take_in(work, delivered, first)
    clock.now = EVENING + timedelta(hours=3)
    assert await chase_deliveries(units) == [second.id]
    clock.advance(hours=24)
    assert await chase_deliveries(units) == [first.id]
    assert await chase_deliveries(units) == []
    assert await chased(units) == [
        ("delivery.unweighed", str(second.id)),
        ("receipt.unsigned", str(first.id)),
    ]


async def test_what_was_signed_for_is_never_told_of(units, clock):
    async with units.begin() as work:
        delivered = await add_delivered_week(work, kitchens=1)
        [note] = delivered.notes
        await send_out(work, delivered, note)
        await sign_both(work, delivered, await take_in(work, delivered, note))
    clock.now = EVENING + timedelta(days=9)
    assert await chase_deliveries(units) == []


async def test_a_drop_that_leaves_since_the_look_is_not_told_of(units, clock):
    async with units.begin() as work:
        delivered = await add_delivered_week(work, kitchens=1)
    clock.now = EVENING
    async with units.begin() as work:
        [late_id] = await under_way_ids(work.session, work.now)
        await send_out(work, delivered, await work.session.get_one(Delivery, late_id))
    async with units.begin() as work:
        assert await chase_delivery(work, late_id) is None
    assert await chased(units) == []


async def test_the_message_names_drop_and_day(units, clock):
    async with units.begin() as work:
        [note] = (await add_delivered_week(work, kitchens=1)).notes
    await tell_events(units)
    clock.now = EVENING
    await chase_deliveries(units)
    await tell_events(units)
    async with units.begin() as work:
        query = sa.select(Notification.text).where(Notification.kind == "delivery_overdue")
        [text, *_] = await work.session.scalars(query)
    assert text.startswith(f"Kiriman {note.number} untuk masak Sen 30 Nov belum berangkat")
