"""Bodies made to do more than asked: fields that are not the caller's to set, JSON without end, slow senders."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from service.api import middleware
from service.domain.people import Role
from service.domain.permissions import PERMISSIONS
from service.main import API_PREFIX
from tests.api.test_permissions import OPERATIONS, named
from tests.factories.things import add_catalogue_things, add_things

CHANGES = [
    operation
    for operation in OPERATIONS
    if "application/json" in operation.document.get("requestBody", {}).get("content", {})
]
UNKNOWN = "is_administrator"
"""A field that no schema names; pydantic judges all that it does not know alike."""
JUDGED_LATER = {
    "body.actions.0.body": "the deed's own schema judges it, one deed at a time",
    "body.policy": "the policy's own values judge it, all faults at once",
    "body.values.shortage_factor_bp": "the need classes stand there, and the policy refuses any other",
}
DEEP = 50_000


def schema_of(operation: Any) -> TypeAdapter[Any]:
    return TypeAdapter(operation.route.body_field.field_info.annotation)


def example(operation: Any) -> Any:
    return operation.document["requestBody"]["content"]["application/json"]["example"]


def objects(value: Any, path: str = "body") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every object within a JSON value with its place, itself first."""
    if isinstance(value, dict):
        yield path, value
        for name, part in value.items():
            yield from objects(part, f"{path}.{name}")
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from objects(part, f"{path}.{place}")


@pytest.fixture
async def things(session, world):
    return await add_catalogue_things(session) | await add_things(session, world)


@pytest.mark.parametrize("operation", CHANGES, ids=named)
def test_no_body_takes_a_field_that_it_does_not_name(operation):
    schema = schema_of(operation)
    schema.validate_python(example(operation))
    taken = []
    for path, _ in list(objects(example(operation))):
        body = json.loads(json.dumps(example(operation)))
        dict(objects(body))[path][UNKNOWN] = True
        try:
            schema.validate_python(body)
        except ValidationError:
            continue
        taken.append(path)
    assert set(taken) <= set(JUDGED_LATER)


async def test_a_field_too_many_is_named_and_nothing_is_done(client_as, connection, things):
    wrong = []
    for operation in CHANGES:
        if operation.access.action is None:
            continue
        client = client_as(next(iter(PERMISSIONS[operation.access.action])))
        request = operation.request(things)
        async with connection.begin_nested() as attempt:
            answer = await client.request(**{**request, "json": {**request["json"], UNKNOWN: True}})
            await attempt.rollback()
        fields = [fault["field"] for fault in answer.json().get("errors", [])]
        if answer.status_code != 422 or UNKNOWN not in fields:
            wrong.append(f"{named(operation)}: {answer.status_code} {fields}")
    assert wrong == []
    assert len(CHANGES) > 50


@pytest.mark.parametrize(
    "content",
    [
        "[" * DEEP + "]" * DEEP,
        '{"name":' * DEEP + "1" + "}" * DEEP,
        '{"name": ' + "9" * 900_000 + "}",
        '{"name": 1e999, "scopes": [NaN, Infinity]}',
        '{"name": "\\ud800", "scopes": ["account"]}',
        '{"name": "a", "name": "b", "scopes": {"account": {}}}',
        json.dumps({"name": "a", "scopes": ["account"] * 60_000}),
        '"' + "a" * 999_000 + '"',
    ],
    ids=["lists", "objects", "digits", "not finite", "half a letter", "twice", "many", "one text"],
)
async def test_json_without_end_or_sense_is_refused_and_nothing_worse(client_as, content):
    headers = {"Content-Type": "application/json"}
    refused = await client_as(Role.COOP_OFFICER).post("/api-keys", content=content.encode(), headers=headers)
    assert refused.status_code in {400, 413, 422}
    assert len(refused.content) < 100_000


async def test_whoever_sends_nothing_for_too_long_is_let_go(app, monkeypatch):
    """Without a connection to the database: the body is read before one is taken."""
    monkeypatch.setattr(middleware, "LONGEST_SILENCE_S", 0.01)
    told = []

    async def silent():
        await asyncio.Event().wait()

    async def send(message):
        told.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": f"{API_PREFIX}/auth/login",
        "raw_path": f"{API_PREFIX}/auth/login".encode(),
        "query_string": b"",
        "headers": [(b"content-type", b"application/json"), (b"content-length", b"100")],
        "scheme": "http",
        "server": ("pasok.test", 80),
        "client": ("127.0.0.1", 1),
        "http_version": "1.1",
        "root_path": "",
    }
    await app(scope, silent, send)
    assert told[0]["status"] == 408
    assert json.loads(told[1]["body"])["code"] == "request_timeout"
    assert (b"connection", b"close") in told[0]["headers"]
