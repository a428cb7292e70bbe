"""Photos taken without signal: after their weighing, whatever comes first, once, by the day they were taken."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service.domain.device_actions import ActionKind, ActionOutcome
from service.domain.receipt_photos import ReceiptPhoto
from service.files.photos import PhotoShelf
from service.workflows.do_action import DoAction, PhotographLine, do_action
from tests.factories.delivered_weeks import add_delivered_week, note_lines_of, send_out, sign_both, take_in
from tests.factories.deliveries import PICTURE


@pytest.fixture
def shelf(tmp_path):
    return PhotoShelf(tmp_path)


@pytest.fixture
async def delivered(work):
    return await add_delivered_week(work)


@pytest.fixture
async def note(work, delivered):
    await send_out(work, delivered, delivered.notes[0])
    return delivered.notes[0]


async def taken(work, note, content=PICTURE):
    [line, *_] = await note_lines_of(work, note)
    return DoAction(uuid.uuid4(), ActionKind.ADD_PHOTO, work.now, "hash", PhotographLine(note.id, line.id, content))


async def photos(work):
    return list(await work.session.scalars(sa.select(ReceiptPhoto)))


async def test_a_photo_that_comes_before_its_weighing_waits_and_goes_after_it(work, delivered, note, shelf):
    command, at_the_kitchen = await taken(work, note), replace(work, actor=delivered.head)
    early = await do_action(at_the_kitchen, shelf, command)
    assert (early.outcome, early.is_final) == (ActionOutcome.REFUSED, False)
    assert early.problem["code"] == "not_weighed"
    receipt = await take_in(work, delivered, note)
    done = await do_action(at_the_kitchen, shelf, command)
    assert (done.outcome, done.result_id) == (ActionOutcome.DONE, receipt.id)
    assert await do_action(at_the_kitchen, shelf, command) == done
    [photo] = await photos(work)
    assert shelf.get(photo.sha256) == PICTURE


async def test_a_photo_counts_by_the_day_it_was_taken(work, delivered, note, shelf):
    command = await taken(work, note)
    await sign_both(work, delivered, await take_in(work, delivered, note))
    later = replace(work, actor=delivered.head, now=work.now + timedelta(days=4))
    in_time = await do_action(later, shelf, command)
    late = await do_action(later, shelf, replace(await taken(later, note, PICTURE + b"x"), made_at=later.now))
    assert (in_time.outcome, late.outcome) == (ActionOutcome.DONE, ActionOutcome.REFUSED)
    assert [each["code"] for each in late.problem["errors"]] == ["too_late"]


async def test_nobody_photographs_anothers_goods_or_a_line_of_another_delivery(work, delivered, note, shelf):
    await take_in(work, delivered, note)
    command = await taken(work, note)
    stranger = replace(delivered.head, organisation_id=delivered.week.kitchens[1].id)
    elsewhere = replace(command, deed=replace(command.deed, delivery_id=delivered.notes[1].id))
    for actor, asked, code in (
        (stranger, command, "not_found"),
        (delivered.officer, command, "not_permitted"),
        (delivered.head, replace(elsewhere, action_id=uuid.uuid4()), "not_found"),
    ):
        refused = await do_action(replace(work, actor=actor), shelf, replace(asked, action_id=uuid.uuid4()))
        assert (refused.outcome, refused.problem["code"]) == (ActionOutcome.REFUSED, code)
    assert await photos(work) == []
