"""A matching run: one attempt to plan one week of one region, as a background job with progress and cancel."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from service.domain.status import Transitions, transition
from service.domain.tables import UTC_INSTANT, Entity, Row, one_of


class RunStatus(StrEnum):
    """``cancelling``: cancel was asked while a worker solves; the worker confirms with ``cancelled``."""

    QUEUED = "queued"
    RUNNING = "running"
    CANCELLING = "cancelling"
    SUCCEEDED = "succeeded"
    CANCELLED = "cancelled"
    FAILED = "failed"


class RunKind(StrEnum):
    """What a run is for: the week's plan, its repair after publication, or a question that binds nobody."""

    WEEK = "week"
    REPAIR = "repair"
    WHAT_IF = "what_if"


RUN_TRANSITIONS: Transitions[RunStatus] = {
    RunStatus.QUEUED: frozenset({RunStatus.RUNNING, RunStatus.CANCELLED, RunStatus.FAILED}),
    RunStatus.RUNNING: frozenset(
        {RunStatus.SUCCEEDED, RunStatus.CANCELLING, RunStatus.CANCELLED, RunStatus.FAILED, RunStatus.QUEUED}
    ),
    RunStatus.CANCELLING: frozenset({RunStatus.CANCELLED, RunStatus.FAILED}),
    RunStatus.SUCCEEDED: frozenset(),
    RunStatus.CANCELLED: frozenset(),
    RunStatus.FAILED: frozenset(),
}

FINISHED_RUNS = frozenset(status for status, after in RUN_TRANSITIONS.items() if not after)
WORKING_RUNS = frozenset({RunStatus.RUNNING, RunStatus.CANCELLING})
ACTIVE_RUNS = frozenset(RunStatus) - FINISHED_RUNS
MAX_ATTEMPTS = 3
"""A run whose worker died is tried again, at most this often in all; then it is marked failed."""


class MatchingRun(Entity, table=True):
    """Who asked for which week, how it is limited, how far it is; ``attempt`` fences a late finish of a dead worker."""

    __table_args__ = (
        sa.CheckConstraint("EXTRACT(ISODOW FROM week_start) = 1", name="starts_monday"),
        sa.CheckConstraint("time_limit_s BETWEEN 1 AND 3600", name="time_limit_range"),
        sa.CheckConstraint(f"attempt BETWEEN 0 AND {MAX_ATTEMPTS}", name="attempts"),
        sa.CheckConstraint("(kind = 'what_if') = (scenario IS NOT NULL)", name="what_if_has_scenario"),
        sa.CheckConstraint("(kind = 'what_if') = (base_run_id IS NOT NULL)", name="what_if_has_base"),
        sa.UniqueConstraint("id", "kind", name="uq_matching_run_id_kind"),
        sa.Index(
            "ix_matching_run_active",
            "region_code",
            "id",
            postgresql_where=sa.text("status IN ('queued', 'running', 'cancelling')"),
        ),
        sa.Index("ix_matching_run_base", "base_run_id", "created_at", "id"),
        sa.Index("ix_matching_run_region_created", "region_code", "created_at", "id"),
        sa.Index("ix_matching_run_region_week", "region_code", "week_start", "created_at", "id"),
        sa.Index(
            "uq_matching_run_one_active",
            "region_code",
            "week_start",
            unique=True,
            postgresql_where=sa.text("status IN ('queued', 'running', 'cancelling') AND kind <> 'what_if'"),
        ),
    )
    region_code: str = Field(foreign_key="region.code")
    week_start: date
    kind: RunKind = Field(
        default=RunKind.WEEK, sa_type=one_of(RunKind), sa_column_kwargs={"server_default": RunKind.WEEK.value}
    )
    base_run_id: UUID | None = Field(default=None, foreign_key="matching_run.id")
    """The run whose problem a what-if changes; its plan is what the answer is set beside."""
    scenario: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    """What a what-if changes, as ``matching/what_if.py`` reads it."""
    status: RunStatus = Field(sa_type=one_of(RunStatus))
    policy_id: UUID = Field(foreign_key="policy.id")
    seed: int = Field(default=0, sa_type=sa.BigInteger)
    time_limit_s: int
    effort: float
    requested_by: UUID | None = Field(default=None, foreign_key="app_user.id")
    attempt: int = 0
    started_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    heartbeat_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    finished_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    progress: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB)
    """Points of (``elapsed_s``, ``objective_idr``, ``bound_idr``, ``phase``), oldest first."""
    failure_code: str | None = Field(default=None, max_length=40)
    failure_detail: str | None = Field(default=None, max_length=2000)


class RunProblem(Row, table=True):
    """The problem a run solved, as its file (gzip of ``pasok-problem/1``), so that anyone can solve it again."""

    run_id: UUID = Field(primary_key=True, foreign_key="matching_run.id")
    sha256: str = Field(max_length=64)
    content_gzip: bytes = Field(sa_type=sa.LargeBinary)
    excluded: list[dict[str, Any]] = Field(sa_type=JSONB)
    """Supply that rules kept out before solving: ``source``, ``reason``, ``detail``."""


