"""A kitchen accounts for what it has: not for goods refused at the door, but for those that left without signal."""

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from service.database.queries.recalls import parts_of
from service.domain.device_actions import ActionKind, ActionOutcome
from service.domain.events import Event
from service.domain.recalls import RecallPart, RecallStatus, Remains, recount
from service.domain.receipts import RejectReason
from service.domain.weighings import Weighing
from service.workflows.close_recall import CloseRecall, close_recall
from service.workflows.confirm_recall import ConfirmRecall, confirm_recall
from service.workflows.dispatch_delivery import DispatchDelivery
from service.workflows.do_action import DoAction, do_action
from service.workflows.receive_delivery import ReceiveDelivery, receive_delivery
from tests.factories.delivered_weeks import note_lines_of, send_out
from tests.factories.deliveries import NO_SHELF, all_of
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
