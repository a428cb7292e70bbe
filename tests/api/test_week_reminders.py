"""Whoever has not posted for a week is reminded by the city, once a day."""

import sqlalchemy as sa

from service.domain.events import Event
from service.domain.notifications import Notification
from service.domain.people import Role
from service.domain.week_reminders import WeekReminder
from service.workflows.tell_people import tell_people
from tests.api.callers import callers

__all__ = ["callers"]
LATER_WEEK = "2026-12-07"


async def test_the_silent_are_reminded_once_a_day_and_their_people_hear_of_it(callers, session, work):
    operator = callers.of(Role.CITY_OPERATOR)
    done = await operator.post("/week-reminders", json={"week_start": LATER_WEEK})
    assert done.status_code == 201, done.text
    kitchens, cooperatives = len(callers.week.kitchens), len(callers.week.cooperatives)
    assert done.json() == {"week_start": LATER_WEEK, "kitchens": kitchens, "cooperatives": cooperatives}
    again = await operator.post("/week-reminders", json={"week_start": LATER_WEEK})
    assert (again.json()["kitchens"], again.json()["cooperatives"]) == (0, 0)

    await session.execute(sa.update(WeekReminder).values(reminded_on=sa.text("reminded_on - 1")))
    assert (await operator.post("/week-reminders", json={"week_start": LATER_WEEK})).json()["kitchens"] == kitchens

    events = list(await session.scalars(sa.select(Event).where(Event.type.like("%.missing"))))
    assert sorted(event.type for event in events) == ["forecast.missing"] * 2 + ["offer.missing"] * 2
    await tell_people(work, events)
    told = list(await session.scalars(sa.select(Notification)))
    assert {one.kind for one in told} == {"forecast_missing", "offer_missing"}
    assert all("7 Des" in one.text for one in told)


async def test_who_has_posted_is_left_alone_and_a_past_week_is_refused(callers):
    operator = callers.of(Role.CITY_OPERATOR)
    late = await operator.post("/week-reminders", json={"week_start": "2026-11-16"})
    assert (late.status_code, late.json()["code"]) == (409, "after_cut_off")
    tuesday = await operator.post("/week-reminders", json={"week_start": "2026-12-08"})
    assert tuesday.status_code == 422
    assert (
        await callers.of(Role.KITCHEN_HEAD).post("/week-reminders", json={"week_start": LATER_WEEK})
    ).status_code == 403
