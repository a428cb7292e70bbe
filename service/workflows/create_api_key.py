"""A user makes a key for a program that acts in their name."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from service.database.unit_of_work import UnitOfWork
from service.domain.people import ApiKey, key_expiry
from service.domain.permissions import Action, require, require_scopes
from service.workflows.acting import acting
from service.workflows.credentials import api_key_text, hash_secret, new_api_key_parts


@dataclass(frozen=True, slots=True)
class CreateApiKey:
    """What the key is for, what it may do, and until when."""

    name: str
    scopes: tuple[Action, ...]
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class CreatedApiKey:
    """The key on record, and its text, which is kept nowhere."""

    key: ApiKey
    text: str = field(repr=False)


async def create_api_key(work: UnitOfWork, command: CreateApiKey) -> CreatedApiKey:
    """Make a key.

    Raises
    ------
    NotPermitted
        If a key asks: it would live for ever by making its own successor.
    InvalidField
        If a scope is beyond the actor's own rights, or the key would have expired already or outlive a year.
    """
    actor = acting(work)
    require(actor, Action.CREDENTIALS)
    require_scopes(actor, command.scopes)
    expires_at = key_expiry(command.expires_at, work.now)
    prefix, secret = new_api_key_parts()
    key = ApiKey(
        id=work.new_id(),
        created_at=work.now,
        user_id=actor.user_id,
        name=command.name,
        prefix=prefix,
        secret_hash=hash_secret(secret),
        scopes=sorted({scope.value for scope in command.scopes}),
        expires_at=expires_at,
    )
    work.session.add(key)
    await work.session.flush()
    shown = {"scopes": key.scopes, "expires_at": expires_at.isoformat()}
    work.record("api_key.create", "api_key", key.id, after=shown)
    return CreatedApiKey(key, api_key_text(prefix, secret))
