"""What happened is told on: each event becomes a message to every program and person that is to hear of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from service.database.queries.events import events_after, hold_reader
from service.database.queries.webhooks import active_endpoints, add_deliveries
from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.events import Event, EventType
from service.domain.webhooks import hears, new_delivery
from service.workflows.tell_people import Linking, tell_people

READER: Final = "telling"
AT_ONCE: Final = 500


async def tell_events(units: UnitsOfWork, linking: Linking | None = None) -> int:
    """Turn all events that nobody was told of yet into messages; may run anywhere, often, and be interrupted.

    Messages and the place in the events are kept in one transaction, so that no event is told twice or left out.

    Returns
    -------
    int
        How many events were read.
    """
    count = 0
    while True:
        async with units.begin() as work:
            reader = await hold_reader(work.session, READER)
            if reader is None:
                return count
            events = await events_after(work.session, reader.sequence, limit=AT_ONCE)
            if not events:
                return count
            await _tell_programs(work, events)
            await tell_people(work, events, linking)
            reader.sequence = events[-1].sequence
            count += len(events)


async def _tell_programs(work: UnitOfWork, events: Sequence[Event]) -> None:
    endpoints = await active_endpoints(work.session)
    await add_deliveries(
        work.session,
        (
            new_delivery(endpoint, event, delivery_id=work.new_id(), now=work.now)
            for event in events
            for endpoint in endpoints
            if hears(endpoint, event) and event.type != EventType.WEBHOOK_TESTED
        ),
    )
