"""A person, or the administrator for them, gets everything that the service knows of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from service.database.queries.personal_data import deeds_of, own_rows, times_named
from service.database.unit_of_work import UnitOfWork
from service.domain.answer_links import without_tokens
from service.domain.audits import AuditEntry, plain_values
from service.domain.errors import NotFound
from service.domain.people import User
from service.domain.permissions import Action, require, require_reach
from service.workflows.acting import acting

MOST_DEEDS: Final = 5_000


@dataclass(frozen=True, slots=True)
class PersonalData:
    """The person, their own rows by table, how often other tables name them, and what they did last."""

    user: User
    rows: dict[str, list[dict[str, Any]]]
    named_in: dict[str, int]
    deeds: list[AuditEntry]


async def export_personal_data(work: UnitOfWork, user_id: UUID) -> PersonalData:
    """Return what is known of a person; that somebody asked is on record.

    Raises
    ------
    NotFound
        If there is no such user within reach.
    """
    actor = acting(work)
    user = await work.session.get(User, user_id)
    if user is None or user.id != actor.user_id:
        require(actor, Action.USERS_WRITE)
    if user is None:
        raise NotFound("No such user.")
    if user.id == actor.user_id:
        require(actor, Action.CREDENTIALS)
    else:
        organisations = (user.organisation_id,)
        require_reach(
            actor, Action.USERS_WRITE, region_code=user.region_code, organisation_ids=organisations, what="user"
        )
    rows = {table: [_told(row) for row in found] for table, found in (await own_rows(work.session, user.id)).items()}
    found = PersonalData(
        user, rows, await times_named(work.session, user.id), await deeds_of(work.session, user.id, MOST_DEEDS)
    )
    work.record("user.export", "app_user", user.id)
    return found


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as it is told; the links of its messages act in the person's name, and others hand it on."""
    return {
        name: without_tokens(value) if isinstance(value, str) else value for name, value in plain_values(row).items()
    }
