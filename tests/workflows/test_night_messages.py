"""Whoever can do something about it hears at night of what would come too late in the morning."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from service.domain.contacts import Channel, Contact
from service.domain.events import EventType
from service.domain.notifications import Notification
from service.domain.people import Role
from service.workflows.tell_events import tell_events
from tests.factories.planned_weeks import add_planned_week
from tests.factories.plans import REGION, WEEK

NIGHT = datetime(2026, 11, 29, 14, 30, tzinfo=UTC)
"""21:30 in Jakarta on the eve of the week's first cooking day."""
MORNING = datetime(2026, 11, 29, 23, tzinfo=UTC)
REST = {"item_code": "ITEM-01", "qty": 40_000, "rest": "closed", "reason": "truck full"}


@pytest.fixture
async def told_at(units, session, clock):
    """Let something happen at night, and return when the person of a role hears of it on the phone."""
    week = await add_planned_week(session, kitchens=1, cooperatives=1, items=2)
    people = {role: user for (role, _), user in week.users.items()}
    for place, user in enumerate(people.values()):
        phone = f"+62812345678{place:02}"
        session.add(Contact(id=uuid.uuid4(), created_at=user.created_at, user_id=user.id, phone=phone))
    await session.flush()
    clock.now = NIGHT

    async def announced(role, event_type, **facts):
        concerns = [] if role is Role.CITY_OPERATOR else [people[role].organisation_id]
        async with units.begin() as work:
            thing = {"entity": "thing", "entity_id": uuid.uuid4(), "region_code": REGION}
            work.announce(event_type, **thing, concerns=concerns, facts={"week_start": WEEK, "number": "X-1", **facts})
        await tell_events(units)
        sent = sa.select(Notification.send_at).where(
            Notification.user_id == people[role].id, Notification.channel == Channel.PHONE
        )
        return (await session.scalars(sent)).one()

    return announced


@pytest.mark.parametrize(("hours", "expected"), [(1, NIGHT), (8.5, NIGHT), (11, MORNING)])
async def test_a_wholesaler_hears_of_a_purchase_while_it_can_answer(told_at, hours, expected):
    due = NIGHT + timedelta(hours=hours)
    assert await told_at(Role.WHOLESALER, EventType.PURCHASE_SENT, respond_by_at=due) == expected


@pytest.mark.parametrize(
    ("left_behind", "expected"),
    [([], MORNING), ([REST | {"needed_date": WEEK}], NIGHT), ([REST | {"needed_date": date(2026, 12, 2)}], MORNING)],
)
async def test_a_kitchen_hears_of_what_stayed_behind_before_it_cooks(told_at, left_behind, expected):
    assert await told_at(Role.KITCHEN_HEAD, EventType.DELIVERY_DISPATCHED, left_behind=left_behind) == expected


@pytest.mark.parametrize("event_type", [EventType.REPAIR_GIVEN_UP, EventType.PLAN_HELD_BACK])
@pytest.mark.parametrize(("week_start", "expected"), [(WEEK, NIGHT), (WEEK + timedelta(weeks=1), MORNING)])
async def test_the_operator_hears_of_a_repair_that_came_to_nothing(told_at, event_type, week_start, expected):
    facts = {"week_start": week_start, "code": "solver_failed", "lines": 2, "tries": 3}
    assert await told_at(Role.CITY_OPERATOR, event_type, **facts) == expected
