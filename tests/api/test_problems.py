"""Every failure leaves as a problem: wrong addresses, methods, bodies, values, bugs."""

import uuid

import pytest
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

import service.api.errors
from service.api.failures import translated
from service.api.idempotency import answer_once
from service.api.problems import PROBLEMS, kind_of, kinds_by_code
from service.domain.errors import DomainError
from service.domain.people import Role
from service.workflows.credentials import API_KEY_MARK

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
MEMBERS = {"type", "title", "status", "detail", "instance", "code", "errors", "correlation_id"}


def all_errors(error: type[DomainError] = DomainError) -> set[type[DomainError]]:
    """Return the program's own error classes; those that another test made are not its."""
    own = [kind for kind in error.__subclasses__() if kind.__module__.startswith("service.")]
    return {error}.union(*(all_errors(kind) for kind in own))


def test_every_error_has_its_row_and_its_own_code():
    assert service.api.errors.BadRequest in all_errors()
    assert all_errors() == set(PROBLEMS)
    assert len(kinds_by_code()) == len(PROBLEMS)


def test_error_without_a_row_is_told_like_the_one_above_it():
    class Unheard(service.api.errors.BodyNotJson):
        pass

    assert kind_of(Unheard) is PROBLEMS[service.api.errors.BodyNotJson]
    del Unheard


async def refusal(response, status: int, code: str) -> dict:
    assert response.headers["Content-Type"] == "application/problem+json"
    body = response.json()
    assert (response.status_code, body["status"], body["code"]) == (status, status, code)
    assert body.keys() >= MEMBERS
    assert body["correlation_id"] == response.headers["X-Correlation-ID"]
    return body


async def test_unknown_address(client):
    body = await refusal(await client.get("/api/v1/nothing"), 404, "route_not_found")
    assert body["instance"] == "/api/v1/nothing"


async def test_unknown_method_names_the_known_ones(client):
    response = await client.delete("/api/v1/auth/login")
    body = await refusal(response, 405, "method_not_allowed")
    assert body["allowed"] == ["POST"]
    assert response.headers["Allow"] == "POST"


@pytest.mark.parametrize("content", ["{", "{'a': 1}", "[1,]", b"\xff\xfe{"])
async def test_body_that_is_not_json(client, content):
    headers = {"Content-Type": "application/json"}
    response = await client.post("/api/v1/auth/login", content=content, headers=headers)
    assert response.status_code == 400
    assert response.json()["code"] in {"body_not_json", "bad_request"}


async def test_place_where_the_json_breaks_is_told(client):
    headers = {"Content-Type": "application/json"}
    response = await client.post("/api/v1/auth/login", content='{"username": }', headers=headers)
    body = await refusal(response, 400, "body_not_json")
    assert body["detail"] == "The body is not JSON: Expecting value at character 13."


@pytest.mark.parametrize("headers", [{"Content-Type": "text/plain"}, {"Content-Type": "application/xml"}, {}])
async def test_body_of_another_kind(client, headers):
    await refusal(
        await client.post("/api/v1/auth/login", content=b"x=1", headers=headers), 415, "unsupported_media_type"
    )


async def test_missing_body_and_unknown_field_are_named(client):
    body = await refusal(await client.post("/api/v1/auth/login"), 422, "invalid_request")
    assert body["errors"] == [{"field": "body", "code": "missing", "message": "Field required"}]
    sent = {"username": "a", "password": "b", "remember": True}
    body = await refusal(await client.post("/api/v1/auth/login", json=sent), 422, "invalid_request")
    assert [fault["field"] for fault in body["errors"]] == ["remember"]


async def test_large_body_is_refused_whether_announced_or_not(client):
    async def chunks():
        for _ in range(3):
            yield b"x" * 500_000

    headers = {"Content-Type": "application/json"}
    for content in (b"x" * 1_000_001, chunks()):
        response = await client.post("/api/v1/auth/login", content=content, headers=headers)
        assert (await refusal(response, 413, "body_too_large"))["limit_bytes"] == 1_000_000


@pytest.mark.parametrize("name", ["Siti\x00", "Siti\x1b[31m", "   "])
async def test_characters_that_no_name_has_are_refused(client_as, name):
    body = {"name": name, "scopes": ["account"]}
    refused = await client_as(Role.COOP_OFFICER).post("/api-keys", json=body)
    assert (await refusal(refused, 422, "invalid_request"))["errors"][0]["field"] == "name"


async def test_value_that_the_database_cannot_hold_is_a_refusal_and_no_bug(client_as):
    refused = await client_as(Role.AUDITOR).get("/audit", params={"entity": "a\x00b"})
    await refusal(refused, 422, "rule_broken")


async def test_bug_is_told_without_its_inside(client_as, monkeypatch):
    def broken(*_args: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("service.api.routers.items.local_day", broken)
    response = await client_as(Role.AUDITOR).get("/items")
    body = await refusal(response, 500, "internal_error")
    assert "secret" not in response.text
    assert body["correlation_id"]


async def test_endpoint_that_answers_a_refusal_instead_of_raising_is_a_bug(client_as, monkeypatch):
    async def answer_refusal(*args: object) -> object:
        response = await answer_once(*args)
        response.status_code = 409
        return response

    monkeypatch.setattr("service.api.routes.answer_once", answer_refusal)
    refused = await client_as(Role.COOP_OFFICER).post("/api-keys", json={"name": "x", "scopes": ["account"]})
    await refusal(refused, 500, "internal_error")
    assert (await client_as(Role.COOP_OFFICER).get("/api-keys")).json()["items"] == []


@pytest.mark.parametrize("error", [PoolTimeout(), OperationalError("", {}, Exception("connection lost"))])
def test_database_that_is_away_or_full_is_busy(error):
    assert translated(error).code == "database_busy"


@pytest.mark.parametrize("bug", [ZeroDivisionError(), ProgrammingError("", {}, Exception("cannot adapt"))])
def test_bug_is_not_translated(bug):
    with pytest.raises(type(bug)):
        translated(bug)


async def test_correlation_id_is_taken_over_if_it_is_a_plain_word(client):
    taken = await client.get("/healthz", headers={"X-Correlation-ID": "batch-7.2"})
    assert taken.headers["X-Correlation-ID"] == "batch-7.2"
    for odd in ("two words", "x" * 65, "<b>"):
        other = await client.get("/healthz", headers={"X-Correlation-ID": odd})
        assert uuid.UUID(other.headers["X-Correlation-ID"])


@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ({"X-Request-ID": "proxy-7"}, "proxy-7"),
        ({"X-Request-ID": "proxy-7", "X-Correlation-ID": "batch-7.2"}, "batch-7.2"),
        ({"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01", "X-Request-ID": "<b>"}, TRACE),
        ({"traceparent": f"00-{'0' * 32}-00f067aa0ba902b7-01"}, None),
        ({"traceparent": TRACE}, None),
    ],
)
async def test_without_a_correlation_id_that_of_a_proxy_or_a_trace_is_taken(client, headers, taken):
    given = (await client.get("/healthz", headers=headers)).headers["X-Correlation-ID"]
    assert given == taken or (taken is None and uuid.UUID(given))


async def test_browsers_are_told_to_be_careful(client):
    headers = (await client.get("/api/v1/me")).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize("header", ["Basic abc", "Bearer", "Bearer ", f"Bearer {API_KEY_MARK}_x", "Bearer nonsense"])
async def test_odd_credentials_are_no_credentials(client, header):
    await refusal(await client.get("/api/v1/me", headers={"Authorization": header}), 401, "not_authenticated")
