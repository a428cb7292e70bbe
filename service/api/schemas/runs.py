"""Matching runs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from service.api.schemas.shapes import RequestBody, Resource
from service.domain.runs import USUAL_EFFORT, USUAL_TIME_LIMIT_S, RunKind, RunStatus


class StartRunIn(RequestBody):
    """Which week, and how long and hard the optimiser may try."""

    week_start: date = Field(description="A Monday", examples=["2026-11-30"])
    seed: int = Field(default=0, ge=0, lt=2**31, description="Equal input, seed, limit and effort: equal plan")
    time_limit_s: int = Field(default=USUAL_TIME_LIMIT_S, ge=1, le=3600, description="Seconds of solving at most")
    effort: float = Field(
        default=USUAL_EFFORT, gt=0, le=10, description="How hard the optimiser tries; 1 is usual, 2 twice as hard"
    )


class ProgressPointOut(Resource):
    """How far a solve was at some moment."""

    elapsed_s: float = Field(description="Seconds since the solve began", examples=[12.4])
    objective_idr: int | None = Field(description="Total of the best plan so far, rupiah", examples=[6_412_000_000])
    bound_idr: int | None = Field(description="Proven lower bound so far, rupiah", examples=[6_301_000_000])
    phase: str = Field(description="What the optimiser does", examples=["repair"])


class RunOut(Resource):
    """A run without its progress."""

    id: UUID
    created_at: datetime
    version: int = Field(examples=[2])
    week_start: date = Field(examples=["2026-11-30"])
    kind: RunKind = Field(description="what_if: beside a plan, never published; repair: after publication")
    base_run_id: UUID | None = Field(description="The run that a what-if changes", examples=[None])
    status: RunStatus
    attempt: int = Field(description="Raised when a worker died and another began anew", examples=[1])
    seed: int = Field(examples=[0])
    time_limit_s: int = Field(examples=[120])
    effort: float = Field(examples=[1.0])
    policy_id: UUID
    requested_by: UUID | None
    started_at: datetime | None
    finished_at: datetime | None
    failure_code: str | None = Field(description="Stable code of why it failed", examples=[None])
    failure_detail: str | None = Field(examples=[None])
    plan_id: UUID | None = Field(description="The plan, once the run has succeeded")


class RunDetailOut(RunOut):
    """A run with its progress."""

    progress: list[ProgressPointOut] = Field(description="Oldest first")


class RunProgressOut(Resource):
    """What a page that waits for a run asks for every second."""

    status: RunStatus
    attempt: int = Field(examples=[1])
    plan_id: UUID | None
    points: list[ProgressPointOut]


class ExcludedOut(Resource):
    """Something that a rule kept out of the problem before it was solved."""

    kind: str = Field(description="demand, cooperative, offer or stock", examples=["offer"])
    source: str = Field(
        description="Id of the line, offer or stock; code of the cooperative",
        examples=["01938f3a-5c00-7000-8000-000000000001"],
    )
    reason: str = Field(description="Stable code", examples=["document_missing"])
    detail: str = Field(examples=["halal"])
    dates: list[date] = Field(description="The days on which it is out; none: all of them", examples=[["2026-12-03"]])


PROBLEM_EXAMPLE: dict[str, Any] = {
    "format": "pasok-problem/1",
    "name": "32.71-2026-11-30",
    "days": ["2026-11-30", "2026-12-01"],
    "policy": {"drop_idr": 60000},
    "items": [],
    "kitchens": [],
    "cooperatives": [],
    "wholesalers": [],
    "offers": [],
    "stocks": [],
    "demands": [],
    "fixed": [],
    "previous": [],
}
