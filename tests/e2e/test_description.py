"""The API's description is complete: whoever writes a client needs nothing else."""

from typing import Any

import pytest
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from service.api.openapi import api_operations
from tests.factories.applications import DESCRIBED

FIRST_REFUSAL = 400
NEED_NO_KEY = {
    "/api/v1/actions",  # each action has an id of its own
    "/api/v1/auth/login",  # a session is no effect that must not happen twice
    "/api/v1/auth/logout",
    "/api/v1/account/erase",  # nobody is there any more to repeat it
    "/api/v1/account/password",  # the second time the old password is wrong
    "/api/v1/account/sessions/end-others",
    "/api/v1/account/sessions/{session_id}/end",
    "/api/v1/auth/invitations",  # a link is used once
    "/api/v1/auth/second-factor",  # a code is taken once
    "/api/v1/forecasts/preview",  # keeps nothing
    "/api/v1/gateway/messages",  # the gateway's own id of the message
    "/api/v1/answer-links/{token}",  # a line is answered once, however often a link is tapped
}
DOCUMENT = DESCRIBED.openapi()


def operations() -> list[Any]:
    return [
        pytest.param(DOCUMENT["paths"][path][method.lower()], path, route.original_route, id=f"{method} {path}")
        for path, method, route, _ in api_operations(DESCRIBED)
    ]


@pytest.mark.parametrize(("operation", "path", "route"), operations())
def test_an_operation_is_described_in_full(operation: dict[str, Any], path: str, route: APIRoute) -> None:
    assert operation["summary"]
    assert operation["description"]
    for content in operation.get("requestBody", {}).get("content", {}).values():
        TypeAdapter(route.body_field.field_info.annotation).validate_python(content["example"])
    answers = {int(status): answer.get("content", {}) for status, answer in operation["responses"].items()}
    assert any(status < FIRST_REFUSAL for status in answers)
    for status, contents in answers.items():
        if status < FIRST_REFUSAL:
            assert all(content["example"] for content in contents.values())
        else:
            (problem,) = contents.items()
            assert problem[0] == "application/problem+json"
            assert problem[1]["example"]["status"] == status
    needs_key = "POST" in route.methods and path not in NEED_NO_KEY
    required = {parameter["name"] for parameter in operation["parameters"] if parameter.get("required")}
    assert ("Idempotency-Key" in required) == needs_key
