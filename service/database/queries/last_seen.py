"""When the people of members were last there: in the pages or the API, and with what a phone had kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.device_actions import DeviceAction
from service.domain.organisations import Organisation, OrganisationKind, OrganisationStatus
from service.domain.people import LoginSession, User


@dataclass(frozen=True, slots=True)
class LastSeen:
    """A member: how many can log in, when one of them was last there, when a phone last sent what it had kept."""

    organisation: Organisation
    people: int
    seen_at: datetime | None
    sent_at: datetime | None


async def list_last_seen(
    session: AsyncSession, *, region_code: str, organisation_id: UUID | None = None
) -> list[LastSeen]:
    """Return the active members of a region, those first who were away longest; of one organisation if it is named.

    Logins and sendings are forgotten some time after they are over, so a member that is away for long was never seen.
    """
    people = (
        sa.select(col(User.organisation_id).label("id"), sa.func.count().label("count"))
        .where(col(User.region_code) == region_code, col(User.is_active))
        .group_by(col(User.organisation_id))
        .subquery()
    )
    was_there = sa.func.coalesce(col(LoginSession.last_seen_at), col(LoginSession.created_at))
    seen = (
        sa.select(col(User.organisation_id).label("id"), sa.func.max(was_there).label("at"))
        .join(User, col(User.id) == col(LoginSession.user_id))
        .where(col(User.region_code) == region_code)
        .group_by(col(User.organisation_id))
        .subquery()
    )
    sent = (
        sa.select(col(User.organisation_id).label("id"), sa.func.max(col(DeviceAction.received_at)).label("at"))
        .join(User, col(User.id) == col(DeviceAction.user_id))
        .where(col(DeviceAction.region_code) == region_code)
        .group_by(col(User.organisation_id))
        .subquery()
    )
    query = (
        sa.select(Organisation, sa.func.coalesce(people.c.count, 0), seen.c.at, sent.c.at)
        .outerjoin(people, people.c.id == col(Organisation.id))
        .outerjoin(seen, seen.c.id == col(Organisation.id))
        .outerjoin(sent, sent.c.id == col(Organisation.id))
        .where(
            col(Organisation.region_code) == region_code,
            col(Organisation.status) == OrganisationStatus.ACTIVE,
            col(Organisation.kind) != OrganisationKind.CITY_OFFICE,
        )
    )
    if organisation_id is not None:
        query = query.where(col(Organisation.id) == organisation_id)
    query = query.order_by(
        sa.func.greatest(seen.c.at, sent.c.at).asc().nulls_first(), col(Organisation.name), col(Organisation.id)
    )
    return [LastSeen(*row) for row in await session.execute(query)]
