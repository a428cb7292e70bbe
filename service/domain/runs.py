"""A matching run: one attempt to plan one week of one region, as a background job with progress and cancel."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from service.domain.status import Transitions
from service.domain.tables import UTC_INSTANT, Entity, Row, one_of


class RunStatus(StrEnum):
    """``cancelling``: cancel was asked while a worker solves; the worker confirms with ``cancelled``."""

    QUEUED = "queued"
    RUNNING = "running"
    CANCELLING = "cancelling"
    SUCCEEDED = "succeeded"
    CANCELLED = "cancelled"
    FAILED = "failed"


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
MAX_ATTEMPTS = 3
"""A run whose worker died is tried again, at most this often in all; then it is marked failed."""


class MatchingRun(Entity, table=True):
    """Who asked for which week, how it is limited, how far it is; ``attempt`` fences a late finish of a dead worker."""

    __table_args__ = (
        sa.CheckConstraint("EXTRACT(ISODOW FROM week_start) = 1", name="starts_monday"),
        sa.CheckConstraint("time_limit_s BETWEEN 1 AND 3600", name="time_limit_range"),
        sa.CheckConstraint(f"attempt BETWEEN 0 AND {MAX_ATTEMPTS}", name="attempts"),
        sa.Index("ix_matching_run_region_week", "region_code", "week_start"),
        sa.Index(
            "uq_matching_run_one_active",
            "region_code",
            "week_start",
            unique=True,
            postgresql_where=sa.text("status IN ('queued', 'running', 'cancelling')"),
        ),
    )
    region_code: str = Field(foreign_key="region.code")
    week_start: date
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


def is_run_lost(run: MatchingRun, now: datetime, *, silence: timedelta) -> bool:
    """Tell whether a run claims to be worked on but nobody has said so for longer than ``silence``."""
    working = run.status in {RunStatus.RUNNING, RunStatus.CANCELLING}
    return working and (run.heartbeat_at is None or now - run.heartbeat_at > silence)
