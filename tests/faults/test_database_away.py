"""PostgreSQL restarted and its connections cut while everybody answers: each answer counts once, nothing is stuck."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest

from service.database.embedded import EmbeddedServer
from service.database.engine import conninfo
from service.database.schema import migrate
from service.domain.findings import Finding, Verdict
from service.jobs.app import Jobs
from service.settings import Settings
from service.worker import build_jobs
from service.workflows.examine_installation import Premises, examine_installation
from tests.faults.cities import BUYER, CITY, SELLER, City, found_city, publishing, reading
from tests.faults.processes import Nursery, Sent, Web, until

DURABLE = {"fsync": "off", "max_connections": "80"}
"""What was committed outlives the kill of the server; only the machine itself may not stop."""
PEOPLE, DEEDS = 4, 40
OWNERS = (CITY, SELLER, BUYER)
"""Each of another organisation, which may have twenty addresses."""
RECOVERED_WITHIN_S = 60
CUT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    with EmbeddedServer(tmp_path / "postgres", quiet).join(DURABLE) as server:
        yield server


def quiet(_message: str) -> None: ...


@dataclass
class Crowd:
    """People who each do their deeds and try again with the same key until they hear that it is done."""

    web: Web
    deeds: list[Sent]
    done: list[int] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def work(self, mine: int) -> None:
        for request in self.deeds[mine::PEOPLE]:
            while not self.is_done(request):
                time.sleep(0.1)

    def is_done(self, request: Sent) -> bool:
        try:
            answer = self.web.send(request)
        except httpx.TransportError:
            return False
        if answer.status_code >= 500 or answer.json().get("code") == "idempotency_key_in_use":
            self.refused.append(answer.json()["code"])
            return False
        self.done.append(answer.status_code)
        return True


def restart(server: EmbeddedServer) -> None:
    """Kill the server as a crash does, and start it again."""
    pid = int((server.data_dir / "postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, signal.SIGQUIT)
    psutil.Process(pid).wait(30)
    with EmbeddedServer(server.data_dir, quiet).join(DURABLE):
        pass  # it runs on for the test, which holds it, too


def cut(url: str) -> None:
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        connection.execute(CUT)


def deeds() -> list[Sent]:
    """Return changes that have nothing to do with each other: addresses for messages to programs."""
    owners = islice(cycle(OWNERS), DEEDS)
    return [Sent(owner, "/webhooks", {"url": f"https://example.id/{number}"}) for number, owner in enumerate(owners)]


async def test_what_was_confirmed_is_there_once_though_the_database_crashed_under_load(
    server: EmbeddedServer, nursery: Nursery
) -> None:
    migrate(server.url())
    city = await found_city(server.url())
    web = nursery.web(city.url, city.units.clock())
    nursery.start("worker", city.url, city.units.clock())
    assert web.send(publishing(web, city)).is_success
    crowd = Crowd(web, deeds())
    threads = [threading.Thread(target=crowd.work, args=(mine,)) for mine in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for count, disturb in ((5, cut), (12, lambda _url: restart(server)), (20, cut), (28, lambda _url: restart(server))):
        until(lambda count=count: len(crowd.done) >= count)
        disturb(city.url)
    for thread in threads:
        thread.join(60)
    assert crowd.done == [201] * DEEDS
    assert set(crowd.refused) <= {"database_busy", "idempotency_key_in_use"}
    assert sum(len(reading(web, owner, "/webhooks?limit=100")["items"]) for owner in OWNERS) == DEEDS
    await recovers(city, nursery.folder)


async def recovers(city: City, folder: Path) -> None:
    """The worker finds back by itself, and the doctor has nothing to say."""
    jobs = Jobs(conninfo(city.url))
    known = {job.name for job in build_jobs(city.units, Settings(demo=True))} | jobs.names
    premises = Premises(folder, folder / "photos", known)
    done_since = "SELECT count(*) > 0 FROM procrastinate_events WHERE type = 'succeeded' AND at > %s"
    moment = city.look.ask("SELECT now()")
    until(lambda: city.look.ask(done_since, moment))
    try:
        async with asyncio.timeout(RECOVERED_WITHIN_S):
            while await faults(city, premises):  # noqa: ASYNC110  (a worker's heart beats every five seconds)
                await asyncio.sleep(1)
    finally:
        await city.engine.dispose()


async def faults(city: City, premises: Premises) -> list[Finding]:
    findings = await examine_installation(city.engine, premises, now=city.units.clock())
    return [each for each in findings if each.verdict is Verdict.FAULT and each.check != "disk"]
