"""Workers that die, stop and come back, and two at one job: its effect happens once, and nothing stays stuck."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import pytest

from tests.faults.cities import City, answering, found_city, publishing
from tests.faults.processes import Nursery, until

IMPATIENT = "&options=-c%20idle_in_transaction_session_timeout%3D1500"
"""How the database ends the transaction of somebody who sleeps; in the service after 40 seconds."""
MOVE = "task_name = 'move_fallen_lines'"
STATUS = f"SELECT status::text, attempts FROM procrastinate_jobs WHERE {MOVE}"
SINGLE = f"SELECT count(*) FROM procrastinate_jobs WHERE {MOVE}"


@pytest.fixture
async def declined(fresh_database: str, nursery: Nursery) -> AsyncIterator[City]:
    """A city where an order was declined: a job waits that looks for others."""
    city = await found_city(fresh_database, cooperatives=1)
    web = nursery.web(fresh_database, city.units.clock())
    for deed in (publishing, lambda web, city: answering(web, city, share=0)):
        answer = web.send(deed(web, city))
        assert answer.is_success, answer.text
    web.kill()
    yield city
    await city.engine.dispose()


def worker(nursery: Nursery, city: City, more: str = "") -> int:
    return nursery.start("worker", city.url + more, city.units.clock())


def in_the_middle(city: City) -> None:
    """Wait until the job has begun and stands before a table that is held."""
    until(lambda: city.look.ask(STATUS)[0] == "doing")
    city.look.wait_for_somebody()


async def ends_once(city: City, *, attempts: int) -> None:
    """Wait until the job is done; it left its traces once, and the books are right."""
    until(lambda: city.look.ask(STATUS)[0] == "succeeded")
    assert city.look.ask(STATUS)[1] >= attempts
    assert city.look.ask(SINGLE) == 1
    assert city.look.ask("SELECT count(*) FROM repair_request") <= 1
    assert await city.wrong() == []
    doubled = """
        SELECT count(*) FROM (SELECT action, entity_id FROM audit_entry WHERE action LIKE 'line.%%'
                              GROUP BY action, entity_id HAVING count(*) > 1) AS twice"""
    assert city.look.ask(doubled) == 0


async def test_a_worker_killed_in_the_middle_of_its_job_is_replaced_by_another(declined: City, nursery: Nursery):
    with declined.look.holding("event"):
        first = worker(nursery, declined)
        in_the_middle(declined)
        os.kill(first, signal.SIGKILL)
    worker(nursery, declined)
    await ends_once(declined, attempts=2)


async def test_a_worker_that_slept_while_another_took_its_job_changes_nothing_when_it_wakes(
    declined: City, nursery: Nursery
):
    with declined.look.holding("event"):
        sleeper = worker(nursery, declined, IMPATIENT)
        in_the_middle(declined)
        os.kill(sleeper, signal.SIGSTOP)
    worker(nursery, declined)
    await ends_once(declined, attempts=2)
    before = declined.entries()
    os.kill(sleeper, signal.SIGCONT)
    await asyncio.sleep(2)
    assert declined.entries() == before
    await ends_once(declined, attempts=2)


async def test_two_workers_that_start_at_once_do_a_job_once(declined: City, nursery: Nursery):
    for _ in range(2):  # a busy machine must not make a living worker look dead
        nursery.start("worker", declined.url, declined.units.clock(), stalled_after_s=60)
    await ends_once(declined, attempts=1)
    assert declined.look.ask(STATUS)[1] == 1
