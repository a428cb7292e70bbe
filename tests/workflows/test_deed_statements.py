"""Whatever is done with an order, the database is not asked anew for each of its lines."""

from collections import Counter

import pytest
import sqlalchemy as sa

from service.domain.errors import DomainError
from tests.workflows.order_cases import deeds_of
from tests.workflows.small_worlds import World

ITEMS = 12
"""Of which half come from the cooperative's own offers and half from stocks: an order has a line of each."""
MOST_TIMES = 5
STAGES = {"planned": 0, "declined": 60, "noted": 0, "left": 0, "weighed": 0, "signed": 0}
"""For how many minutes answers can be taken back; until then nothing leaves."""
IS_HELD = "SET version"
"""A row with a version is written by a statement of its own, which finds out whether somebody else wrote it since."""


@pytest.mark.parametrize("stage", STAGES)
async def test_no_deed_asks_anew_for_each_line(stage, fresh_engine, real_units):
    world = World(fresh_engine, real_units, stage, items=ITEMS, undo_minutes=STAGES[stage])
    case = await world.make()
    asked: list[str] = []
    sa.event.listen(fresh_engine.sync_engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    repeated, came_off = {}, 0
    for deed in deeds_of(case):
        asked.clear()
        try:
            await world.do(deed(case))
        except DomainError:
            continue
        came_off += 1
        times = Counter(statement for statement in asked if IS_HELD not in statement)
        repeated |= {(deed.__name__, one[:80]): count for one, count in times.items() if count > MOST_TIMES}
        await world.rewinding.rewind()
    assert repeated == {}
    assert came_off > 2
