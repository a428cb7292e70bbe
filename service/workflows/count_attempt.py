"""Somebody tries to get in: count it before anything is compared, and refuse whoever tried too often."""

from __future__ import annotations

import hashlib
import hmac
import math
from dataclasses import dataclass, field

from service.database.queries.login_attempts import attempts_within, hold_subjects
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import TooManyLogins
from service.domain.login_attempts import Attempt, LoginAttempt, wait_for


@dataclass(frozen=True, slots=True)
class CountAttempt:
    """The attempt, and the key of the hashes that names and addresses are kept as."""

    attempt: Attempt
    secret_key: str = field(repr=False)


async def count_attempt(work: UnitOfWork, command: CountAttempt) -> None:
    """Count an attempt, in a unit of work of its own: what follows may be undone, the count may not.

    Raises
    ------
    TooManyLogins
        With the seconds to wait, if there were too many for the account or from the address.
    """
    attempt = command.attempt
    subjects = [_hidden(command.secret_key, words) for words in attempt.subjects()]
    await hold_subjects(work.session, subjects)
    earlier = await attempts_within(work.session, subjects, work.now)
    waits = [wait for subject in subjects if (wait := wait_for(attempt.gate, earlier[subject], work.now))]
    if waits:
        wait_s = max(1, math.ceil(max(waits).total_seconds()))
        raise TooManyLogins(f"Too many attempts; try again in {wait_s} seconds.", retry_after_s=wait_s)
    work.session.add_all(LoginAttempt(id=work.new_id(), subject=subject, at=work.now) for subject in subjects)


def _hidden(secret_key: str, words: str) -> str:
    """Return what a subject is kept as: people type passwords into the field of the name."""
    return hmac.new(secret_key.encode(), b"attempt:" + words.encode(), hashlib.sha256).hexdigest()
