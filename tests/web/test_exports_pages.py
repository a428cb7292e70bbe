"""The page of files: every link of it gives a file."""

import re

from service.domain.people import Role
from tests.factories.things import add_catalogue_things, add_things

LINK = re.compile(r'href="(/api/v1/[^"]+)"')


async def test_every_file_that_is_offered_is_given(page_as, session, world):
    await add_catalogue_things(session)
    await add_things(session, world)
    browser = page_as(Role.AUDITOR)
    links = LINK.findall((await browser.get("/exports?week=2026-11-30")).text)
    assert links
    for link in links:
        answer = await browser.get(link.replace("&amp;", "&"))
        assert answer.status_code == 200, (link, answer.text)
        assert answer.headers["Content-Disposition"].startswith("attachment"), link


async def test_what_the_reader_may_not_have_is_not_offered(page_as, world):
    operator, auditor = [await page_as(role).get("/exports") for role in (Role.CITY_OPERATOR, Role.AUDITOR)]
    assert "/fallen-lines/export" in operator.text
    assert "/fallen-lines/export" not in auditor.text
