"""What happened is told on: each event becomes a message to every program and person that is to hear of it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final

from sqlalchemy.exc import InterfaceError, OperationalError

from service.database.queries.events import events_after, hold_reader
from service.database.queries.webhooks import active_endpoints, add_deliveries
from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.events import Event, EventType
from service.domain.webhooks import hears, new_delivery
from service.workflows.tell_people import Linking, tell_people

logger = logging.getLogger(__name__)

READER: Final = "telling"
AT_ONCE: Final = 500
PASSING: Final = (OperationalError, InterfaceError)
"""What is no event's fault, as a database that is away or busy: all that it hits is told later."""

Telling = Callable[[UnitOfWork, Sequence[Event]], Awaitable[None]]


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
            await _tell(work, events, _tell_programs)
            await _tell(work, events, partial(tell_people, linking=linking))
            reader.sequence = events[-1].sequence
            count += len(events)


async def _tell(work: UnitOfWork, events: Sequence[Event], tell: Telling) -> None:
    """Tell all events at once, or, if that fails, one by one: else the same one would silence everybody for good."""
    if not await _is_told(work, events, tell) and len(events) > 1:
        for event in events:
            await _is_told(work, [event], tell)


async def _is_told(work: UnitOfWork, events: Sequence[Event], tell: Telling) -> bool:
    try:
        async with work.session.begin_nested():
            await tell(work, events)
    except PASSING:
        raise
    except Exception:
        name = "event_not_told" if len(events) == 1 else "events_not_told_at_once"
        logger.exception(name, extra={"event_ids": [str(event.id) for event in events]})
        return False
    return True


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
