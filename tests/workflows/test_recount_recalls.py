"""A kitchen accounts for what it has: not for goods refused at the door, but for those that left without signal."""

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from service.database.queries.recalls import parts_of
from service.domain.deliveries import Delivery, RestFate
from service.domain.device_actions import ActionKind, ActionOutcome
from service.domain.events import Event
from service.domain.loads import LineLoad, Lot
from service.domain.people import Role
from service.domain.recalls import Recall, RecallPart, RecallStatus, Remains, Wanted, recount
from service.domain.receipts import RejectReason
from service.domain.weighings import Weighing
from service.workflows.close_recall import CloseRecall, close_recall
from service.workflows.confirm_recall import ConfirmRecall, confirm_recall
from service.workflows.dispatch_delivery import DispatchDelivery, dispatch_delivery
from service.workflows.do_action import DoAction, do_action
from service.workflows.open_recall import OpenRecall
from service.workflows.receive_delivery import ReceiveDelivery, receive_delivery
from tests.factories.delivered_weeks import add_delivered_week, note_lines_of, send_out
from tests.factories.deliveries import NO_SHELF, all_of
from tests.factories.people import new_user
from tests.factories.plans import LINE_QTY, actor_of
from tests.workflows.interleavings import interleave, watch
from tests.workflows.test_recalls import opened, town

__all__ = ["town"]


async def weigh(work, town, rejected):
    """Weigh the first note and refuse some of each line (base units, or all of it)."""
    note = town.notes[0]
    lines = await note_lines_of(work, note)
    said = [
        Weighing(line.id, line.shipped_qty, min(rejected, line.shipped_qty), RejectReason.OTHER if rejected else None)
        for line in lines
    ]
    await receive_delivery(replace(work, actor=town.head), ReceiveDelivery(note.id, tuple(said)))


async def test_what_was_refused_at_the_door_is_not_asked_for(work, town):
    await send_out(work, town, town.notes[0])
    recall = await opened(work, town)
    assert all(part.accepted_qty for part in await parts_of(work.session, recall.id))

    await weigh(work, town, 10**9)

    parts = await parts_of(work.session, recall.id)
    assert {(part.accepted_qty, part.eaten_qty, part.confirmed_at) for part in parts} == {(0, 0, work.now)}
    as_office = replace(work, actor=next(actor for role, actor in town.people.items() if role == "food_officer"))
    assert (await close_recall(as_office, CloseRecall(recall.id, recall.version))).status is RecallStatus.CLOSED


async def test_a_kitchen_that_had_refused_all_before_is_not_asked(work, town):
    await send_out(work, town, town.notes[0])
    await weigh(work, town, 10**9)
    recall = await opened(work, town)

    assert {(part.accepted_qty, part.confirmed_at) for part in await parts_of(work.session, recall.id)} == {
        (0, work.now)
    }


async def dispatched_offline(work, town, hours):
    """Send the second note's departure three hours from now, made some hours from now; a recall opens in two."""
    note = town.notes[1]
    kitchen_id = note.kitchen_id
    loads = tuple(all_of(line) for line in await note_lines_of(work, note))
    await send_out(work, town, town.notes[0])
    recall = await opened(replace(work, now=work.now + timedelta(hours=2)), town)
    at_the_line = replace(work, now=work.now + timedelta(hours=3), actor=town.officer)
    made_at = work.now + timedelta(hours=hours)
    command = DispatchDelivery(note.id, loads, None)
    done = await do_action(
        at_the_line, NO_SHELF, DoAction(work.new_id(), ActionKind.DISPATCH_DELIVERY, made_at, "device", command)
    )
    return recall.id, kitchen_id, done


async def test_goods_that_left_without_signal_before_are_traced_and_their_kitchen_is_told(work, town):
    recall_id, kitchen_id, done = await dispatched_offline(work, town, 1)

    assert done.outcome is ActionOutcome.DONE
    parts = await parts_of(work.session, recall_id, kitchen_id=kitchen_id)
    assert {part.accepted_qty for part in parts} == {
        line.shipped_qty for line in await note_lines_of(work, town.notes[1])
    }
    [event] = await work.session.scalars(sa.select(Event).where(Event.type == "recall.widened"))
    assert set(event.concerns) == {kitchen_id, town.notes[1].cooperative_id}


async def test_goods_that_left_after_the_recall_are_refused_also_without_signal(work, town):
    recall_id, kitchen_id, done = await dispatched_offline(work, town, 2.5)

    assert (done.outcome, done.problem["errors"][0]["code"]) == (ActionOutcome.REFUSED, "recalled")
    assert await parts_of(work.session, recall_id, kitchen_id=kitchen_id) == []


async def test_what_a_kitchen_said_stands_while_it_has_as_much(work, town):
    await send_out(work, town, town.notes[0])
    recall = await opened(work, town)
    parts = await parts_of(work.session, recall.id)
    said = tuple(Remains(part.item_code, 0, part.accepted_qty, 0) for part in parts)
    await confirm_recall(replace(work, actor=town.head), ConfirmRecall(recall.id, said))

    before = parts[0].accepted_qty
    recount(parts[0], before, by=work.new_id(), now=work.now)
    assert parts[0].stored_qty == before
    await weigh(work, town, 10**9)
    assert parts[0].stored_qty == 0


