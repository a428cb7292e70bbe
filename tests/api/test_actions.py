"""Phones without signal: whatever order, repetition and batches, the same state or a named conflict."""

import base64
import uuid
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.api.action_batch import done_in_turn
from service.api.schemas.actions import ActionIn
from service.domain.deliveries import Delivery, DeliveryLine, DeliveryLot
from service.domain.invoices import Invoice
from service.domain.orders import Answer, OrderLine
from service.domain.people import Role
from service.domain.receipt_photos import ReceiptPhoto
from service.domain.receipts import Receipt, ReceiptLine, Signature
from service.files.photos import PhotoShelf
from tests.api.callers import answer, callers
from tests.factories.delivered_weeks import add_delivered_week, note_lines_of
from tests.factories.deliveries import PICTURE

__all__ = ["callers"]

QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def deed(kind, target_id, minutes, body=None, *, now, number):
    made_at = now - timedelta(hours=5) + timedelta(minutes=minutes)
    fields = {"id": uuid.UUID(int=number), "kind": kind, "target_id": target_id, "made_at": made_at}
    return ActionIn(**fields, body=body or {})


def load(line):
    return {
        "line_id": str(line.id),
        "lots": [{"shipped_qty": line.planned_qty, "lot_code": "L-1", "producer": "Tani Mekar"}],
    }


def weighed(line, rejected_qty=0):
    reason = "spoiled" if rejected_qty else None
    return {
        "line_id": str(line.id),
        "received_qty": line.planned_qty,
        "rejected_qty": rejected_qty,
        "reason": reason,
    }


@pytest.fixture
async def evening(units, clock):
    """Return who sends which deeds of an evening: one drop, three weighings, a photo, two names."""
    async with units.begin() as work:
        delivered = await add_delivered_week(work)
        note = delivered.notes[0]
        first, second = await note_lines_of(work, note)
        said = [
            ("dispatch_delivery", {"lines": [load(first), load(second)]}),
            ("weigh_delivery", {"lines": [weighed(first, 1000)]}),
            ("weigh_delivery", {"lines": [weighed(first, 2000), weighed(second)]}),
            ("weigh_delivery", {"lines": [weighed(first, 3000)]}),
            ("sign_receipt", {}),
            ("sign_receipt", {}),
            ("add_photo", {"line_id": str(second.id), "content": base64.b64encode(PICTURE).decode()}),
        ]
        deeds = [deed(kind, note.id, 10 * n, body, now=clock.now, number=n + 1) for n, (kind, body) in enumerate(said)]
        return [(delivered.officer, [deeds[0], deeds[5]]), (delivered.head, [*deeds[1:5], deeds[6]])]


@pytest.fixture
def shelf(tmp_path):
    return PhotoShelf(tmp_path)


async def state_of(connection):
    """Return what the books say, without ids and versions."""
    tables = [
        (Delivery, "status", "dispatched_at"),
        (DeliveryLine, "position", "shipped_qty", "rest_fate"),
        (DeliveryLot, "shipped_qty", "lot_code"),
        (Receipt, "status", "signed_at"),
        (ReceiptLine, "item_code", "accepted_qty", "rejected_qty", "weighed_at", "action_id"),
        (ReceiptPhoto, "sha256", "taken_by"),
        (Signature, "side", "name", "signed_at"),
        (Invoice, "number", "total_idr"),
    ]
    found = {}
    for kind, *names in tables:
        rows = await connection.execute(sa.select(*(getattr(kind, name) for name in names)))
        found[kind.__name__] = Counter(map(str, rows))
    return found


async def send_until_settled(units, shelf, evening):
    """Send everything again, as phones do, until all is final; return what came of each."""
    for _ in range(4):
        answers = [one for actor, deeds in evening for one in await done_in_turn(units, shelf, actor, deeds, "/")]
        if all(one.is_final for one in answers):
            break
    return {one.id: one for one in answers}


