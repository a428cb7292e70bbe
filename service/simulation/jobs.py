"""What a simulation's worker does: deferred jobs in their order, and the periodic ones when the clock has moved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from service.domain.repair_requests import COLLECTED_FOR
from service.simulation.city import City
from service.simulation.queue import Do, MemoryQueue
from service.workflows.chase_deliveries import chase_deliveries
from service.workflows.chase_overdue import chase_overdue
from service.workflows.chase_payables import chase_payables
from service.workflows.chase_recalls import chase_recalls
from service.workflows.chase_refunds import chase_refunds
from service.workflows.clear_recalled import CLEAR_RECALLED, clear_recalled
from service.workflows.expire_answers import expire_answers
from service.workflows.expire_purchases import expire_purchases
from service.workflows.move_fallen_lines import MOVE_FALLEN_LINES, MoveFallenLines, move_settled_lines
from service.workflows.prepare_deliveries import prepare_due_deliveries
from service.workflows.publish_repair import PUBLISH_REPAIR, PublishRepair, publish_repair
from service.workflows.remind_answers import remind_answers
from service.workflows.run_matching import RunMatching, run_matching
from service.workflows.start_due_repairs import start_due_repairs
from service.workflows.start_run import RUN_MATCHING

MOST_ROUNDS: Final = 20
"""Of work that makes work, in one look of the worker."""
COLLECTED: Final = COLLECTED_FOR + timedelta(seconds=1)
"""Declines are collected for so long before their repair starts."""
LOOK: Final = timedelta(minutes=30)
"""What becomes due within so long after somebody looked is done in the same look."""


async def work_off(city: City, queue: MemoryQueue, stand_at: datetime | None = None) -> None:
    """Do everything that is due now or soon, and the repairs that it asks for.

    When nothing is left to do, the clock goes on to the next job of this look, and in the end to ``stand_at``.

    Parameters
    ----------
    stand_at
        From when the answers of this look cannot be taken back any more (UTC): then their goods are bought.
    """
    units, known, ends_at = city.units, _known(city), city.clock.now + LOOK
    for _ in range(MOST_ROUNDS):
        await expire_answers(units)
        await expire_purchases(units)
        await remind_answers(units)
        done = await queue.drain(known)
        city.clock.advance(COLLECTED)
        done += len(await start_due_repairs(units))
        done += await queue.drain(known)
        if not done:
            if queue.next_at is None or queue.next_at > ends_at:
                break
            city.clock.now = queue.next_at
    if stand_at is not None and stand_at <= ends_at:
        city.clock.now = max(city.clock.now, stand_at)
    await prepare_due_deliveries(units)
    await chase_deliveries(units)
    await wind_up(city)


async def wind_up(city: City) -> None:
    """Do what is left when no goods move any more: tell of late money and of silent kitchens."""
    await chase_overdue(city.units)
    await chase_refunds(city.units)
    await chase_payables(city.units)
    if city.has_done("recall"):
        await chase_recalls(city.units)


def _known(city: City) -> Mapping[str, Do]:
    units = city.units

    async def match(args: Mapping[str, Any]) -> None:
        await run_matching(units, RunMatching(UUID(args["run_id"])), solve=city.solve)

    async def move(args: Mapping[str, Any]) -> None:
        command = MoveFallenLines(UUID(args["order_id"]), tuple(UUID(key) for key in args["line_ids"]))
        async with units.begin() as work:
            await move_settled_lines(work, command)

    async def publish(args: Mapping[str, Any]) -> None:
        await publish_repair(units, PublishRepair(UUID(args["plan_id"])))

    async def clear(args: Mapping[str, Any]) -> None:
        await clear_recalled(units, UUID(args["recall_id"]))

    return {RUN_MATCHING: match, MOVE_FALLEN_LINES: move, PUBLISH_REPAIR: publish, CLEAR_RECALLED: clear}
