"""What a job is: a name, the function that does it, and how often it may be tried."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

QUICK: Final = "quick"
"""Jobs of a few seconds; several run at once in every worker."""

SEND: Final = "send"
"""Messages to people by machines elsewhere, which may be slow to answer: they never hold up the quick ones."""

DELIVER: Final = "deliver"
"""Messages to programs: whoever has one decides how slow it is, so they hold up nothing but each other."""

SOLVE: Final = "solve"
"""Matching runs: minutes of all the processor there is, so few at once; they never hold up the quick ones."""


@dataclass(frozen=True, slots=True)
class JobCall:
    """One attempt at a job."""

    job_id: int
    attempt: int
    """1 for the first. Higher than one seen before: the older attempt is dead or must act as if it were."""
    is_last_attempt: bool
    args: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A kind of job. It may be started again after its effect happened, so every effect must bear repeating."""

    name: str
    run: Callable[[JobCall], Awaitable[None]]
    on_given_up: Callable[[JobCall, str], Awaitable[None]] | None = None
    """Called with the reason when the last attempt failed or died; also at least once, not exactly once."""
    queue: str = QUICK
    max_attempts: int = 3
    retry_wait_s: int = 5
    """Before the second attempt; twice as long before the third, and so on."""
    cron: str | None = None
    """When it starts by itself (UTC, five fields); then it gets no arguments."""


@dataclass(frozen=True, slots=True)
class JobTimings:
    """How soon a dead worker's jobs are taken over: within 33 s, the sum of being stalled, a recovery and a poll."""

    poll_s: float = 2
    heartbeat_s: float = 5
    stalled_after_s: float = 20
    recover_every_s: float = 11
    stop_within_s: float = 10
    """How long running jobs may still work when a worker is told to stop; then they are put back."""
