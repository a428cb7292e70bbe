"""A walk over every page, form and role, read from the routes: a new page is covered as soon as it exists."""

import re
from dataclasses import dataclass

import pytest

from service.api.access import Access, access_of
from service.domain.people import Role
from service.domain.permissions import PERMISSIONS
from service.web.routes import PageRoute
from service.web.site import page_routers
from tests.api.test_permissions import is_reached
from tests.factories.things import add_things

PUBLIC = {
    ("GET", "/login"),
    ("POST", "/login"),
    ("GET", "/login/second-factor"),
    ("GET", "/invitation"),
    ("POST", "/invitation"),
    ("POST", "/login/second-factor"),
    ("POST", "/logout"),
    ("POST", "/language"),
    ("GET", "/offline"),
    ("GET", "/manifest.webmanifest"),
}
SHOWN = {200, 303}
NOT_FOR_THE_READER = {401, 403, 404, 405, 500, 503}
ONCE = re.compile(r'name="once" value="[^"]*"|/static/[^"]*|[0-9a-f]{8}-[0-9a-f-]{27}')


@dataclass(frozen=True)
class Address:
    method: str
    path: str
    access: Access

    @property
    def names(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)

    def of(self, things: dict, *, missing: bool = False) -> str:
        values = {name: things[name].value for name in self.names}
        if missing:
            values[self.names[0]] = things[self.names[0]].missing
        return self.path.format(**values)


ADDRESSES = [
    Address(method, route.path, access_of(route))
    for router in page_routers()
    for route in router.routes
    for method in sorted(route.methods - {"HEAD"})
]
GUARDED = [address for address in ADDRESSES if address.access.action is not None]
ADDRESSED = [address for address in GUARDED if address.names]
EVERYBODYS = {"item_code", "recipe_id", "menu_day_id", "week_start"}
PRIVATE = [address for address in ADDRESSED if address.names[0] not in EVERYBODYS]


@pytest.fixture
async def foreign_things(session, foreign_world, things):
    return things | await add_things(session, foreign_world)


@pytest.fixture
def ask(page_as, connection):
    browsers = {}

    async def asked(address, role, target):
        browser = browsers.setdefault(role, page_as(role))
        async with connection.begin_nested() as attempt:
            answer = await browser.request(address.method, target)
            await attempt.rollback()
        return answer

    return asked


def test_only_entering_and_leaving_is_public():
    assert {(address.method, address.path) for address in ADDRESSES if address.access.action is None} == PUBLIC


def test_no_address_is_answered_by_two_pages():
    known = [(address.method, address.path) for address in ADDRESSES]
    assert len(set(known)) == len(known)


def test_every_page_is_a_unit_of_work_with_one_rule():
    for router in page_routers():
        assert all(isinstance(route, PageRoute) for route in router.routes)


async def test_whoever_is_not_logged_in_is_led_to_the_login(client, things):
    for address in GUARDED:
        answer = await client.request(address.method, address.of(things), headers={"Sec-Fetch-Site": "same-origin"})
        expected = 303 if address.method == "GET" else 401
        assert answer.status_code == expected, address


async def test_role_without_the_right_is_refused(ask, things):
    wrong = []
    for address in GUARDED:
        for role in set(Role) - set(PERMISSIONS[address.access.action]):
            answer = await ask(address, role, address.of(things))
            if answer.status_code != 403:
                wrong.append((address, role, answer.status_code))
    assert wrong == []


async def test_role_with_the_right_sees_what_is_theirs(ask, world, things):
    wrong = []
    for address in GUARDED:
        for role in PERMISSIONS[address.access.action]:
            if address.names and not is_reached(address, role, world, things):
                continue
            answer = await ask(address, role, address.of(things))
            status = answer.status_code
            if status not in SHOWN if address.method == "GET" else status in NOT_FOR_THE_READER:
                wrong.append((address, role, status))
    assert wrong == []


async def test_what_is_foreign_looks_like_what_is_missing(ask, world, things, foreign_things):
    wrong = []
    for address in PRIVATE:
        for role in PERMISSIONS[address.access.action]:
            missing = await ask(address, role, address.of(things, missing=True))
            others = [foreign_things] if is_reached(address, role, world, things) else [foreign_things, things]
            for target in others:
                answer = await ask(address, role, address.of(target))
                # A form that is sent empty may be refused for its fields before its thing is looked for.
                seen = {404} if address.method == "GET" else {404, 422}
                same = (answer.status_code, bare(answer)) == (missing.status_code, bare(missing))
                if not same or answer.status_code not in seen:
                    wrong.append((address, role, answer.status_code, missing.status_code))
    assert wrong == []


def bare(answer) -> str:
    """Return a page without the ids that it was asked for."""
    return ONCE.sub("", answer.text)
