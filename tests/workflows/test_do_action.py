"""A deed from a phone has one effect, or none and a reason; what cannot be done yet may come again."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service.domain.deliveries import DeliveryLot
from service.domain.device_actions import ActionKind, ActionOutcome, DeviceAction
from service.domain.errors import ActionIdReused
from service.domain.receipts import ReceiptLine, RejectReason, Signature
from service.domain.weighings import Weighing
from service.workflows.dispatch_delivery import DispatchDelivery
from service.workflows.do_action import DoAction, SignDelivery, do_action
from service.workflows.forget_actions import forget_actions
from service.workflows.receive_delivery import ReceiveDelivery
from tests.factories.delivered_weeks import add_delivered_week, note_lines_of, send_out
from tests.factories.deliveries import NO_SHELF, all_of, taking_all


@pytest.fixture
async def delivered(work):
    return await add_delivered_week(work)


@pytest.fixture
async def note(delivered):
    return delivered.notes[0]


@pytest.fixture
async def left(work, delivered, note):
    await send_out(work, delivered, note)
    return note


def action(work, deed, kind=ActionKind.WEIGH_DELIVERY, **changes):
    made_at = work.now - timedelta(hours=1)
    return replace(DoAction(uuid.uuid4(), kind, made_at, "hash", deed), **changes)


async def doing(work, actor, command):
    return await do_action(replace(work, actor=actor), NO_SHELF, command)


async def count(work, kind):
    return await work.session.scalar(sa.select(sa.func.count()).select_from(kind))


async def weighing(work, note):
    return ReceiveDelivery(note.id, tuple(taking_all(line) for line in await note_lines_of(work, note)))


async def test_a_deed_that_is_sent_twice_has_one_effect_and_one_answer(work, delivered, left):
    command = action(work, await weighing(work, left))
    first = await doing(work, delivered.head, command)
    again = await doing(work, delivered.head, command)
    assert (first.outcome, first == again) == (ActionOutcome.DONE, True)
    lines = list(await work.session.scalars(sa.select(ReceiptLine)))
    assert {(line.weighed_at, line.action_id, line.version) for line in lines} == {
        (command.made_at, command.action_id, 1)
    }


async def test_an_id_is_not_used_for_anything_else_or_by_anybody_else(work, delivered, left):
    command = action(work, await weighing(work, left))
    await doing(work, delivered.head, command)
    for actor, other in (
        (delivered.head, replace(command, body_hash="other")),
        (delivered.officer, command),
    ):
        with pytest.raises(ActionIdReused):
            await doing(work, actor, other)


async def test_what_is_refused_for_good_is_kept_and_leaves_nothing_else(work, delivered, left):
    line, _ = await note_lines_of(work, left)
    command = action(work, ReceiveDelivery(left.id, (Weighing(line.id, line.shipped_qty * 2),)))
    refused = await doing(work, delivered.head, command)
    assert (refused.outcome, refused.is_final, refused.problem["code"]) == ("refused", True, "invalid_field")
    assert refused.problem["errors"][0]["field"] == "lines.0.received_qty"
    assert await count(work, ReceiptLine) == 0
    assert await doing(work, delivered.head, command) == refused


async def test_a_stranger_is_told_what_the_online_address_tells(work, delivered, left):
    for deed, kind in (
        (await weighing(work, left), ActionKind.WEIGH_DELIVERY),
        (SignDelivery(left.id), ActionKind.SIGN_RECEIPT),
    ):
        stranger = replace(delivered.head, organisation_id=uuid.uuid4())
        refused = await doing(work, stranger, action(work, deed, kind))
        assert refused.problem["code"] == "not_found"
        scoped = replace(delivered.head, scopes=frozenset({"actions.send"}))
        refused = await doing(work, scoped, action(work, deed, kind))
        assert refused.problem["code"] == "not_permitted"


async def test_a_signature_for_a_delivery_that_does_not_exist_is_refused_for_good(work, delivered):
    command = action(work, SignDelivery(uuid.uuid4()), ActionKind.SIGN_RECEIPT)
    refused = await doing(work, delivered.head, command)
    assert (refused.problem["code"], refused.is_final) == ("not_found", True)
    assert await doing(work, delivered.head, command) == refused


async def test_a_weighing_that_comes_before_the_dispatch_may_come_again(work, delivered, note):
    lines = await note_lines_of(work, note)
    command = action(work, ReceiveDelivery(note.id, tuple(Weighing(line.id, line.planned_qty) for line in lines)))
    early = await doing(work, delivered.head, command)
    assert (early.problem["code"], early.is_final) == ("not_dispatched", False)
    assert await count(work, DeviceAction) == 0
    await send_out(work, delivered, note)
    assert (await doing(work, delivered.head, command)).outcome is ActionOutcome.DONE


async def test_a_signature_that_comes_before_the_weighing_may_come_again(work, delivered, left):
    signing = action(work, SignDelivery(left.id), ActionKind.SIGN_RECEIPT)
    early = await doing(work, delivered.head, signing)
    assert (early.problem["code"], early.is_final) == ("not_weighed", False)
    earlier = signing.made_at - timedelta(minutes=1)
    await doing(work, delivered.head, action(work, await weighing(work, left), made_at=earlier))
    assert (await doing(work, delivered.head, signing)).outcome is ActionOutcome.DONE
    [signature] = await work.session.scalars(sa.select(Signature))
    assert signature.signed_at == signing.made_at


async def test_a_signature_is_refused_if_goods_were_weighed_anew_after_it_was_made(work, delivered, left):
    signing = action(work, SignDelivery(left.id), ActionKind.SIGN_RECEIPT)
    later = signing.made_at + timedelta(minutes=1)
    await doing(work, delivered.head, action(work, await weighing(work, left), made_at=later))
    refused = await doing(work, delivered.officer, signing)
    assert (refused.problem["code"], refused.problem["facts"]) == ("weighed_since", {"positions": [1, 2]})


async def test_an_older_weighing_changes_nothing_even_after_a_signature(work, delivered, left):
    line, _ = await note_lines_of(work, left)
    newer = action(work, await weighing(work, left))
    less = Weighing(line.id, line.shipped_qty, 1000, RejectReason.SPOILED)
    old = newer.made_at - timedelta(minutes=5)
    older = action(work, ReceiveDelivery(left.id, (less,)), made_at=old)
    latest = replace(older, action_id=uuid.uuid4(), made_at=newer.made_at + timedelta(minutes=1))
    await doing(work, delivered.head, newer)
    signing = action(work, SignDelivery(left.id), ActionKind.SIGN_RECEIPT, made_at=work.now)
    await doing(work, delivered.head, signing)
    assert (await doing(work, delivered.head, older)).outcome is ActionOutcome.SUPERSEDED
    assert (await doing(work, delivered.head, latest)).problem["code"] == "receipt_signed"
    assert {row.rejected_qty for row in await work.session.scalars(sa.select(ReceiptLine))} == {0}


async def test_a_second_signature_of_a_side_changes_nothing_and_is_told(work, delivered, left):
    await doing(work, delivered.head, action(work, await weighing(work, left)))
    outcomes = [
        (await doing(work, delivered.head, action(work, SignDelivery(left.id), ActionKind.SIGN_RECEIPT))).outcome
        for _ in range(2)
    ]
    assert outcomes == [ActionOutcome.DONE, ActionOutcome.SUPERSEDED]


async def test_a_wrong_clock_is_told_and_nothing_kept(work, delivered, left):
    for made_at in (work.now + timedelta(minutes=11), work.now - timedelta(days=8)):
        refused = await doing(work, delivered.head, action(work, await weighing(work, left), made_at=made_at))
        assert (refused.problem["code"], refused.is_final) == ("clock_wrong", False)
    assert await count(work, DeviceAction) == 0


async def test_goods_are_judged_by_the_day_on_which_they_were_weighed(work, delivered, left):
    """Weighed on their last good day, sent two days later; what was weighed then can be weighed anew."""
    for lot in await work.session.scalars(sa.select(DeliveryLot)):
        lot.expires_on = work.now.date()
    later = replace(work, now=work.now + timedelta(days=2))
    first, second = (await weighing(work, left)).weighings
    command = action(work, ReceiveDelivery(left.id, (first,)))
    assert (await doing(later, delivered.head, command)).outcome is ActionOutcome.DONE
    late = action(work, ReceiveDelivery(left.id, (second,)), made_at=later.now)
    assert (await doing(later, delivered.head, late)).problem["errors"][0]["code"] == "expired"
    anew = replace(command, action_id=uuid.uuid4(), made_at=later.now)
    assert (await doing(later, delivered.head, anew)).outcome is ActionOutcome.DONE


async def test_a_clock_put_back_makes_no_old_goods_good(work, delivered, note):
    """They left two days after their last good day; the phone says that they were weighed before."""
    await send_out(replace(work, now=work.now + timedelta(days=2)), delivered, note)
    for lot in await work.session.scalars(sa.select(DeliveryLot)):
        lot.expires_on = work.now.date()
    later = replace(work, now=work.now + timedelta(days=3))
    command = action(work, await weighing(work, note), made_at=work.now)
    assert (await doing(later, delivered.head, command)).problem["errors"][0]["code"] == "expired"


async def test_goods_do_not_leave_before_they_stand_on_a_note(work, delivered, note):
    loads = tuple(all_of(line) for line in await note_lines_of(work, note))
    leaving = DispatchDelivery(note.id, loads, None)
    command = action(work, leaving, ActionKind.DISPATCH_DELIVERY, made_at=work.now - timedelta(days=2))
    assert (await doing(work, delivered.officer, command)).outcome is ActionOutcome.DONE
    assert note.dispatched_at == note.created_at


async def test_actions_are_forgotten_when_they_are_too_old_to_be_taken(work, delivered, left):
    command = action(work, await weighing(work, left))
    await doing(work, delivered.head, command)
    assert await forget_actions(replace(work, now=work.now + timedelta(days=7))) == 0
    late = replace(work, now=work.now + timedelta(days=9))
    assert await forget_actions(late) == 1
    assert (await doing(late, delivered.head, command)).problem["code"] == "clock_wrong"
