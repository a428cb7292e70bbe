"""Events are appended with the change they tell of, read in one order, and never changed."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from service.database.engine import conninfo, create_engine, create_sessions
from service.database.event_order import settled_sequence
from service.database.unit_of_work import UnitsOfWork
from service.domain.events import Event, EventType
from service.jobs.app import Jobs


@pytest.fixture
async def units_at_once(fresh_database, clock):
    engine = create_engine(fresh_database)
    yield UnitsOfWork(create_sessions(engine), Jobs(conninfo(fresh_database)), clock=clock)
    await engine.dispose()


def announce(work) -> Event:
    return work.announce(EventType.CATALOGUE_LOADED, entity="catalogue", entity_id="items", facts={"items": 3})


async def test_an_event_is_kept_with_its_unit_and_forgotten_with_it(units_at_once):
    async with units_at_once.begin() as work:
        kept = announce(work)
    async with units_at_once.begin() as work:
        announce(work)
        await work.session.flush()
        await work.session.rollback()
    async with units_at_once.begin() as work:
        assert [event.id for event in await work.session.scalars(sa.select(Event))] == [kept.id]


@pytest.mark.parametrize("change", ["UPDATE event SET facts = '{}'", "DELETE FROM event", "TRUNCATE event CASCADE"])
async def test_what_happened_cannot_be_changed(work, change):
    announce(work)
    await work.session.flush()

    with pytest.raises(IntegrityError, match="only appended"):
        async with work.session.begin_nested():
            await work.session.execute(sa.text(change))


async def test_a_reader_stops_before_an_event_that_commits_late(units_at_once):
    """A later event that is committed waits for the earlier one that is not, else its reader would pass over it."""
    async with units_at_once.begin() as slow:
        late = announce(slow)
        await slow.session.flush()
        async with units_at_once.begin() as quick:
            early = announce(quick)
        async with units_at_once.begin() as reader:
            assert await settled_sequence(reader.session) < late.sequence < early.sequence
    async with units_at_once.begin() as reader:
        assert await settled_sequence(reader.session) == early.sequence