class RunPlan(Row, table=True):
    """The plan that a run found, as its file (gzip of ``pasok-plan/1``): with the problem's all that answers need."""

    run_id: UUID = Field(primary_key=True, foreign_key="matching_run.id")
    sha256: str = Field(max_length=64)
    content_gzip: bytes = Field(sa_type=sa.LargeBinary)


class RunFailure(StrEnum):
    """Stable codes of why a run ended without a plan."""

    NO_DEMAND = "no_demand"
    INVALID_PROBLEM = "invalid_problem"
    SOLVER_FAILED = "solver_failed"
    WORKER_LOST = "worker_lost"
    INTERNAL_ERROR = "internal_error"


USUAL_TIME_LIMIT_S = 120
USUAL_EFFORT = 1.0
HEARTBEAT_SILENCE = timedelta(seconds=15)
"""A worker says once a second that it is still there; silent for longer than this, it is taken for dead."""

FAILURE_DETAIL_LENGTH = 2000


def begin_attempt(run: MatchingRun, now: datetime, *, heartbeat_at: datetime) -> int:
    """Let a worker take a queued run and return the number of its attempt, which fences all that it writes later.

    Parameters
    ----------
    heartbeat_at
        The database's clock: workers of many machines and the recovery must measure silence by the same one.

    Raises
    ------
    IllegalTransition
        If the run is not queued.
    """
    run.status = transition(RUN_TRANSITIONS, run.status, RunStatus.RUNNING, what="run")
    run.attempt += 1
    run.started_at, run.heartbeat_at = now, heartbeat_at
    run.progress = []
    return run.attempt


def holds(run: MatchingRun, attempt: int) -> bool:
    """Tell whether an attempt is still the one at work: not finished, not given to another worker."""
    return run.status in WORKING_RUNS and run.attempt == attempt


def succeed(run: MatchingRun, now: datetime) -> bool:
    """End a run that has a plan; return whether the plan counts (it does not if somebody cancelled meanwhile)."""
    if run.status is RunStatus.CANCELLING:
        _finish(run, RunStatus.CANCELLED, now)
        return False
    _finish(run, RunStatus.SUCCEEDED, now)
    return True


def fail(run: MatchingRun, now: datetime, *, failure: RunFailure, detail: str) -> None:
    """End a run that cannot have a plan, saying why."""
    _finish(run, RunStatus.FAILED, now)
    run.failure_code = failure.value
    run.failure_detail = detail[:FAILURE_DETAIL_LENGTH]


def cancel(run: MatchingRun, now: datetime) -> None:
    """End a run that nobody works on, or ask the worker to stop; asking twice is the same as once.

    Raises
    ------
    IllegalTransition
        If the run has ended already.
    """
    if run.status is RunStatus.CANCELLING:
        return
    if run.status is RunStatus.RUNNING:
        run.status = transition(RUN_TRANSITIONS, run.status, RunStatus.CANCELLING, what="run")
    else:
        _finish(run, RunStatus.CANCELLED, now)


def confirm_cancel(run: MatchingRun, now: datetime) -> None:
    """Say that the work on a run has stopped as somebody asked."""
    _finish(run, RunStatus.CANCELLED, now)


def give_back(run: MatchingRun, now: datetime, *, detail: str, failure: RunFailure = RunFailure.WORKER_LOST) -> bool:
    """Take a run from a worker that died or stumbled; return whether it is queued for another attempt.

    A run that was being cancelled is cancelled; after ``MAX_ATTEMPTS`` the run fails.
    """
    if run.status is RunStatus.CANCELLING:
        _finish(run, RunStatus.CANCELLED, now)
        return False
    if run.attempt >= MAX_ATTEMPTS:
        fail(run, now, failure=failure, detail=detail)
        return False
    run.status = transition(RUN_TRANSITIONS, run.status, RunStatus.QUEUED, what="run")
    run.heartbeat_at = None
    return True


def _finish(run: MatchingRun, status: RunStatus, now: datetime) -> None:
    run.status = transition(RUN_TRANSITIONS, run.status, status, what="run")
    run.finished_at = now


def is_failed_repair(run: MatchingRun) -> bool:
    """Tell whether a repair that nobody asked for by hand has failed; one that nobody needs has not."""
    is_by_itself = run.kind is RunKind.REPAIR and run.requested_by is None
    return is_by_itself and run.status is RunStatus.FAILED and run.failure_code != RunFailure.NO_DEMAND


def is_idle_repair(run: MatchingRun) -> bool:
    """Tell whether a repair found nothing that it could still do."""
    return run.kind is RunKind.REPAIR and run.status is RunStatus.FAILED and run.failure_code == RunFailure.NO_DEMAND


def is_run_lost(run: MatchingRun, now: datetime, *, silence: timedelta) -> bool:
    """Tell whether a run claims to be worked on but nobody has said so for longer than ``silence``."""
    return run.status in WORKING_RUNS and (run.heartbeat_at is None or now - run.heartbeat_at > silence)
