"""Every kind of page in the later states of a week, looked at in a browser: on a phone, and on a desk.

One browser looks at one world as each role, at a page of each kind once.
"""

import re
from collections import Counter, defaultdict

from service.domain.people import KIND_OF_ROLE, Role
from tests.web.browsing import a_browser, a_phone, looked_at
from tests.web.crawling import crawl

WAYS = re.compile(r"<(\w+)|class=\"([^\"]*)\"|(aria-[a-z]+|role)=")


def drawn_with(text):
    """Return what a page is made of; pages made of the same look the same to axe."""
    return frozenset(WAYS.findall(text.partition("<main")[2]))


def _who_does_most(role):
    return role not in {Role.KITCHEN_HEAD, Role.CITY_OPERATOR}


async def test_every_kind_of_page_is_sound_in_its_later_states(page_as, later_world):
    wrong, seen, opened, files, kinds = [], set(), set(), {}, defaultdict(Counter)
    async with a_browser() as browser:
        for role in sorted(Role, key=_who_does_most):
            reader = page_as(role)
            of_their_house = kinds[KIND_OF_ROLE[role]]  # colleagues see each other's pages
            found = await crawl(reader, of_a_kind=1, is_paper_wanted=False, kinds=of_their_house)
            wrong += found.wrong
            async with a_phone(browser, reader, files) as (page, said):
                for address, text in found.pages.items():
                    made_of = drawn_with(text)
                    if made_of in seen:
                        continue
                    seen.add(made_of)
                    opened.add(re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "*", address))
                    wrong += await looked_at(page, address)
                wrong += said
    assert {"/exports", "/stocks/*/quotas", "/plans/*/changes", "/runs/*"} <= {one.partition("?")[0] for one in opened}
    assert wrong == []
