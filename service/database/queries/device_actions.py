"""Actions that phones sent, each id held by one transaction at a time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.device_actions import KEPT_FOR, DeviceAction


async def hold_action(session: AsyncSession, action_id: UUID) -> DeviceAction | None:
    """Keep others from the id until the transaction ends, and return what came of it, if it was sent before."""
    number = int.from_bytes(action_id.bytes[-8:], "big", signed=True)
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))
    return await session.get(DeviceAction, action_id, populate_existing=True)


async def purge_actions(session: AsyncSession, now: datetime) -> int:
    """Delete the actions that no phone may repeat any more and return how many there were."""
    old = sa.delete(DeviceAction).where(col(DeviceAction.received_at) < now - KEPT_FOR)
    return len((await session.execute(old.returning(col(DeviceAction.id)))).all())
