"""One id from a click to what came of it: log lines of web process and worker, job, audit trail, events, webhooks."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from service.domain.organisations import Organisation
from tests.factories.webhooks import new_endpoint
from tests.faults.cities import City, answering, found_city, publishing
from tests.faults.processes import Nursery, until
from tests.workflows.receivers import Receiver, receiving

ID = "click-4711"
JOB = (
    "SELECT status::text FROM procrastinate_jobs WHERE task_name = 'move_fallen_lines' AND args->>'correlation_id' = %s"
)
ENTRIES = "SELECT coalesce(array_agg(DISTINCT action), '{}') FROM audit_entry WHERE correlation_id = %s"
EVENTS = "SELECT json_object_agg(id, type) FROM event WHERE correlation_id = %s"

MADE = ["line.moved", "line.moved", "order.answered", "order.sent"]
"""The answer makes one event, the job after it the others."""


def said(nursery: Nursery) -> Iterator[dict[str, Any]]:
    """Return what web process and worker logged under the id."""
    for line in (nursery.folder / "said.log").read_text().splitlines():
        if line.startswith("{") and (record := json.loads(line)).get("correlation_id") == ID:
            yield record


async def listen(city: City, receiver: Receiver) -> None:
    """Let a program of the city hear of everything."""
    async with city.units.begin() as work:
        office = await work.session.get_one(Organisation, city.week.operator.organisation_id)
        work.session.add(new_endpoint(office, url=receiver.url, is_citys=True))


async def test_one_id_leads_from_a_declined_order_to_the_programs_that_hear_where_its_lines_went(
    fresh_database: str, nursery: Nursery
) -> None:
    city = await found_city(fresh_database, cooperatives=2)
    web = nursery.web(fresh_database, city.units.clock())
    assert web.send(publishing(web, city)).is_success
    async with receiving() as receiver:
        await listen(city, receiver)
        answer = web.send(replace(answering(web, city, share=0), headers={"X-Request-ID": ID}))
        assert (answer.is_success, answer.headers["X-Correlation-ID"]) == (True, ID)
        nursery.start("worker", city.url, city.units.clock())
        await asyncio.to_thread(
            until, lambda: sum(one["event"] == "webhook_sent" for one in said(nursery)) == len(MADE)
        )
    assert city.look.ask(JOB, ID) == "succeeded"
    logged = list(said(nursery))
    assert {(one["event"], one.get("job")) for one in logged} == {
        ("request", None),
        ("job_started", "move_fallen_lines"),
        ("job_succeeded", "move_fallen_lines"),
        ("webhook_sent", None),
    }
    assert set(city.look.ask(ENTRIES, ID)) == {"order.answered", "order.lines_moved", "order.sent"}
    events = city.look.ask(EVENTS, ID)
    assert sorted(events.values()) == MADE
    assert {one["event_id"] for one in logged if "event_id" in one} == set(events)
    heard = {headers["webhook-id"] for headers, _ in receiver.received if headers.get("x-correlation-id") == ID}
    assert heard == set(events)
    await city.engine.dispose()
