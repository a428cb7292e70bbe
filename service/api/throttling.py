"""Attempts to get in are counted before anything is compared, in a unit of work that stands whatever follows."""

from __future__ import annotations

from fastapi import Request

from service.api.options import counting_of, options_of
from service.domain.login_attempts import Attempt, Gate
from service.workflows.count_attempt import CountAttempt, count_attempt


async def count_at(gate: Gate, request: Request, *, account: str) -> None:
    """Count an attempt of a request at a gate.

    Raises
    ------
    TooManyLogins
        With the seconds to wait.
    """
    address = request.client.host if request.client else "unknown"
    command = CountAttempt(Attempt(gate, account, address), options_of(request).secret_key)
    async with counting_of(request).begin() as counting:
        await count_attempt(counting, command)
