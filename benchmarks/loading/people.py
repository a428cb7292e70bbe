"""What everybody does in the busiest hour: kitchens post, cooperatives answer, the city watches."""

from __future__ import annotations

import asyncio
import random
from datetime import date

from benchmarks.loading.pace import Person

BUSY = 0.7
"""Part of the time within which everybody comes to do what they must; then they only look."""
LOOKS = (1.0, 6.0)
"""Seconds between two looks of a kitchen or cooperative."""
EFFORT = 1.0


async def kitchen(person: Person, r: random.Random, next_week: date) -> None:
    """Look at last week, take it over for the next, look at it and send it; then look at orders and deliveries."""
    await asyncio.sleep(r.random() * BUSY * person.pace.seconds)
    await person.get("/forecasts", limit=20)
    drafted = await person.post("/forecasts/copy", body={"week_start": next_week.isoformat()})
    if drafted.is_success:
        address = f"/forecasts/{drafted.json()['id']}"
        shown = await person.get("/forecasts/{id}", address)
        if shown.is_success:
            await person.post("/forecasts/{id}/submit", f"{address}/submit", version=shown.headers["ETag"])
    await look(person, r, ("/orders", "/deliveries", "/notifications", "/forecasts"))


async def cooperative(person: Person, r: random.Random) -> None:
    """Find what waits for an answer and answer it; then look at orders, deliveries and money."""
    await asyncio.sleep(r.random() * BUSY * person.pace.seconds)
    listed = await person.get("/orders", status="sent")
    waiting = listed.json()["items"] if listed.is_success else []
    for order in waiting:
        shown = await person.get("/orders/{id}", f"/orders/{order['id']}")
        lines = shown.json()["lines"] if shown.is_success else []
        answers = [{"line_id": line["id"], "accepted_qty": line["ordered_qty"]} for line in lines]
        await person.post("/orders/{id}/answers", f"/orders/{order['id']}/answers", body={"answers": answers})
    await look(person, r, ("/orders", "/deliveries", "/offers", "/notifications", "/purchases"))


async def watcher(person: Person, r: random.Random, plan_id: str) -> None:
    """Watch the solve and the week without a pause: whatever turns the others leave are these."""
    routes = ("/what-ifs", "/orders", "/shortages", "/runs", "/forecasts", "/allocations", "/reliability")
    while person.pace.left_s > 0:
        route = r.choice(routes)
        if route == "/what-ifs":
            await person.get("/plans/{id}/what-ifs", f"/plans/{plan_id}/what-ifs")
        elif route in {"/shortages", "/allocations"}:
            await person.get(f"/plans/{{id}}{route}", f"/plans/{plan_id}{route}", limit=50)
        else:
            await person.get(route, limit=50)


async def solver(person: Person, plan_id: str) -> int:
    """Ask one what-if after the other, so that a solve is always at work; return how many ended."""
    ended = 0
    while person.pace.left_s > 0:
        body = {"policy": {"drop_idr": 40_000 + ended}, "effort": EFFORT}
        asked = (await person.post("/plans/{id}/what-ifs", f"/plans/{plan_id}/what-ifs", body=body)).json()
        while person.pace.left_s > 0:
            await asyncio.sleep(0.5)
            if (await person.get("/what-ifs/{id}", f"/what-ifs/{asked['id']}")).json()["finished_at"]:
                ended += 1
                break
    return ended


async def look(person: Person, r: random.Random, routes: tuple[str, ...]) -> None:
    """Look at one's own lists now and then."""
    while person.pace.left_s > 0:
        await person.get(r.choice(routes), limit=50)
        await asyncio.sleep(r.uniform(*LOOKS))
