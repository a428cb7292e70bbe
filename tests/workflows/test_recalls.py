"""From a lot to every kitchen and back: traced, forbidden, accounted for, ended."""

from dataclasses import replace
from datetime import date, timedelta

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
from service.workflows.trace_goods import trace_goods
from tests.factories.delivered_weeks import add_delivered_week, note_lines_of, send_out, take_in
from tests.factories.deliveries import all_of
from tests.factories.people import new_user
from tests.factories.places import REGION
from tests.factories.plans import WEEK, actor_of, new_offer_lot

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


async def test_a_lot_in_other_letters_is_the_same_lot_it_is_traced_told_and_does_not_leave(work, town):
    first, second = town.notes
    await leave(work, town, first, "L-1", "l-1 ")
    for wanted in (Wanted(lot_code="l-1"), Wanted(producer="KELOMPOK  tani mekar")):
        assert len((await trace_goods(work, wanted, region_code=REGION)).left) == 2
    recall = await opened(work, town, OpenRecall(Wanted(lot_code=" L-1"), "Salmonella"))
    assert {part.item_code for part in await parts_of(work.session, recall.id)} == {"ITEM-00", "ITEM-01"}
    with pytest.raises(InvalidField) as caught:
        await leave(work, town, second, "l-1", "L-2")
    assert [(fault.field, fault.code) for fault in caught.value.faults] == [("lines.0.lots.0.lot_code", "recalled")]


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


async def test_only_the_food_office_calls_back(work, town):
    with pytest.raises(NotPermitted):
        await open_recall(replace(work, actor=town.head), LOT)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Wanted(lot_code="L-TYPO"), "lot_code"),
        (Wanted(producer="Kelompok Tani Typo"), "producer"),
        (Wanted(item_code="TYPO", from_date=WEEK, to_date=WEEK), "item_code"),
        (Wanted(lot_code="L-1", producer="Other"), "lot_code"),
        (Wanted(item_code="ITEM-00", from_date=date(2026, 11, 2), to_date=date(2026, 11, 3)), "item_code"),
    ],
)
async def test_goods_that_nobody_knows_are_a_slip_of_the_pen(work, town, wanted, field):
    await in_store(work, town)
    with pytest.raises(InvalidField, match="Nothing like it has left any cooperative, and none offers it") as caught:
        await opened(work, town, OpenRecall(wanted, "Salmonella"))
    assert [(fault.field, fault.code) for fault in caught.value.faults] == [(field, "unknown")]


async def in_store(work, town):
    """Let an offer name a lot and its producer."""
    offer = town.week.offers[next(iter(town.week.offers))]
    offer.origin_producer = "Kelompok Tani Mekar"
    work.session.add(new_offer_lot(offer))
    await work.session.flush()
    return offer


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(lot_code="L-1"),
        Wanted(lot_code="l-1", producer="KELOMPOK TANI MEKAR", item_code="ITEM-01"),
        Wanted(producer="Kelompok Tani Mekar"),
        Wanted(item_code="ITEM-01", from_date=WEEK, to_date=WEEK + timedelta(days=2)),
    ],
)
async def test_goods_that_are_still_in_store_are_called_back_do_not_leave_and_may_be_freed_at_once(work, town, wanted):
    offer = await in_store(work, town)
    recall = await opened(work, town, OpenRecall(wanted, "Salmonella"))
    assert await parts_of(work.session, recall.id) == []
    event = (await work.session.scalars(sa.select(Event).where(Event.type == "recall.opened"))).one()
    assert set(event.concerns) == {offer.cooperative_id}
    with pytest.raises(InvalidField) as caught:
        await send_out(work, town, town.notes[0])
    assert {fault.code for fault in caught.value.faults} == {"recalled"}
    officer = replace(work, actor=town.people[Role.FOOD_OFFICER])
    await close_recall(officer, CloseRecall(recall.id, recall.version))
    assert recall.status is RecallStatus.CLOSED


async def test_what_left_before_is_known_and_called_back_for_days_to_come(work, town):
    await send_out(work, town, town.notes[0])
    later = {"from_date": WEEK + timedelta(days=14)}
    for wanted in (Wanted(lot_code="L-1", **later), Wanted(producer="Kelompok Tani Mekar", **later)):
        recall = await opened(work, town, OpenRecall(wanted, "Salmonella"))
        assert await parts_of(work.session, recall.id) == []


