"""A person starts to set up a second factor: a key for their phone, shown once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Final

from service.database.queries.second_factors import hold_factor
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import Conflict
from service.domain.people import User
from service.domain.permissions import Action, require
from service.domain.second_factors import SecondFactor, factor_key, key_text, key_uri
from service.workflows.acting import acting

SALT_BYTES: Final = 24


@dataclass(frozen=True, slots=True)
class BegunSecondFactor:
    """The phone's key, to type and to tap; kept nowhere."""

    key: str = field(repr=False)
    uri: str = field(repr=False)


async def begin_second_factor(work: UnitOfWork, secret_key: str) -> BegunSecondFactor:
    """Make a key; nothing is asked of anybody until it is confirmed. Begun again, the earlier key is void.

    Raises
    ------
    Conflict
        If a second factor is in use already.
    """
    actor = acting(work)
    require(actor, Action.CREDENTIALS)
    user = await work.session.get_one(User, actor.user_id, with_for_update=True)
    factor = await hold_factor(work.session, user.id)
    if factor is not None and factor.confirmed_at is not None:
        raise Conflict("You have a second factor already: remove it first.")
    if factor is None:
        factor = SecondFactor(id=work.new_id(), created_at=work.now, user_id=user.id, salt="")
        work.session.add(factor)
    factor.salt = secrets.token_urlsafe(SALT_BYTES)
    await work.session.flush()
    work.record("user.begin_second_factor", "app_user", user.id)
    key = factor_key(factor, secret_key)
    return BegunSecondFactor(key_text(key), key_uri(key, user.username))
