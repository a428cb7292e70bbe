"""A code of a second factor is taken: once, and never an older one after it."""

from __future__ import annotations

from uuid import UUID

from service.database.queries.second_factors import hold_factor
from service.database.unit_of_work import UnitOfWork
from service.domain.second_factors import DIGITS, factor_key, plain_code, step_taken, without_used
from service.workflows.credentials import hash_secret


async def take_code(work: UnitOfWork, user_id: UUID, typed: str, secret_key: str) -> bool:
    """Take a code that the phone shows, or a recovery code; tell whether it was right.

    Parameters
    ----------
    typed
        As the person typed it, spaces and dashes included.
    secret_key
        What the service computes the phone's key from.
    """
    factor = await hold_factor(work.session, user_id)
    if factor is None or factor.confirmed_at is None:
        return False
    code = plain_code(typed)
    if len(code) == DIGITS:
        step = step_taken(factor_key(factor, secret_key), code, work.now, last_step=factor.last_step)
        factor.last_step = factor.last_step if step is None else step
        return step is not None
    left = without_used(factor.recovery_hashes, hash_secret(code))
    if left is None:
        return False
    factor.recovery_hashes = left
    work.record("user.use_recovery_code", "app_user", user_id, after={"left": len(left)})
    return True