async def leave(work, town, note, *lot_codes):
    """Let all of a note leave, each line of a lot of its own."""
    lines = await note_lines_of(work, note)
    loads = tuple(all_of(line, lot_code=code) for line, code in zip(lines, lot_codes, strict=True))
    command = DispatchDelivery(note.id, loads, expected_version=note.version)
    await dispatch_delivery(replace(work, actor=town.officer), command)


@pytest.mark.parametrize("named_by", ["number", "id"])
async def test_a_note_calls_back_all_that_stood_on_it_wherever_else_it_went(work, town, named_by):
    first, second = town.notes
    await leave(work, town, first, "L-1", "L-2")
    await leave(work, town, second, "L-3", "L-2")
    command = OpenRecall(Wanted(delivery_number=str(getattr(first, named_by))), "Salmonella")
    recall = await opened(work, town, command)
    assert recall.delivery_number == first.number
    assert {(lot["item_code"], lot["lot_code"]) for lot in recall.lots} == {("ITEM-00", "L-1"), ("ITEM-01", "L-2")}
    assert {(part.kitchen_id, part.item_code) for part in await parts_of(work.session, recall.id)} == {
        (first.kitchen_id, "ITEM-00"),
        (first.kitchen_id, "ITEM-01"),
        (second.kitchen_id, "ITEM-01"),
    }


async def test_lots_of_a_note_that_is_called_back_do_not_leave(work, town):
    first, second = town.notes
    await leave(work, town, first, "L-1", "L-2")
    await opened(work, town, OpenRecall(Wanted(delivery_number=first.number), "Salmonella"))
    with pytest.raises(InvalidField) as caught:
        await leave(work, town, second, "L-1", "L-1")
    assert [(fault.field, fault.code) for fault in caught.value.faults] == [("lines.0.lots.0.lot_code", "recalled")]


async def test_other_lots_leave_though_a_note_is_called_back(work, town):
    first, second = town.notes
    await leave(work, town, first, "L-1", "L-2")
    await opened(work, town, OpenRecall(Wanted(delivery_number=first.number), "Salmonella"))
    await leave(work, town, second, "L-3", "L-1")


async def test_a_note_may_be_narrowed_to_an_item_or_to_other_days(work, town):
    first, _ = town.notes
    await leave(work, town, first, "L-1", "L-2")
    of_item = Wanted(delivery_number=first.number, item_code="ITEM-00")
    traced = await trace_goods(work, of_item, region_code=REGION)
    assert {lot.lot_code for lot in traced.left} == {lot.lot_code for lot in traced.wanted.lots} == {"L-1"}
    later = first.needed_date + timedelta(days=1)
    traced = await trace_goods(work, Wanted(delivery_number=first.number, from_date=later), region_code=REGION)
    assert ({lot.lot_code for lot in traced.wanted.lots}, traced.left) == ({"L-1", "L-2"}, [])


@pytest.mark.parametrize(
    ("named", "code"),
    [("SJ-NOWHERE", "unknown"), ("0197b3a2-0000-7000-8000-000000000000", "unknown"), (None, "not_left")],
)
async def test_a_note_that_is_unknown_or_has_not_left_is_refused(work, town, named, code):
    wanted = Wanted(delivery_number=named or town.notes[0].number)
    with pytest.raises(InvalidField) as caught:
        await opened(work, town, OpenRecall(wanted, "Salmonella"))
    assert [(fault.field, fault.code) for fault in caught.value.faults] == [("delivery_number", code)]


async def test_another_region_s_note_is_unknown(work, town):
    await send_out(work, town, town.notes[0])
    with pytest.raises(InvalidField, match="No such delivery note"):
        await trace_goods(work, Wanted(delivery_number=town.notes[0].number), region_code="32.01")


async def test_a_kitchen_without_goods_has_nothing_to_confirm(work, town):
    await send_out(work, town, town.notes[0])
    recall = await opened(work, town)
    other = replace(work, actor=town.week.head(1))
    with pytest.raises(NotFound):
        await confirm_recall(other, ConfirmRecall(recall.id, (Remains("ITEM-00", 0, 0, 0),)))
