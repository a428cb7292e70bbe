"""What a kitchen's week lacks counts what never came to use, and what may stand in for it."""

from dataclasses import replace

import sqlalchemy as sa

from service.database.queries.coverage import coverage_of
from service.domain.deliveries import RestFate
from service.domain.forecasts import ForecastLine
from service.domain.items import Substitution
from service.domain.loads import LineLoad, Lot
from service.domain.orders import OrderLine
from service.domain.receipts import RejectReason
from service.domain.weighings import Weighing
from service.workflows.dispatch_delivery import DispatchDelivery, dispatch_delivery
from service.workflows.receive_delivery import ReceiveDelivery, receive_delivery
from tests.factories.delivered_weeks import add_delivered_week, note_lines_of, send_out
from tests.factories.plans import LINE_QTY, WEEK


async def short_of(work, note):
    lines = await coverage_of(work.session, kitchen_id=note.kitchen_id, week_start=WEEK)
    return {line.item_code: (line.accepted_qty, line.lost_qty, line.short_qty) for line in lines}


async def test_goods_left_behind_for_good_are_short(work):
    delivered = await add_delivered_week(work)
    [note, _] = delivered.notes
    first, second = await note_lines_of(work, note)
    loads = (
        LineLoad(first.id, (Lot(30_000, "L-1", "Tani"),), RestFate.CLOSED, "truck full"),
        LineLoad(second.id, (Lot(30_000, "L-2", "Tani"),), RestFate.CARRIED, "truck full"),
    )
    await dispatch_delivery(
        replace(work, actor=delivered.officer), DispatchDelivery(note.id, loads, expected_version=note.version)
    )

    short = await short_of(work, note)

    assert short[first.item_code] == (LINE_QTY, 10_000, 10_000)
    assert short[second.item_code] == (LINE_QTY, 0, 0), "the rest comes with another drop"


async def test_goods_that_are_missing_or_rejected_at_the_scales_are_short(work):
    delivered = await add_delivered_week(work)
    [note, _] = delivered.notes
    await send_out(work, delivered, note)
    first, second = await note_lines_of(work, note)
    weighed = (
        Weighing(first.id, LINE_QTY, 8_000, RejectReason.SPOILED),
        Weighing(second.id, LINE_QTY - 200, 0, None),
    )
    await receive_delivery(replace(work, actor=delivered.head), ReceiveDelivery(note.id, weighed))

    short = await short_of(work, note)

    assert short[first.item_code] == (LINE_QTY, 8_000, 8_000)
    assert short[second.item_code] == (LINE_QTY, 0, 0), "within the tolerance"


async def test_what_may_stand_in_is_named_for_what_is_short_where_the_kitchen_takes_it(work):
    delivered = await add_delivered_week(work)
    note = delivered.notes[0]
    work.session.add(Substitution(item_code="ITEM-00", substitute_code="ITEM-01", covers_bp=8000, penalty_idr=0))
    of_item = (OrderLine.kitchen_id == note.kitchen_id, OrderLine.item_code == "ITEM-00")
    line = (await work.session.scalars(sa.select(OrderLine).where(*of_item))).one()
    demand = await work.session.get_one(ForecastLine, line.forecast_line_id)

    async def substitutes():
        await work.session.flush()
        found = await coverage_of(work.session, kitchen_id=note.kitchen_id, week_start=WEEK)
        return [(one.item_code, one.qty) for line in found for one in line.substitutes]

    assert await substitutes() == []
    demand.demanded_qty += 10_000
    assert await substitutes() == [("ITEM-01", 13_000)], "10 kg / 0.8, in whole steps"
    demand.can_substitute = False
    assert await substitutes() == []
