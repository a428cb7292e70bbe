"""An answer that must be computed first: the page comes at once and says so, and the answer comes by itself."""

import asyncio

import pytest

from service.api.options import open_desk
from service.domain.people import Role
from service.matching.errors import AnswerNotReady
from service.matching.questions import answer_here
from service.web.asked import WAITS
from tests.web.browsing import a_browser, a_phone, looked_at

WAITING = "Jawaban sedang dihitung"
ASKED = [
    (Role.CITY_OPERATOR, "/plans/{plan_id}/shortages/{forecast_line_id}", "/plans/{plan_id}/shortages"),
    (Role.CITY_OPERATOR, "/plans/{plan_id}/lines/{allocation_id}", "/plans/{plan_id}/lines"),
    (Role.FOOD_OFFICER, "/plans/{plan_id}/worth", "/plans/{plan_id}"),
    (Role.AUDITOR, "/plans/{plan_id}/changes?from={plan_id}", "/plans/{plan_id}"),
    (Role.COOP_OFFICER, "/offers/{offer_id}/why", "/offers/{offer_id}"),
    (Role.KITCHEN_HEAD, "/weeks/2026-11-30/shortages/{forecast_line_id}", "/weeks/2026-11-30"),
]


class SlowDesk:
    """Answers nothing at once, and nobody at all until it is told that it has the answer."""

    def __init__(self):
        self.has_answer = asyncio.Event()

    async def __call__(self, question, *, within_s=None):
        if within_s is not None and not self.has_answer.is_set():
            raise AnswerNotReady("later")
        await self.has_answer.wait()
        return await answer_here(question)


@pytest.fixture
def desk(app):
    desk = SlowDesk()
    open_desk(app, desk)
    return desk


def named(address, things):
    return address.format(**{name: thing.value for name, thing in things.items()})


@pytest.mark.parametrize("asked", ASKED, ids=[address for _, address, _ in ASKED])
async def test_a_page_says_that_its_answer_is_computed_and_waits_for_it_when_it_asks_again(
    page_as, things, desk, asked
):
    role, address, back = asked
    reader, address = page_as(role), named(address, things)
    first = await reader.get(address)
    assert (first.status_code, WAITING in first.text) == (202, True)
    assert f'href="{named(back, things)}"' in first.text
    desk.has_answer.set()
    for headers in ({WAITS: "yes"}, {}):
        answer = await reader.get(address, headers=headers)
        assert (answer.status_code, WAITING in answer.text) == (200, False)


async def test_a_phone_shows_the_answer_as_soon_as_it_is_there(page_as, things, desk):
    address = named("/plans/{plan_id}/worth", things)
    async with a_browser() as browser, a_phone(browser, page_as(Role.CITY_OPERATOR)) as (page, wrong):
        await page.goto(address)
        assert await page.get_by_role("heading", level=1).inner_text() == WAITING
        desk.has_answer.set()
        await page.get_by_role("heading", name="Dibanding cara manual").wait_for()
        assert await page.get_by_text(WAITING).count() == 0
        assert await page.locator("h1, #queue, #queue-words").count() == 3
        assert "Apakah rencana ini berguna" in await page.title()
        assert wrong == []


async def test_without_scripts_the_answer_is_one_press_away(page_as, things, desk):
    address = named("/plans/{plan_id}/worth", things)
    async with (
        a_browser() as browser,
        a_phone(browser, page_as(Role.CITY_OPERATOR), runs_scripts=False) as (page, wrong),
    ):
        await page.goto(address)
        desk.has_answer.set()
        await page.get_by_role("button", name="Muat ulang").click()
        await page.get_by_role("heading", name="Dibanding cara manual").wait_for()
        assert wrong == []


async def test_the_page_that_waits_is_sound(page_as, things, desk):
    address = named("/offers/{offer_id}/why", things)
    async with a_browser() as browser, a_phone(browser, page_as(Role.COOP_OFFICER)) as (page, wrong):
        assert await looked_at(page, address) == []
        desk.has_answer.set()
        assert wrong == []
