"""What happened in the town before a browser is opened: through the API, as its people do it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from service.database.engine import create_engine, create_sessions
from service.database.unit_of_work import UnitsOfWork
from service.jobs.app import Jobs
from service.workflows.prepare_deliveries import prepare_due_deliveries
from tests.e2e.people import CITY_OPERATOR, Json, Person, until
from tests.e2e.servers import Server
from tests.e2e.towns import Town

PLANNED_WITHIN_S = 120


def publish_week(address: str, week_start: date) -> Json:
    """Run the matching of a week, wait for its plan and publish it."""
    with Person(address, CITY_OPERATOR) as operator:
        run = operator.done("/runs", {"week_start": week_start.isoformat(), "effort": 0.1}, status=202)
        ended = until(
            PLANNED_WITHIN_S,
            lambda: (found := operator.read(f"/runs/{run['id']}"))["status"] not in {"queued", "running"} and found,
        )
        assert ended["status"] == "succeeded", ended
        plan = operator.read(f"/plans/{ended['plan_id']}")
        return operator.done(f"/plans/{plan['id']}/publish", version=plan["version"])


def note_goods(database_url: str) -> None:
    """Make the delivery notes that are due, without waiting for the minute in which the worker would."""

    async def note() -> None:
        engine = create_engine(database_url)
        await prepare_due_deliveries(UnitsOfWork(create_sessions(engine), Jobs(database_url)))
        await engine.dispose()

    with ThreadPoolExecutor(1) as elsewhere:  # the browser's event loop may run in this thread
        elsewhere.submit(asyncio.run, note()).result()


def bring_goods(server: Server, town: Town, *, kitchen: str, cooperative: str) -> list[Json]:
    """Let a cooperative take what it has itself and send what a kitchen gets; return the drops on their way."""
    with Person(server.address, cooperative) as officer, Person(server.address, kitchen) as cook:
        for order in officer.every("/orders", week_start=town.open_week.isoformat(), status="sent"):
            lines = officer.read(f"/orders/{order['id']}")["lines"]
            officer.done(f"/orders/{order['id']}/answers", {"answers": [own_goods(line) for line in lines]})
        own = officer.read("/me")["organisation"]["id"]
        note_goods(town.database_url)
        drops = cook.every("/deliveries", cooperative_id=own, status="planned")
        return [dispatch(officer, drop["id"]) for drop in drops]


def own_goods(line: Json) -> Json:
    """Take a line of one's own goods; what would have to be bought first is declined, so that nobody is waited for."""
    if line["stock_id"] is None:
        return {"line_id": line["id"], "accepted_qty": line["ordered_qty"]}
    return {"line_id": line["id"], "accepted_qty": 0, "reason": "no_cash"}


def dispatch(officer: Person, delivery_id: str) -> Json:
    """Let all of a drop leave, cold enough and fresh."""
    note = officer.read(f"/deliveries/{delivery_id}")
    loads = [
        {
            "line_id": line["id"],
            "lots": [
                {
                    "shipped_qty": line["planned_qty"],
                    "lot_code": f"L-{line['position']}",
                    "producer": "Kelompok Tani Mekar",
                    "temperature_dc": -200,
                }
            ],
        }
        for line in note["lines"]
    ]
    return officer.done(f"/deliveries/{delivery_id}/dispatch", {"lines": loads}, version=note["version"], status=200)
