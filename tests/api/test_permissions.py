"""A walk over every address and role, read from the routes themselves: a new route is covered as soon as it exists.

A new kind of thing in an address fails here until `tests/factories/things.py` makes one. Bodies are the examples of
the API's description, so these are tried too.
"""

import re
from dataclasses import dataclass, field

import pytest

from service.api.access import Access, access_of
from service.api.openapi import api_operations
from service.api.routes import UnitOfWorkRoute
from service.domain.people import KIND_OF_ROLE, Role
from service.domain.permissions import PERMISSIONS, Reach
from service.main import API_PREFIX
from tests.factories.applications import DESCRIBED
from tests.factories.things import add_catalogue_things, add_things

PUBLIC = {
    ("POST", "/auth/login"),
    ("POST", "/auth/invitations"),  # the token itself is the secret
    ("POST", "/auth/second-factor"),  # the second step of a login
    ("POST", "/gateway/messages"),  # signed by the gateway
    ("GET", "/answer-links/{token}"),  # the address itself is signed
    ("POST", "/answer-links/{token}"),
}
# An address may name a thing in its query too.
QUERY_THINGS = {
    ("/plans/{plan_id}/compare", "with"): "plan_id",
    ("/plans/{plan_id}/changes", "from"): "plan_id",
    ("/coverage", "kitchen_id"): "kitchen_id",
    ("/trace", "lot_code"): "lot_code",
    ("/trace/export", "lot_code"): "lot_code",
}
UNREACHED = {400, 401, 404, 405, 415, 428, 500, 503}


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    access: Access
    route: object = field(repr=False)
    document: dict = field(repr=False)

    @property
    def names(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)

    def request(self, things: dict, *, missing: bool = False) -> dict:
        """Return a well-formed request for the first-named thing, or for one that does not exist."""
        values = {name: things[name].value for name in self.names}
        if missing:
            values[self.names[0]] = things[self.names[0]].missing
        parameters = self.document.get("parameters", [])
        required = [known for known in parameters if known.get("required")]
        query = {known["name"]: _example(known) for known in required if known["in"] == "query"}
        for known in parameters:
            if (self.path, known["name"]) in QUERY_THINGS:
                query[known["name"]] = things[QUERY_THINGS[self.path, known["name"]]].value
        request = {"method": self.method, "url": self.path.format(**values), "params": query}
        headers = {"If-Match": '"1"'} if any(known["name"] == "If-Match" for known in required) else {}
        for kind, content in list(self.document.get("requestBody", {}).get("content", {}).items())[:1]:
            # A file is sent as it stands.
            is_json = kind == "application/json"
            request |= {"json": content["example"]} if is_json else {"content": content["example"].encode()}
            headers |= {} if is_json else {"Content-Type": kind}
        return {**request, "headers": headers}


def _example(parameter: dict) -> object:
    return parameter["example"] if "example" in parameter else parameter["schema"].get("examples", [None])[0]


def _operations() -> list[Operation]:
    paths = DESCRIBED.openapi()["paths"]
    return [
        Operation(method, path.removeprefix(API_PREFIX), access, route.original_route, paths[path][method.lower()])
        for path, method, route, access in api_operations(DESCRIBED)
    ]


OPERATIONS = _operations()
GUARDED = [operation for operation in OPERATIONS if operation.access.action is not None]
ADDRESSED = [operation for operation in GUARDED if operation.names]
PRIVATE = [operation for operation in ADDRESSED if operation.names[0] not in {"item_code", "recipe_id", "menu_day_id"}]


def named(operation: Operation) -> str:
    return f"{operation.method} {operation.path}"


def is_reached(operation: Operation, role: Role, world, things) -> bool:
    """Tell whether all that an address names is within a role's reach."""
    if PERMISSIONS[operation.access.action][role] is Reach.REGION:
        return True
    user = world.users[role]
    named = [things[name] for name in operation.names]
    return all(one.is_everybodys or one.owner_ids & {user.id, user.organisation_id} for one in named)


