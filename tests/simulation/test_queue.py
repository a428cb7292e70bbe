"""Jobs of a simulation wait for their time, and then for their turn."""

from datetime import UTC, datetime, timedelta

from service.simulation.city import Clock
from service.simulation.queue import MemoryQueue

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)


async def drained(queue, *, asks_for=()):
    """Drain the queue; return what was done, in order, and how many jobs that were."""
    done = []
    more = list(asks_for)

    async def do(args):
        done.append(args["name"])
        if more:
            await queue.defer(None, "do", {"name": more.pop()}, not_before=None, lock=None)

    return done, await queue.drain({"do": do})


async def defer(queue, name, not_before=None):
    await queue.defer(None, "do", {"name": name}, not_before=not_before, lock=None)


async def test_a_job_waits_for_its_time_and_those_without_one_are_done_in_their_order():
    clock = Clock(NOW)
    queue = MemoryQueue(clock)
    await defer(queue, "later", LATER)
    await defer(queue, "first")
    await defer(queue, "second", NOW)
    assert await drained(queue) == (["first", "second"], 2)
    assert queue.next_at == LATER
    clock.now = LATER
    await defer(queue, "asked for when the other was due", NOW)
    assert await drained(queue) == (["later", "asked for when the other was due"], 2)
    assert queue.next_at is None


async def test_what_a_job_asks_for_is_done_in_the_same_drain():
    queue = MemoryQueue(Clock(NOW))
    await defer(queue, "first")
    assert await drained(queue, asks_for=["second"]) == (["first", "second"], 2)
