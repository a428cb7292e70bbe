"""Silence about recalled goods: the kitchen is told again once, then the city, and nobody who has answered."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service.database.queries.recalls import parts_of
from service.domain.device_actions import Made
from service.domain.events import Event
from service.domain.notifications import Notification
from service.domain.people import Role
from service.domain.recalls import Chase, Recall, Remains, Wanted
from service.workflows.chase_recalls import ChaseRecall, chase_recall, chase_recalls
from service.workflows.close_recall import CloseRecall, close_recall
from service.workflows.confirm_recall import ConfirmRecall, confirm_recall
from service.workflows.dispatch_delivery import DispatchDelivery, dispatch_delivery
from service.workflows.open_recall import OpenRecall, open_recall
from service.workflows.tell_events import tell_events
from tests.factories.delivered_weeks import add_delivered_week, note_lines_of, send_out, take_in
from tests.factories.deliveries import all_of
from tests.factories.people import new_user
from tests.factories.plans import actor_of

LOT = OpenRecall(Wanted(lot_code="L-1"), "Salmonella")


async def recalled(units, opens_in=timedelta()):
    """One kitchen took goods of a lot that is called back now, or in a while."""
    async with units.begin() as work:
        town = await add_delivered_week(work)
        officer = new_user(town.week.kitchens[0], Role.FOOD_OFFICER)
        work.session.add(officer)
        await work.session.flush()
        town.people[Role.FOOD_OFFICER] = actor_of(officer)
        await send_out(work, town, town.notes[0])
        await take_in(work, town, town.notes[0])
        recall = await open_recall(replace(work, actor=actor_of(officer), now=work.now + opens_in), LOT)
    return town, recall


async def say_all_eaten(units, town, recall):
    async with units.begin() as work:
        parts = await parts_of(work.session, recall.id)
        remains = tuple(Remains(part.item_code, part.accepted_qty, 0, 0) for part in parts)
        await confirm_recall(replace(work, actor=town.head), ConfirmRecall(recall.id, remains))


async def events(units, kind):
    async with units.begin() as work:
        return list(await work.session.scalars(sa.select(Event).where(Event.type == kind)))


async def test_a_silent_kitchen_is_told_again_after_two_hours_and_then_the_city_each_once(units, clock):
    town, recall = await recalled(units)
    chased = ChaseRecall(recall.id, town.notes[0].kitchen_id)
    clock.advance(hours=1, minutes=59)
    assert await chase_recalls(units) == []
    clock.advance(minutes=1)
    assert await chase_recalls(units) == [(chased, Chase.REMIND)]
    assert await chase_recalls(units) == []
    clock.advance(hours=2)
    assert await chase_recalls(units) == [(chased, Chase.ESCALATE)]
    clock.advance(days=30)
    assert await chase_recalls(units) == []
    [reminder] = await events(units, "recall.reminded")
    [call] = await events(units, "recall.unanswered")
    assert reminder.concerns == call.concerns == [chased.kitchen_id]


async def test_who_has_accounted_for_everything_is_left_alone(units, clock):
    town, recall = await recalled(units)
    await say_all_eaten(units, town, recall)
    clock.advance(days=1)
    assert await chase_recalls(units) == []


async def test_an_answer_after_the_reminder_keeps_the_city_from_being_called(units, clock):
    town, recall = await recalled(units)
    clock.advance(hours=2)
    await chase_recalls(units)
    await say_all_eaten(units, town, recall)
    clock.advance(hours=5)
    assert await chase_recalls(units) == []


async def test_a_closed_recall_is_not_asked_about(units, clock):
    town, recall = await recalled(units)
    await say_all_eaten(units, town, recall)
    async with units.begin() as work:
        by = replace(work, actor=town.people[Role.FOOD_OFFICER])
        version = (await work.session.get_one(Recall, recall.id)).version
        await close_recall(by, CloseRecall(recall.id, version))
    clock.advance(days=1)
    assert await chase_recalls(units) == []


async def test_the_messages_name_the_goods_the_reason_and_the_kitchen(units, clock):
    town, _ = await recalled(units)
    await tell_events(units)
    for _ in range(2):
        clock.advance(hours=2)
        await chase_recalls(units)
    await tell_events(units)
    async with units.begin() as work:
        query = sa.select(Notification).where(Notification.kind.in_(["recall_reminder", "recall_unanswered"]))
        told = {row.kind: (row.user_id, row.text) for row in await work.session.scalars(query)}
    user_id, text = told["recall_reminder"]
    assert user_id == town.head.user_id
    assert "belum melaporkan barang yang ditarik: lot L-1" in text
    assert "Sebab: Salmonella" in text
    user_id, text = told["recall_unanswered"]
    assert user_id in {town.week.operator.user_id, town.people[Role.FOOD_OFFICER].user_id}
    assert text.startswith(f"{town.week.kitchens[0].name} sudah diingatkan")


async def test_a_kitchen_that_learns_of_it_later_is_told_again_two_hours_after_that(units, clock):
    town, recall = await recalled(units, opens_in=timedelta(minutes=1))
    left_at, note = clock.now, town.notes[1]
    clock.advance(hours=3)
    async with units.begin(actor=town.officer) as work:
        loads = tuple(all_of(line) for line in await note_lines_of(work, note))
        left = DispatchDelivery(note.id, loads, note.version, Made(left_at, work.new_id()))
        await dispatch_delivery(work, left)
    known, learns = (ChaseRecall(recall.id, one.kitchen_id) for one in town.notes)
    assert await chase_recalls(units) == [(known, Chase.REMIND)]
    clock.advance(hours=1, minutes=59)
    assert await chase_recalls(units) == []
    clock.advance(minutes=1)
    assert set(await chase_recalls(units)) == {(known, Chase.ESCALATE), (learns, Chase.REMIND)}


@pytest.mark.parametrize("workers", [5])
async def test_of_many_workers_that_look_at_once_one_reminds(crowd, clock, workers):
    town, recall = await recalled(crowd)
    clock.advance(hours=2)

    async def look():
        async with crowd.begin() as work:
            return await chase_recall(work, ChaseRecall(recall.id, town.notes[0].kitchen_id))

    done = await asyncio.gather(*(look() for _ in range(workers)))
    assert sorted(map(str, done)) == ["None"] * (workers - 1) + ["remind"]
    assert len(await events(crowd, "recall.reminded")) == 1
