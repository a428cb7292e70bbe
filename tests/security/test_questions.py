"""Questions made to break: pages without end, SQL and templates in every parameter, invented cursors."""

import pytest

from service.domain.people import Role
from service.domain.permissions import PERMISSIONS
from tests.api.test_permissions import GUARDED, named
from tests.factories.things import add_catalogue_things, add_things

READS = [operation for operation in GUARDED if operation.method == "GET"]
LISTS = [
    operation for operation in READS if any(one["name"] == "limit" for one in operation.document.get("parameters", []))
]
WHOLE = {
    "GET /menu-days",  # a cycle has a score of days
    "GET /regions",  # a country has some hundreds
}
TOO_MUCH = ["0", "-1", "201", "1e9", "9" * 40, "", "NaN", "10;DROP TABLE app_user"]
HOSTILE = [
    "' OR '1'='1",
    "1; DROP TABLE app_user; --",
    "{{ 7 * 7 }}${7*7}<%= 7 * 7 %>",
    "../../../../etc/passwd",
    "a\x00b",
    "\u202e\ud7ff<script>alert(1)</script>",
    "%' AND pg_sleep(10) IS NULL --",
    "9" * 5_000,
]


@pytest.fixture
async def things(session, world):
    return await add_catalogue_things(session) | await add_things(session, world)


@pytest.fixture
def ask(client_as, connection):
    clients = {}

    async def asked(operation, things, **params):
        role = next(iter(PERMISSIONS[operation.access.action]))
        client = clients.setdefault(role, client_as(role))
        request = operation.request(things)
        async with connection.begin_nested() as attempt:
            answer = await client.request(**{**request, "params": {**request["params"], **params}})
            await attempt.rollback()
        return answer

    return asked


def test_every_list_says_how_long_its_pages_are():
    assert len(LISTS) > 25
    for operation in READS:
        shown = operation.document["responses"]["200"]["content"].get("application/json", {})
        is_page = "next_cursor" in shown.get("example", {})
        assert not is_page or operation in LISTS or named(operation) in WHOLE, named(operation)
    for operation in LISTS:
        (limit,) = (one for one in operation.document["parameters"] if one["name"] == "limit")
        assert (limit["schema"]["minimum"], limit["schema"]["maximum"]) == (1, 200), named(operation)


async def test_no_page_is_larger_than_two_hundred(ask, things):
    wrong = []
    for number, operation in enumerate(LISTS):
        answer = await ask(operation, things, limit=TOO_MUCH[number % len(TOO_MUCH)])
        if answer.status_code != 422:
            wrong.append(f"{named(operation)}: {answer.status_code}")
    assert wrong == []


async def test_a_cursor_of_somebodys_own_making_is_refused(ask, things):
    wrong = []
    for number, operation in enumerate(LISTS):
        cursor = ["////", "bm9uc2Vuc2U", "MjAyNi0xMS0yNHwx", "'", "\x00", "e30"][number % 6]
        answer = await ask(operation, things, after=cursor)
        if answer.status_code not in {200, 422}:
            wrong.append(f"{named(operation)}: {answer.status_code} {answer.text}")
    assert wrong == []


async def test_no_parameter_is_taken_for_sql_or_a_template(ask, things):
    """Each parameter of each question with one of the hostile texts: refused or found nowhere, never carried out."""
    wrong, asked = [], 0
    for operation in READS:
        for parameter in operation.document.get("parameters", []):
            if parameter["in"] != "query":
                continue
            text = HOSTILE[asked % len(HOSTILE)]
            answer = await ask(operation, things, **{parameter["name"]: text})
            asked += 1
            if answer.status_code not in {200, 404, 409, 422}:
                wrong.append(f"{named(operation)} {parameter['name']}={text[:20]!r}: {answer.status_code}")
    assert asked > 100
    assert wrong == []


@pytest.mark.parametrize("text", HOSTILE)
async def test_what_was_asked_comes_back_as_data_only(client_as, world, text):
    answer = await client_as(Role.AUDITOR).get("/audit", params={"entity": text})
    assert answer.status_code in {200, 422}
    assert answer.headers["Content-Type"] in {"application/json", "application/problem+json"}
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
