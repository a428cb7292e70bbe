"""Whatever the description allows is answered as it says: drawn by schemathesis for every operation, never a 5xx.

Every second request names things that exist, so that it comes past "not found"; each is undone.
"""

from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core import NOT_SET
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from service.domain.people import Role
from service.domain.permissions import PERMISSIONS, Reach
from service.main import API_PREFIX
from tests.api.test_permissions import OPERATIONS, Operation, named, things, walk

__all__ = ["things", "walk"]

PARTS = 2
DRAWN = 2
SLOW_TO_DRAW = {"/actions"}
"""Any of a dozen bodies within one: drawing it takes as long as all others together."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def drawn(described: Any) -> list[Any]:
    """Return a few requests that the description allows; the same ones every time."""
    cases: list[Any] = []

    @settings(
        max_examples=DRAWN,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(described.as_strategy())
    def draw(case: Any) -> None:
        cases.append(case)

    draw()
    return cases


def role_for(operation: Operation) -> Role:
    """Return who may do it, with the longest reach."""
    if operation.access.action is None:
        return Role.CITY_OPERATOR
    reaches = PERMISSIONS[operation.access.action]
    return max(reaches, key=lambda role: reaches[role] is Reach.REGION)


def request_of(case: Any, operation: Operation, known: dict[str, Any] | None) -> dict[str, Any]:
    """Return a case as the client sends it, about things that exist if they are given."""
    values = {
        name: known[name].value if known and name in known else case.path_parameters[name] for name in operation.names
    }
    path = operation.path.format(**{name: quote(str(value), safe="") for name, value in values.items()})
    headers = {name: str(value) for name, value in (case.headers or {}).items() if str(value).isprintable()}
    headers.pop("Idempotency-Key", None)
    if "If-Match" in headers and known:
        headers["If-Match"] = '"1"'
    request = {"method": operation.method, "url": path, "params": dict(case.query or {}), "headers": headers}
    if case.body is NOT_SET:
        return request
    if case.media_type == "application/json":
        return {**request, "json": case.body}
    content = case.body if isinstance(case.body, bytes) else str(case.body).encode(errors="replace")
    return {**request, "content": content, "headers": {**headers, "Content-Type": case.media_type}}


@pytest.mark.parametrize("part", range(PARTS))
async def test_every_operation_answers_as_it_is_described(part, app, client_as, connection, things):
    schema = schemathesis.openapi.from_dict(app.openapi())
    clients: dict[Role, Any] = {}
    wrong = []
    for operation in [each for each in OPERATIONS if each.path not in SLOW_TO_DRAW][part::PARTS]:
        client = clients.setdefault(role_for(operation), client_as(role_for(operation)))
        described = schema[API_PREFIX + operation.path][operation.method]
        for number, case in enumerate(drawn(described)):
            async with connection.begin_nested() as attempt:
                request = request_of(case, operation, things if number % 2 else None)
                answer = await client.request(**request)
                await attempt.rollback()
            try:
                case.validate_response(answer, checks=CHECKS)
            except FailureGroup as failures:
                wrong.append(f"{named(operation)}: {[str(each) for each in failures.exceptions]} for {request}")
    assert wrong == []
