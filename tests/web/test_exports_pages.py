"""The page of files: every link of it gives a file, to everybody what they may have."""

import re

import pytest

from service.domain.people import Role
from service.web.pages.exports import LISTS
from tests.api.test_list_exports import EXPORTS
from tests.factories.proposals import add_proposal
from tests.factories.things import add_catalogue_things, add_things

LINK = re.compile(r'href="(/api/v1/[^"]+)"')


@pytest.fixture
async def things(session, world):
    await add_catalogue_things(session)
    return await add_things(session, world)


def links_of(page):
    return [link.replace("&amp;", "&") for link in LINK.findall(page.text)]


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.KITCHEN_HEAD, Role.COOP_OFFICER, Role.WHOLESALER])
async def test_every_file_that_is_offered_is_given(page_as, things, role):
    browser = page_as(role)
    plan_id = things["plan_id"].value
    links = links_of(await browser.get("/exports?week=2026-11-30"))
    has_plan = any(f"/plans/{plan_id}/allocations/export" in link for link in links)
    assert has_plan is (role is not Role.WHOLESALER)
    for link in links:
        if "format=csv" in link:
            answer = await browser.get(link)
            assert answer.status_code == 200, (link, answer.text)
            assert answer.headers["Content-Disposition"].startswith("attachment"), link


async def test_what_the_reader_may_not_have_is_not_offered(page_as, world):
    roles = (Role.CITY_OPERATOR, Role.AUDITOR, Role.KITCHEN_HEAD)
    operator, auditor, kitchen = [(await page_as(role).get("/exports")).text for role in roles]
    assert "/fallen-lines/export" in operator
    assert "/fallen-lines/export" not in auditor
    assert "/kitchens/export" in auditor
    assert {path for path in ("kitchens", "runs", "audit") if f"/v1/{path}/export" in kitchen} == set()


async def test_the_lines_of_a_plan_are_taken_away_as_they_are_narrowed(page_as, session, world):
    proposal = await add_proposal(session, world)
    browser, plan_id, kitchen_id = page_as(Role.CITY_OPERATOR), proposal.plan.id, proposal.kitchens[0].id
    for part, name in (("lines", "allocations"), ("shortages", "shortages")):
        page = await browser.get(f"/plans/{plan_id}/{part}?kitchen={kitchen_id}")
        assert links_of(page) == [f"/api/v1/plans/{plan_id}/{name}/export?kitchen_id={kitchen_id}"]


def test_every_list_of_the_page_is_one_that_the_api_gives():
    assert {one.path.removesuffix("/export") for one in LISTS} - {"/orders/lines"} <= set(EXPORTS)