@given(st.integers(0, 9), st.integers(0, 9), st.booleans())
def test_a_part_is_whole_and_asked_anew_only_when_it_changes(before, after, is_confirmed):
    part = RecallPart(accepted_qty=before)
    if is_confirmed:
        part.eaten_qty, part.stored_qty, part.discarded_qty = before, 0, 0
        part.confirmed_at, part.confirmed_by = "then", "kitchen"
    recount(part, after, by="kitchen", now="now")

    said = (part.eaten_qty, part.stored_qty, part.discarded_qty)
    assert part.accepted_qty == after
    assert (part.confirmed_at is None) == (said == (None, None, None))
    assert part.confirmed_at is None or sum(said) == after
    assert part.confirmed_at == ("now" if not after and not (is_confirmed and not before) else part.confirmed_at)


async def test_a_delivery_without_recall_is_weighed_as_ever(work, town):
    await send_out(work, town, town.notes[0])
    await weigh(work, town, 0)
    assert not list(await work.session.scalars(sa.select(RecallPart)))


async def two_drops(units):
    """Half of a line came with one drop and half with the next; then its lot is called back."""
    async with units.begin() as work:
        town = await add_delivered_week(work, items=1, kitchens=1)
        [note] = town.notes
        [line] = await note_lines_of(work, note)
        half = LineLoad(line.id, (Lot(LINE_QTY // 2, "L-1", "Tani"),), RestFate.CARRIED, "truck full")
        await dispatch_delivery(replace(work, actor=town.officer), DispatchDelivery(note.id, (half,), note.version))
        [second] = await work.session.scalars(sa.select(Delivery).where(Delivery.drop_no == 2))
        await send_out(work, town, second)
        officer = new_user(town.week.kitchens[0], Role.FOOD_OFFICER)
        work.session.add(officer)
        await work.session.flush()
        town.people[Role.FOOD_OFFICER] = actor_of(officer)
        recall = await opened(work, town, OpenRecall(Wanted(lot_code="L-1"), "Dust"))
        rows = [(drop.id, (await note_lines_of(work, drop))[0].id) for drop in (note, second)]
    return town, recall.id, rows


def refusing(town, delivery_id, line_id):
    weighing = Weighing(line_id, LINE_QTY // 2, LINE_QTY // 2, RejectReason.SPOILED)
    return town.head, lambda work: receive_delivery(work, ReceiveDelivery(delivery_id, (weighing,)))


BEFORE_COMMIT = 4
"""After the delivery, the region and the recall are held."""


async def test_two_phones_that_refuse_two_drops_at_once_leave_nothing_to_account_for(crowd, crowd_engine):
    town, recall_id, drops = await two_drops(crowd)
    first, second = (refusing(town, *drop) for drop in drops)
    watch(crowd_engine)
    assert await interleave(crowd_engine, crowd, first, second, BEFORE_COMMIT) == ("done", "done")
    async with crowd.begin() as work:
        [part] = await parts_of(work.session, recall_id)
        assert (part.accepted_qty, part.confirmed_by) == (0, town.head.user_id)


async def test_a_word_about_goods_that_are_refused_at_the_same_time_is_asked_for_again(crowd, crowd_engine):
    town, recall_id, drops = await two_drops(crowd)
    said = (Remains("ITEM-00", LINE_QTY, 0, 0),)
    watch(crowd_engine)
    word = town.head, lambda work: confirm_recall(work, ConfirmRecall(recall_id, said))
    came = await interleave(crowd_engine, crowd, refusing(town, *drops[0]), word, BEFORE_COMMIT)
    assert came == ("done", "invalid_field")
    async with crowd.begin() as work:
        [part] = await parts_of(work.session, recall_id)
        assert (part.accepted_qty, part.confirmed_at) == (LINE_QTY // 2, None)
        assert (await work.session.get_one(Recall, recall_id)).status is RecallStatus.OPEN


async def test_a_recall_that_ends_while_its_goods_are_refused_keeps_what_the_kitchen_said(crowd, crowd_engine):
    town, recall_id, drops = await two_drops(crowd)
    async with crowd.begin(actor=town.head) as work:
        await confirm_recall(work, ConfirmRecall(recall_id, (Remains("ITEM-00", LINE_QTY, 0, 0),)))
        command = CloseRecall(recall_id, (await work.session.get_one(Recall, recall_id)).version)
    watch(crowd_engine)
    closing = town.people[Role.FOOD_OFFICER], lambda work: close_recall(work, command)
    came = await interleave(crowd_engine, crowd, closing, refusing(town, *drops[0]), stop=2)
    assert came == ("done", "done")
    async with crowd.begin() as work:
        [part] = await parts_of(work.session, recall_id)
        assert (part.accepted_qty, part.eaten_qty) == (LINE_QTY, LINE_QTY)
        assert (await work.session.get_one(Recall, recall_id)).status is RecallStatus.CLOSED
