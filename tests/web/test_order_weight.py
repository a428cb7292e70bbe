"""An order's day of many lines comes through one bar of signal."""

import gzip

import httpx
import pytest

from service.domain.people import Role
from tests.api.callers import Callers
from tests.api.conftest import BASE_URL, Client
from tests.factories.people import new_login
from tests.factories.planned_weeks import add_planned_week

KITCHENS = 50
LINES = 2 * KITCHENS
MOST_BYTES = 15_000


@pytest.fixture
async def officer(app, session):
    week = await add_planned_week(session, kitchens=KITCHENS, cooperatives=1, items=2)
    session.add_all(new_login(user, f"st_{user.id}") for user in week.users.values())
    await session.flush()
    transport = httpx.ASGITransport(app=app)

    def make(user):
        return Client(
            transport=transport, base_url=f"{BASE_URL}/api/v1", headers={"Authorization": f"Bearer st_{user.id}"}
        )

    callers = Callers(week, make)
    order = await callers.first_order()
    token = callers.of(Role.COOP_OFFICER).headers["Authorization"].removeprefix("Bearer ")
    headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
    async with httpx.AsyncClient(
        transport=transport, base_url=BASE_URL, cookies={"pasok_session": token}, headers=headers
    ) as browser:
        yield browser, order


async def test_a_day_of_a_hundred_lines_is_light(officer):
    browser, order = officer
    page = await browser.get(f"/orders/{order['id']}")
    assert page.text.count('type="radio"') == 3 * LINES
    weight = len(gzip.compress(page.content, 6))
    assert weight <= MOST_BYTES
