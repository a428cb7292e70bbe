"""From a lot to every kitchen and back: traced, forbidden, accounted for, ended."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from service.database.queries import recalls as recall_queries
from service.database.queries.recalls import parts_of, trace
from service.domain import recalls as recall_rules
from service.domain.errors import InvalidField, NotFound, NotPermitted
from service.domain.events import Event
from service.domain.people import Role
from service.domain.recalls import RecallStatus, Remains, Wanted
from service.domain.receipts import RejectReason
from service.domain.weighings import Weighing
from service.workflows.close_recall import CloseRecall, close_recall
from service.workflows.confirm_recall import ConfirmRecall, confirm_recall
from service.workflows.dispatch_delivery import DispatchDelivery, dispatch_delivery
from service.workflows.open_recall import OpenRecall, open_recall
from service.workflows.receive_delivery import ReceiveDelivery, receive_delivery
from tests.factories.delivered_weeks import add_delivered_week, note_lines_of, send_out, take_in
from tests.factories.deliveries import all_of
from tests.factories.people import new_user
from tests.factories.places import REGION
from tests.factories.plans import actor_of

LOT = OpenRecall(Wanted(lot_code="L-1"), "Salmonella")


@pytest.fixture
async def town(work):
    delivered = await add_delivered_week(work)
    user = new_user(delivered.week.kitchens[0], Role.FOOD_OFFICER)
    work.session.add(user)
    await work.session.flush()
    delivered.people[Role.FOOD_OFFICER] = actor_of(user)
    return delivered


async def opened(work, town, command=LOT):
    return await open_recall(replace(work, actor=town.people[Role.FOOD_OFFICER]), command)


async def test_a_trace_tells_who_got_a_lot_and_how_much_of_it_was_taken(work, town):
    await send_out(work, town, town.notes[0])
    await take_in(work, town, town.notes[0])
    await send_out(work, town, town.notes[1])
    found = await trace(work.session, region_code=REGION, wanted=Wanted(lot_code="L-1"))
    assert {lot.number for lot in found} == {note.number for note in town.notes}
    assert sum(lot.line_accepted_qty is None for lot in found) == 2
    for lot in found:
        assert lot.shipped_qty == lot.line_shipped_qty
    assert await trace(work.session, region_code="32.01", wanted=Wanted(lot_code="L-1")) == []
    assert await trace(work.session, region_code=REGION, wanted=Wanted(producer="Other")) == []
    of_item = Wanted(item_code="ITEM-00", from_date=town.notes[0].needed_date, to_date=town.notes[0].needed_date)
    assert {lot.item_code for lot in await trace(work.session, region_code=REGION, wanted=of_item)} == {"ITEM-00"}


async def test_more_lots_than_are_read_at_once_are_refused_and_no_kitchen_is_left_out(work, town, monkeypatch):
    for note in town.notes[:2]:
        await send_out(work, town, note)
    lots = len(await trace(work.session, region_code=REGION, wanted=LOT.wanted))
    for module in (recall_rules, recall_queries):
        monkeypatch.setattr(module, "MOST_LOTS", lots - 1)
    with pytest.raises(InvalidField) as refused:
        await opened(work, town)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("from_date", "too_many_lots")]
    day = town.notes[0].needed_date
    narrowed = replace(LOT, wanted=replace(LOT.wanted, from_date=day, to_date=day))
    for module in (recall_rules, recall_queries):
        monkeypatch.setattr(module, "MOST_LOTS", lots)
    assert (await opened(work, town, narrowed)).from_date == day


async def test_recalled_goods_do_not_leave(work, town):
    await send_out(work, town, town.notes[0])
    await opened(work, town)
    loads = tuple(all_of(line) for line in await note_lines_of(work, town.notes[1]))
    command = DispatchDelivery(town.notes[1].id, loads, expected_version=town.notes[1].version)
    with pytest.raises(InvalidField) as caught:
        await dispatch_delivery(replace(work, actor=town.officer), command)
    assert {(fault.field, fault.code) for fault in caught.value.faults} == {
        ("lines.0.lots.0.lot_code", "recalled"),
        ("lines.1.lots.0.lot_code", "recalled"),
    }


async def test_recalled_goods_on_their_way_can_only_be_refused(work, town):
    note = town.notes[0]
    await send_out(work, town, note)
    await opened(work, town)
    line, _ = await note_lines_of(work, note)

    async def weigh(rejected, reason):
        said = Weighing(line.id, line.shipped_qty, rejected, reason)
        return await receive_delivery(replace(work, actor=town.head), ReceiveDelivery(note.id, (said,)))

    with pytest.raises(InvalidField) as caught:
        await weigh(0, None)
    assert [fault.code for fault in caught.value.faults] == ["recalled"]
    await weigh(line.shipped_qty, RejectReason.OTHER)


async def test_every_kitchen_with_goods_is_told_and_asked(work, town):
    await send_out(work, town, town.notes[0])
    await take_in(work, town, town.notes[0])
    recall = await opened(work, town)
    parts = await parts_of(work.session, recall.id)
    assert {part.kitchen_id for part in parts} == {town.notes[0].kitchen_id}
    assert [part.accepted_qty for part in parts] == [
        line.shipped_qty for line in await note_lines_of(work, town.notes[0])
    ]
    event = (await work.session.scalars(sa.select(Event).where(Event.type == "recall.opened"))).one()
    assert set(event.concerns) == {town.notes[0].kitchen_id, town.notes[0].cooperative_id}


async def test_it_ends_when_the_kitchens_have_accounted_for_everything(work, town):
    await send_out(work, town, town.notes[0])
    await take_in(work, town, town.notes[0])
    recall = await opened(work, town)
    by = replace(work, actor=town.people[Role.FOOD_OFFICER])
    with pytest.raises(InvalidField):
        await close_recall(by, CloseRecall(recall.id, recall.version))
    remains = tuple(
        Remains(part.item_code, part.accepted_qty, 0, 0) for part in await parts_of(work.session, recall.id)
    )
    await confirm_recall(replace(work, actor=town.head), ConfirmRecall(recall.id, remains))
    await close_recall(by, CloseRecall(recall.id, recall.version))
    assert recall.status is RecallStatus.CLOSED


async def test_only_the_food_office_calls_back_and_only_what_left(work, town):
    with pytest.raises(NotPermitted):
        await open_recall(replace(work, actor=town.head), LOT)
    with pytest.raises(InvalidField, match="Nothing like it has left"):
        await opened(work, town)


async def test_a_kitchen_without_goods_has_nothing_to_confirm(work, town):
    await send_out(work, town, town.notes[0])
    recall = await opened(work, town)
    other = replace(work, actor=town.week.head(1))
    with pytest.raises(NotFound):
        await confirm_recall(other, ConfirmRecall(recall.id, (Remains("ITEM-00", 0, 0, 0),)))


async def test_a_trace_reads_its_index_and_no_whole_table(work, session):
    """With an empty table the planner would scan; what it would do with a large one is what counts."""
    await session.execute(sa.text("SET LOCAL enable_seqscan = off"))
    explained = await session.execute(sa.text("EXPLAIN SELECT id FROM delivery_lot WHERE lot_code = 'L-1'"))
    shown = "\n".join(row[0] for row in explained)
    assert "ix_delivery_lot_code" in shown
    assert "Seq Scan" not in shown
