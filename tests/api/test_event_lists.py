"""Whom an event concerns is kept beside it, and everybody's events are read in order by an index."""

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service.database.queries.events import EventFilter, list_events
from service.database.queries.retention import delete_events
from service.domain.events import EventConcern
from service.domain.people import Role
from tests.api.test_hot_lists import explained, selects
from tests.factories.places import OTHER_REGION, REGION, new_region
from tests.factories.webhooks import CREATED_AT, new_event

OTHERS = uuid.uuid4()


@pytest.fixture
def officer(world):
    return world.users[Role.COOP_OFFICER]


@pytest.fixture
async def happened(session, officer):
    """Everything that may stand between two events of the officer's cooperative, twice over."""
    session.add(new_region(OTHER_REGION))
    await session.flush()
    both = [OTHERS, officer.organisation_id]
    kinds = (
        {},
        {"concerns": [OTHERS]},
        {"concerns": both, "type": "order.answered"},
        {"region_code": None, "concerns": []},
        {"region_code": None, "concerns": both},
        {"region_code": OTHER_REGION},
    )
    events = [new_event(officer, **kind) for kind in kinds + kinds]
    for event in events:
        session.add(event)
        await session.flush()
    return events


def is_shown(event, organisation_id):
    if event.region_code is None:
        return True
    return event.region_code == REGION and (organisation_id is None or organisation_id in event.concerns)


@pytest.mark.parametrize("of_city", [False, True])
@pytest.mark.parametrize("type_", [None, "order.answered"])
async def test_pages_show_what_concerns_one_in_order_and_nothing_twice(session, officer, happened, of_city, type_):
    organisation_id, found, after = None if of_city else officer.organisation_id, [], None
    while page := await list_events(
        session,
        region_code=REGION,
        organisation_id=organisation_id,
        wanted=EventFilter(type=type_),
        after=after,
        limit=2,
    ):
        found += page
        after = page[-1].sequence
    expected = [one for one in happened if is_shown(one, organisation_id) and type_ in {None, one.type}]
    assert [one.id for one in found] == [one.id for one in expected]


async def test_whom_an_event_concerns_goes_with_it(session, officer):
    young = new_event(officer, concerns=[OTHERS, officer.organisation_id])
    session.add_all([new_event(officer, at=CREATED_AT - timedelta(days=500)), young])
    await session.flush()
    assert await delete_events(session, CREATED_AT - timedelta(days=400)) == 1
    kept = (await session.scalars(sa.select(EventConcern))).all()
    assert {(one.organisation_id, one.sequence) for one in kept} == {
        (organisation_id, young.sequence) for organisation_id in young.concerns
    }


async def test_an_organisations_events_are_read_by_an_index_of_its_own(session, connection, engine, officer):
    """In an empty table all ways look alike to the planner: what sorts and what reads everything is made dear."""
    with selects(engine) as seen:
        await list_events(
            session,
            region_code=REGION,
            organisation_id=officer.organisation_id,
            wanted=EventFilter(),
            after=None,
            limit=51,
        )
    for setting in ("enable_seqscan", "enable_sort", "enable_bitmapscan", "enable_hashjoin"):
        await connection.execute(sa.text(f"SET LOCAL {setting} = off"))
    plan = await explained(connection, *seen[-1])
    assert "using pk_event_concern on event_concern" in plan, plan
    assert "Sort  (" not in plan, plan