class Walk:
    """Requests as every role, each in a savepoint that is undone, and what was wrong with their answers."""

    def __init__(self, client_as, connection):
        self._client_as = client_as
        self._connection = connection
        self._clients = {}
        self.wrong = []

    async def ask(self, operation, role, things, *, missing=False):
        client = self._clients.setdefault(role, self._client_as(role))
        async with self._connection.begin_nested() as attempt:
            answer = await client.request(**operation.request(things, missing=missing))
            await attempt.rollback()
        return answer

    def expect(self, is_right, operation, role, answer):
        if not is_right:
            self.wrong.append(f"{named(operation)} as {role}: {answer.status_code} {answer.text}")


@pytest.fixture
async def things(session, world):
    return await add_catalogue_things(session) | await add_things(session, world)


@pytest.fixture
async def foreign_things(session, foreign_world, things):
    return things | await add_things(session, foreign_world)


@pytest.fixture
def walk(client_as, connection):
    return Walk(client_as, connection)


def test_only_the_login_and_what_is_signed_is_public():
    public = {(operation.method, operation.path) for operation in OPERATIONS if operation.access.action is None}
    assert public == PUBLIC


def test_every_route_is_a_unit_of_work_with_one_rule():
    assert len(OPERATIONS) > 90
    for operation in OPERATIONS:
        assert isinstance(operation.route, UnitOfWorkRoute), named(operation)
        assert access_of(operation.route) is operation.access


async def test_nobody_is_let_in_without_a_name(client, things):
    for operation in GUARDED:
        request = operation.request(things)
        answer = await client.request(**{**request, "url": API_PREFIX + request["url"]})
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated"), named(operation)


async def test_role_without_the_right_is_refused(walk, things):
    for operation in GUARDED:
        for role in set(Role) - set(PERMISSIONS[operation.access.action]):
            answer = await walk.ask(operation, role, things)
            walk.expect(is_refusal_of(answer, operation), operation, role, answer)
    assert walk.wrong == []


async def test_role_with_the_right_reaches_what_is_theirs(walk, world, things):
    for operation in GUARDED:
        for role in PERMISSIONS[operation.access.action]:
            if operation.names and not is_reached(operation, role, world, things):
                continue
            answer = await walk.ask(operation, role, things)
            if operation.method == "GET":
                is_right = answer.status_code == 200
            else:
                is_right = answer.status_code not in UNREACHED and not is_refusal_of(answer, operation)
            walk.expect(is_right, operation, role, answer)
    assert walk.wrong == []


async def test_what_does_not_exist_is_not_found(walk, things):
    for operation in ADDRESSED:
        for role in PERMISSIONS[operation.access.action]:
            answer = await walk.ask(operation, role, things, missing=True)
            is_right = (answer.status_code, answer.json().get("code")) == (404, "not_found")
            walk.expect(is_right, operation, role, answer)
    assert walk.wrong == []


async def test_what_is_foreign_looks_like_what_is_missing(walk, world, things, foreign_things):
    for operation in PRIVATE:
        for role in PERMISSIONS[operation.access.action]:
            missing = await walk.ask(operation, role, things, missing=True)
            others = [foreign_things] if is_reached(operation, role, world, things) else [foreign_things, things]
            for target in others:
                answer = await walk.ask(operation, role, target)
                is_right = answer.status_code == 404 and without_ids(answer) == without_ids(missing)
                walk.expect(is_right, operation, role, answer)
    assert walk.wrong == []


def is_refusal_of(answer, operation: Operation) -> bool:
    """Tell whether the permission table itself refuses, and not a rule about single fields."""
    body = answer.json() if answer.status_code == 403 else {}
    return (body.get("code"), body.get("action")) == ("not_permitted", operation.access.action.value)


def without_ids(answer) -> dict:
    return {name: value for name, value in answer.json().items() if name not in {"instance", "correlation_id"}}


def test_every_role_works_somewhere_and_may_do_something():
    assert set(KIND_OF_ROLE) == set(Role)
    for role in Role:
        assert any(role in reaches for reaches in PERMISSIONS.values())
