"""Who uses the service: each person with a client that behaves as the API asks."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from service.demo.people import DEMO_PASSWORD
from tests.e2e.servers import POLL_S

Json = dict[str, Any]

CITY_OPERATOR = "operator.kota"
ANSWERS_WITHIN_S = 30


class Person(httpx.Client):
    """A person who is logged in; each POST has an Idempotency-Key of its own unless one is given."""

    def __init__(self, address: str, login: str) -> None:
        api = f"{address}/api/v1"
        secret = {"username": f"{login}@pasok.test", "password": DEMO_PASSWORD}
        answer = httpx.post(f"{api}/auth/login", json=secret, timeout=ANSWERS_WITHIN_S)
        assert answer.status_code == 201, answer.text
        bearer = {"Authorization": f"Bearer {answer.json()['token']}"}
        super().__init__(base_url=api, headers=bearer, timeout=ANSWERS_WITHIN_S)

    def request(self, method: str, url: httpx.URL | str, **options: Any) -> httpx.Response:
        headers = dict(options.pop("headers", None) or {})
        if method == "POST":
            headers.setdefault("Idempotency-Key", str(uuid.uuid4()))
        return super().request(method, url, headers=headers, **options)

    def read(self, path: str, **params: object) -> Json:
        """Return what an address shows."""
        answer = self.get(path, params=params)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def every(self, path: str, **params: object) -> list[Json]:
        """Return all items of a list, page by page."""
        found: list[Json] = []
        after: Json = {}
        while True:
            page = self.read(path, **params, **after)
            found += page["items"]
            if page["next_cursor"] is None:
                return found
            after = {"after": page["next_cursor"]}

    def done(self, path: str, body: Json | None = None, *, version: int | None = None, status: int = 201) -> Json:
        """POST what must succeed and return the answer's body."""
        answer = self.post(path, json=body, headers=if_match(version))
        assert answer.status_code == status, answer.text
        return dict(answer.json())


def if_match(version: int | None) -> dict[str, str]:
    """Return the header that names the version a change is made from."""
    return {} if version is None else {"If-Match": f'"{version}"'}


def refused(answer: httpx.Response, status: int, code: str) -> Json:
    """Return the problem that a request was refused with."""
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json"), answer.text
    problem = dict(answer.json())
    assert (problem["status"], problem["code"]) == (status, code), problem
    assert problem["type"] == f"/problems/{code}"
    assert problem["instance"] == answer.request.url.path
    assert problem["correlation_id"] == answer.headers["X-Correlation-ID"]
    return problem


def until(within_s: float, look: Callable[[], Any]) -> Any:
    """Return the first thing found that is not nothing."""
    deadline = time.monotonic() + within_s
    while not (found := look()):
        assert time.monotonic() < deadline, f"not within {within_s} s"
        time.sleep(POLL_S)
    return found


@dataclass(frozen=True)
class Cast:
    """Everybody who has a part in a week."""

    kitchen: Person
    cooperative: Person
    wholesaler: Person
    city: Person
    food: Person
    auditor: Person


@contextmanager
def everybody(address: str) -> Iterator[Cast]:
    """Log everybody in."""
    with ExitStack() as stack:
        logins = ("kepala.dapur", "pengurus.koperasi", "grosir", CITY_OPERATOR, "dinas.pangan", "auditor")
        yield Cast(*(stack.enter_context(Person(address, login)) for login in logins))