@settings(max_examples=12, deadline=None, suppress_health_check=QUIET)
@given(data=st.data())
async def test_any_order_repetition_and_batches_end_in_the_same_state_or_a_named_conflict(
    data, units, shelf, connection, evening
):
    async with connection.begin_nested() as attempt:
        in_order = sorted(
            ((each.made_at, actor, each) for actor, deeds in evening for each in deeds), key=lambda one: one[0]
        )
        for _, actor, each in in_order:
            [told] = await done_in_turn(units, shelf, actor, [each], "/")
            assert told.outcome == "done"
        wanted = await state_of(connection)
        await attempt.rollback()
    one_batch = st.sampled_from(evening).flatmap(
        lambda part: st.tuples(st.just(part[0]), st.lists(st.sampled_from(part[1]), min_size=1, max_size=4))
    )
    batches = data.draw(st.lists(one_batch, max_size=6))
    async with connection.begin_nested() as attempt:
        for actor, batch in batches:
            await done_in_turn(units, shelf, actor, batch, "/")
        told = await send_until_settled(units, shelf, evening)
        assert all(one.is_final for one in told.values())
        codes = {one.problem.code for one in told.values() if one.outcome == "refused"}
        assert codes <= {"receipt_signed"}
        if not codes:
            assert await state_of(connection) == wanted
        await attempt.rollback()


async def test_two_answers_to_one_line_leave_the_first_that_came_and_name_the_other(callers, session):
    order = await callers.first_order()
    line, other, *_ = order["lines"]
    now = "2026-11-24T02:00:00Z"
    sent = [
        {"id": str(uuid.UUID(int=n)), "made_at": now, "kind": "answer_order", "target_id": order["id"], "body": body}
        for n, body in enumerate(
            [
                {"answers": [answer(line)]},
                {"answers": [answer(line, 0, "no_transport"), answer(other)]},
                {"answers": [answer(other)]},
            ]
        )
    ]
    officer = callers.of(Role.COOP_OFFICER)
    first = (await officer.post("/actions", json={"actions": sent})).json()["items"]
    again = (await officer.post("/actions", json={"actions": list(reversed(sent))})).json()["items"]
    assert [one["outcome"] for one in first] == ["done", "refused", "done"]
    assert (first[1]["problem"]["code"], first[1]["problem"]["status"]) == ("already_answered", 409)
    assert first[1]["problem"]["lines"][0]["line_id"] == line["id"]
    assert first[0]["location"] == f"/api/v1/orders/{order['id']}/answers"
    assert [{**one, "problem": None} for one in again[::-1]] == [{**one, "problem": None} for one in first]
    assert len(list(await session.scalars(sa.select(Answer)))) == 2
    statuses = {row.status for row in await session.scalars(sa.select(OrderLine).where(OrderLine.id == line["id"]))}
    assert statuses == {"accepted"}


async def test_an_answer_that_comes_after_its_time_is_told_what_became_of_the_line(callers, clock):
    order = await callers.first_order()
    made_at = clock.now.isoformat()
    clock.advance(days=3)
    body = {"answers": [answer(order["lines"][0])]}
    sent = {
        "id": str(uuid.uuid4()),
        "made_at": made_at,
        "kind": "answer_order",
        "target_id": order["id"],
        "body": body,
    }
    [told] = (await callers.of(Role.COOP_OFFICER).post("/actions", json={"actions": [sent]})).json()["items"]
    assert (told["outcome"], told["problem"]["code"]) == ("refused", "respond_by_passed")
    assert told["problem"]["lines"]


async def test_one_deed_with_a_fault_does_not_hold_up_the_others(callers):
    order = await callers.first_order()
    line, other, *_ = order["lines"]
    sent = [
        {"kind": "answer_order", "body": {"answers": [answer(line)], "misspelt": 1}},
        {"kind": "sign_receipt", "body": {"answers": []}},
        {"kind": "answer_order", "body": {"answers": [answer(other)]}},
        {"kind": "answer_order", "version": 99, "body": {"answers": [answer(line)]}},
    ]
    actions = [
        {"id": str(uuid.uuid4()), "made_at": "2026-11-24T02:00:00+07:00", "target_id": order["id"], **one}
        for one in sent
    ]
    answered = await callers.of(Role.COOP_OFFICER).post("/actions", json={"actions": actions})
    items = answered.json()["items"]
    assert answered.status_code == 200
    assert [one["id"] for one in items] == [one["id"] for one in actions]
    assert [one["problem"] and one["problem"]["code"] for one in items] == [
        "invalid_request",
        "invalid_request",
        None,
        "stale_version",
    ]
    assert items[0]["problem"]["errors"][0]["field"] == "body.misspelt"


async def test_a_batch_is_limited_and_needs_an_instant_with_its_zone(callers):
    head = callers.of(Role.KITCHEN_HEAD)
    one = {"id": str(uuid.uuid4()), "kind": "sign_receipt", "target_id": str(uuid.uuid4())}
    for actions in (
        [],
        [{**one, "made_at": "2026-11-24T02:00:00"}],
        [{**one, "made_at": "2026-11-24T02:00:00Z"}] * 101,
    ):
        refused = await head.post("/actions", json={"actions": actions})
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")
