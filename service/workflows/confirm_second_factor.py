"""A person proves that their phone has the key: from then on the login asks for a code."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from service.database.queries.logins import end_logins
from service.database.queries.second_factors import hold_factor
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import Conflict, InvalidField
from service.domain.events import EventType
from service.domain.people import User
from service.domain.permissions import Action, require
from service.domain.second_factors import (
    RECOVERY_BYTES,
    RECOVERY_CODES,
    factor_key,
    plain_code,
    recovery_text,
    step_taken,
)
from service.workflows.acting import acting
from service.workflows.credentials import hash_secret


@dataclass(frozen=True, slots=True)
class ConfirmSecondFactor:
    """The code that the phone shows now."""

    code: str = field(repr=False)
    secret_key: str = field(repr=False)


async def confirm_second_factor(work: UnitOfWork, command: ConfirmSecondFactor) -> list[str]:
    """Put the second factor to use and return the recovery codes, which are kept as hashes only.

    Every other session of the actor ends: whoever opened it may have had the password alone.

    Raises
    ------
    Conflict
        If none was begun, or one is in use already.
    InvalidField
        If the code is wrong.
    """
    actor = acting(work)
    require(actor, Action.CREDENTIALS)
    user = await work.session.get_one(User, actor.user_id, with_for_update=True)
    factor = await hold_factor(work.session, user.id)
    if factor is None or factor.confirmed_at is not None:
        raise Conflict("Begin a second factor first; one that is in use needs no confirmation.")
    step = step_taken(factor_key(factor, command.secret_key), plain_code(command.code), work.now, last_step=0)
    if step is None:
        raise InvalidField.at("code", "Not the code that the key shows now.", code="wrong_code")
    codes = [recovery_text(secrets.token_bytes(RECOVERY_BYTES)) for _ in range(RECOVERY_CODES)]
    factor.confirmed_at, factor.last_step = work.now, step
    factor.recovery_hashes = [hash_secret(plain_code(code)) for code in codes]
    user.second_factor_at = work.now
    await end_logins(work.session, user.id, work.now, but=actor.session_id)
    await work.session.flush()
    work.record("user.set_second_factor", "app_user", user.id, after={"second_factor": True})
    work.announce(
        EventType.USER_SECOND_FACTOR_SET,
        entity="app_user",
        entity_id=user.id,
        region_code=user.region_code,
        concerns=[user.organisation_id],
    )
    return codes
