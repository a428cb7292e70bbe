"""`pasok serve --processes 2`: one address, two web processes, and nothing that only one of them knows."""

from __future__ import annotations

import os
import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from service.domain.people import Role
from service.workflows.credentials import hash_password
from tests.e2e.servers import Server, serving
from tests.faults.cities import BUYER, SELLER, City, found_city
from tests.faults.processes import Onlooker, Sent, Web, sending, until

COUNTED = re.compile(r'pasok_http_requests_total\{method="GET",route="/api/v1/me",status="200"\} (\d+)')
ASKED, AT_ONCE = 8, 4
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
PASSWORD = "tahu tempe lontong"


@pytest.fixture
def server(fresh_database: str, tmp_path: Path) -> Iterator[Server]:
    with serving(fresh_database, tmp_path / "said.log", processes=2, drain_s=1, log_format="json") as server:
        yield server


def webs(server: Server) -> list[psutil.Process]:
    """Return the web processes: those that hold the door open and are not the one that started them."""
    [port] = re.findall(r":(\d+)$", server.address)
    children = psutil.Process(server.process.pid).children()
    return [one for one in children if any(str(c.laddr.port) == port for c in one.net_connections())]


@contextmanager
def paused(process: psutil.Process) -> Iterator[None]:
    process.suspend()
    try:
        yield
    finally:
        process.resume()


def ask(server: Server, token: str, path: str = "/api/v1/me") -> httpx.Response:
    """Ask on a connection of its own, so that either process may take it."""
    return httpx.get(f"{server.address}{path}", headers={"Authorization": f"Bearer {token}"}, timeout=30)


async def give_password(city: City) -> str:
    """Let a person of the city have a password, and return the name that they log in with."""
    async with city.units.begin() as work:
        user = await work.session.merge(city.week.users[Role.KITCHEN_HEAD, city.week.kitchens[0].id])
        user.password_hash = await hash_password(PASSWORD)
        return user.username


def log_in(server: Server, name: str) -> str:
    known = httpx.post(f"{server.address}/api/v1/auth/login", json={"username": name, "password": PASSWORD}, timeout=30)
    assert known.status_code == 201, known.text
    return str(known.json()["token"])


def told_in_all(server: Server) -> int:
    """Return how many requests were counted, by whichever process is asked."""
    found = COUNTED.search(httpx.get(f"{server.address}/metrics").text)
    return int(found[1]) if found else 0


def told_by_the_other(server: Server, one: psutil.Process) -> int:
    with paused(one):
        return told_in_all(server)


def sessions_and_figures_are_of_both(server: Server, name: str) -> None:
    one, other = webs(server)
    with paused(other):
        token = log_in(server, name)
        assert [ask(server, token).status_code for _ in range(ASKED)] == [200] * ASKED
    with paused(one):
        assert [ask(server, token).status_code for _ in range(ASKED)] == [200] * ASKED
    until(lambda: told_by_the_other(server, one) == 2 * ASKED)  # a process that is killed loses its last second

    one.kill()
    assert ask(server, token).status_code == 200
    until(lambda: len(webs(server)) == 2)
    assert other in webs(server)
    with paused(other):
        assert told_in_all(server) == 2 * ASKED + 1, "whoever is started anew goes on counting"


def keep_asking(server: Server, token: str, came: list[object]) -> None:
    """Ask as a proxy does: on and on, until the process says that it is going."""
    while httpx.get(f"{server.address}/readyz", timeout=30).status_code != 503:
        try:
            came.append(ask(server, token).status_code)
        except httpx.HTTPError as error:
            came.append(error)


def told_to_stop_all_answer_what_they_have_and_end(server: Server, database_url: str) -> None:
    everybody = psutil.Process(server.process.pid).children()
    web, came = Web(server.process.pid, server.address), []
    keys = [Sent(token, "/api-keys", {"name": "x", "scopes": ["account"]}) for token in (SELLER, BUYER)]
    askers = [threading.Thread(target=keep_asking, args=(server, BUYER, came)) for _ in range(AT_ONCE)]
    look = Onlooker(database_url)
    with look.holding() as held, sending(web, keys[0]) as first, sending(web, keys[1]) as second:
        for asker in askers:
            asker.start()
        until(lambda: look.ask(WAITING) == len(keys) and len(came) > AT_ONCE)
        os.kill(server.process.pid, signal.SIGTERM)
        for asker in askers:
            asker.join()
        until(lambda: not web.is_up())
        held.rollback()
    assert [answer.status_code for answer in first + second] == [201, 201]
    assert set(came) == {200}
    until(lambda: server.process.poll() is not None)
    assert server.process.returncode == 128 + signal.SIGTERM
    assert [one for one in everybody if one.is_running()] == []


async def test_two_processes_know_the_same_count_together_and_end_together(server: Server, fresh_database: str) -> None:
    city = await found_city(fresh_database)
    name = await give_password(city)
    await city.engine.dispose()
    sessions_and_figures_are_of_both(server, name)
    told_to_stop_all_answer_what_they_have_and_end(server, fresh_database)
