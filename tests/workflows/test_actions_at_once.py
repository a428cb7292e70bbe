"""Phones that send the same at the same time, and a process that dies before its commit: one effect all the same."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service.domain.device_actions import ActionKind, DeviceAction
from service.domain.receipts import ReceiptLine, Signature
from service.workflows.do_action import DoAction, SignDelivery, do_action
from service.workflows.receive_delivery import ReceiveDelivery
from tests.factories.delivered_weeks import add_delivered_week, note_lines_of, send_out, take_in
from tests.factories.deliveries import NO_SHELF, taking_all
from tests.workflows.test_orders_at_once import at_once


class Crash(Exception):
    """The process died before the commit."""


async def rows_of(units, kind):
    async with units.begin() as work:
        return list(await work.session.scalars(sa.select(kind)))


async def evening(units, *, is_weighed=False):
    """Bring a drop to the kitchen; return the week and a weighing of all made an hour ago."""
    async with units.begin() as work:
        delivered = await add_delivered_week(work, kitchens=1)
        [note] = delivered.notes
        await send_out(work, delivered, note)
        if is_weighed:
            await take_in(work, delivered, note)
        deed = ReceiveDelivery(note.id, tuple(taking_all(line) for line in await note_lines_of(work, note)))
        made_at = work.now - timedelta(hours=1)
        return delivered, DoAction(uuid.uuid4(), ActionKind.WEIGH_DELIVERY, made_at, "hash", deed)


def outcomes(results):
    return sorted({str(getattr(one, "outcome", one)) for one in results})


async def test_of_the_same_deed_sent_ten_times_at_once_one_has_the_effect_and_all_hear_the_same(crowd):
    delivered, command = await evening(crowd)
    results = await at_once(crowd, [(delivered.head, lambda work: do_action(work, NO_SHELF, command))] * 10, seed=1)
    assert len(set(map(repr, results))) == 1
    assert outcomes(results) == ["done"]
    assert {line.version for line in await rows_of(crowd, ReceiptLine)} == {1}
    assert len(await rows_of(crowd, DeviceAction)) == 1


async def test_of_many_phones_that_sign_for_a_side_at_once_the_first_name_stands(crowd):
    delivered, weighing = await evening(crowd, is_weighed=True)
    deed = SignDelivery(weighing.deed.delivery_id)
    signing = [
        DoAction(
            uuid.uuid4(),
            ActionKind.SIGN_RECEIPT,
            weighing.made_at + timedelta(hours=1, minutes=n),
            "hash",
            deed,
        )
        for n in range(5)
    ]
    asked = [(delivered.head, lambda work, one=one: do_action(work, NO_SHELF, one)) for one in signing]
    results = await at_once(crowd, asked, seed=2)
    assert outcomes(results) == ["done", "superseded"]
    assert len(await rows_of(crowd, Signature)) == 1


async def test_a_deed_whose_process_died_before_the_commit_is_done_when_it_is_sent_again(crowd):
    delivered, command = await evening(crowd)

    async def doing_and_dying():
        async with crowd.begin() as work:
            await do_action(replace(work, actor=delivered.head), NO_SHELF, command)
            raise Crash

    with pytest.raises(Crash):
        await doing_and_dying()
    assert await rows_of(crowd, DeviceAction) == []
    async with crowd.begin() as work:
        await do_action(replace(work, actor=delivered.head), NO_SHELF, command)
    [kept] = await rows_of(crowd, DeviceAction)
    assert (kept.outcome, len(await rows_of(crowd, ReceiptLine))) == ("done", 2)
