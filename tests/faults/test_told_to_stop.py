"""A web process that is told to stop ends the requests that it has, and takes no new ones."""

import os
import signal

import psutil

from tests.faults.cities import found_city, publishing
from tests.faults.processes import CLIENT, Nursery, sending, until


async def test_a_request_that_was_taken_is_answered_before_the_process_ends(
    fresh_database: str, nursery: Nursery
) -> None:
    city = await found_city(fresh_database)
    web = nursery.web(fresh_database, city.units.clock())
    with city.look.holding() as held, sending(web, publishing(web, city)) as came:
        city.look.wait_for_somebody()
        os.kill(web.pid, signal.SIGTERM)
        until(lambda: not web.is_up())
        held.rollback()
    assert came[0].is_success, came
    until(lambda: not psutil.pid_exists(web.pid))
    assert await city.wrong() == []
    await city.engine.dispose()


async def test_a_process_that_is_told_to_stop_says_so_while_it_still_serves_until_it_is_told_again(
    fresh_database: str, nursery: Nursery
) -> None:
    city = await found_city(fresh_database)
    web = nursery.web(fresh_database, city.units.clock(), drain_s=60)
    assert CLIENT.get(f"{web.address}/readyz").json() == {"status": "ready"}
    os.kill(web.pid, signal.SIGTERM)
    until(lambda: CLIENT.get(f"{web.address}/readyz").status_code == 503)
    refused = CLIENT.get(f"{web.address}/readyz")
    assert refused.json()["code"] == "draining"
    assert web.send(publishing(web, city)).is_success
    os.kill(web.pid, signal.SIGTERM)
    until(lambda: not psutil.pid_exists(web.pid))
    assert await city.wrong() == []
    await city.engine.dispose()


async def test_a_process_that_was_told_to_stop_ends_by_itself(fresh_database: str, nursery: Nursery) -> None:
    city = await found_city(fresh_database)
    web = nursery.web(fresh_database, city.units.clock(), drain_s=1)
    os.kill(web.pid, signal.SIGTERM)
    until(lambda: not psutil.pid_exists(web.pid))
    await city.engine.dispose()
