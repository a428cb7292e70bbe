"""Forget what phones sent so long ago that it would be refused for its age."""

from __future__ import annotations

from service.database.queries.device_actions import purge_actions
from service.database.unit_of_work import UnitOfWork


async def forget_actions(work: UnitOfWork) -> int:
    """Delete actions past their time; their effects and the audit trail stay. Return how many there were."""
    return await purge_actions(work.session, work.now)
