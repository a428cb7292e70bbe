"""The start page of the city: who has not posted, and the reminder to them."""

import uuid
from datetime import date

from service.domain.people import Role
from tests.factories.plans import new_policy

FAR_WEEK = date(2027, 1, 4)


async def test_the_silent_are_reminded_with_one_press(page_as, session):
    session.add(new_policy())
    await session.flush()
    browser, path = page_as(Role.CITY_OPERATOR), f"/?week={FAR_WEEK}"
    assert 'action="/week-reminders"' in (await browser.get(path)).text
    assert 'action="/week-reminders"' not in (await page_as(Role.AUDITOR).get(path)).text
    fields = {"form": "remind", "at": path, "week_start": FAR_WEEK.isoformat()}
    done = await browser.post("/week-reminders", data=fields | {"once": str(uuid.uuid4())})
    assert (done.status_code, done.headers["Location"]) == (303, f"{path}&said=reminded")
    shown = (await browser.get(done.headers["Location"])).text
    assert "diingatkan hari ini" in shown
    assert 'action="/week-reminders"' not in shown
    again = await browser.post("/week-reminders", data=fields | {"once": str(uuid.uuid4())})
    assert again.headers["Location"].endswith("said=all_reminded")
