"""What a kitchen lacks once orders are out is brought by others in a repair, or waits for the city operator's word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from service.database.queries.due_orders import ask_for_repair
from service.database.unit_of_work import UnitOfWork
from service.domain.organisations import Organisation
from service.domain.pending_decisions import DecisionAbout
from service.domain.repair_requests import COLLECTED_FOR
from service.workflows.ask_operator import ask_operator
from service.workflows.move_fallen_lines import moves_by_itself


async def seek_goods(work: UnitOfWork, kitchen: Organisation, week_start: date, days: Sequence[date]) -> None:
    """Let others bring what a kitchen lacks, or the operator decide about it.

    Parameters
    ----------
    days
        The cooking day of each line that lacks something, at least one; the caller holds the week's plans.
    """
    if await moves_by_itself(work, kitchen.region_code):
        due_at = work.now + COLLECTED_FOR
        await ask_for_repair(work.session, region_code=kitchen.region_code, week_start=week_start, due_at=due_at)
        return
    await ask_operator(
        work,
        DecisionAbout.MORE_NEEDED,
        subject_id=kitchen.id,
        region_code=kitchen.region_code,
        week_start=week_start,
        first_day=min(days),
        facts={"kitchen": kitchen.name, "lines": len(days)},
    )
