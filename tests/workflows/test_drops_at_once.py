"""Two drops of a cooperative leave at once, each with a rest that a further drop brings: neither stops the other."""

import pytest
import sqlalchemy as sa

from service.domain.deliveries import Delivery, RestFate
from service.domain.loads import LineLoad, Lot
from service.workflows.dispatch_delivery import DispatchDelivery, dispatch_delivery
from tests.factories.delivered_weeks import add_delivered_week, note_lines_of
from tests.factories.plans import LINE_QTY
from tests.workflows.interleavings import interleave, watch

HALF = LINE_QTY // 2


async def leaving(work, town, note):
    """Let half of a note leave."""
    [line] = await note_lines_of(work, note)
    load = LineLoad(line.id, (Lot(HALF, "L-1", "Tani"),), RestFate.CARRIED, "truck full")
    command = DispatchDelivery(note.id, (load,), note.version)
    return town.officer, lambda work: dispatch_delivery(work, command)


@pytest.mark.parametrize("first", [0, 1])
async def test_two_drops_with_rests_that_leave_at_once_both_leave(crowd, crowd_engine, first):
    async with crowd.begin() as work:
        town = await add_delivered_week(work, items=1, kitchens=2)
        notes = sorted(town.notes, key=lambda note: note.id)
        deeds = [await leaving(work, town, note) for note in notes]
    watch(crowd_engine)
    before_its_second_lock = 2
    came = await interleave(crowd_engine, crowd, deeds[first], deeds[1 - first], before_its_second_lock)
    assert came == ("done", "done")
    async with crowd.begin() as work:
        carried = list(await work.session.scalars(sa.select(Delivery).where(Delivery.drop_no == 2)))
        assert {note.kitchen_id for note in carried} == {note.kitchen_id for note in notes}
        assert [(await note_lines_of(work, note))[0].planned_qty for note in carried] == [HALF, HALF]
