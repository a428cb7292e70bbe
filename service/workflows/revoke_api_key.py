"""A user ends one of their keys."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.people import ApiKey, revoke_key
from service.domain.permissions import Action, require
from service.domain.tables import require_version
from service.workflows.acting import acting


@dataclass(frozen=True, slots=True)
class RevokeApiKey:
    """The key and the version that was seen."""

    api_key_id: UUID
    expected_version: int


async def revoke_api_key(work: UnitOfWork, command: RevokeApiKey) -> ApiKey:
    """End a key at once.

    Raises
    ------
    NotPermitted
        If a key asks.
    NotFound
        If the actor has no such key.
    Conflict
        If it is revoked already.
    StaleVersion
        If it was changed since.
    """
    actor = acting(work)
    require(actor, Action.CREDENTIALS)
    key = await work.session.get(ApiKey, command.api_key_id, with_for_update=True)
    if key is None or key.user_id != actor.user_id:
        raise NotFound("No such API key.")
    require_version(key, command.expected_version)
    revoke_key(key, work.now)
    await work.session.flush()
    work.record("api_key.revoke", "api_key", key.id, after={"revoked_at": work.now.isoformat()})
    return key
