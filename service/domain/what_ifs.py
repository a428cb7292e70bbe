"""What came out of a what-if: a plan that is looked at beside its base and can never be published.

It has a table of its own, without a status and without deliveries: no order can come from it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from service.domain.errors import TooManyWhatIfs
from service.domain.runs import RunKind
from service.domain.tables import Row, one_of

WHAT_IFS_KEPT = timedelta(days=30)
"""What-ifs answer a question of the day; after this they are deleted with their files."""

MOST_ACTIVE_WHAT_IFS = 4
"""Queued or at work in a region: what-ifs share the solver with the runs that a city waits for."""


class WhatIfPlan(Row, table=True):
    """The figures of a what-if's plan beside its base's; its deliveries are in the run's plan file alone."""

    __table_args__ = (
        sa.CheckConstraint("run_kind = 'what_if'", name="only_what_if"),
        sa.CheckConstraint("bound_idr <= objective_idr", name="bound_below_objective"),
        sa.ForeignKeyConstraint(
            ["run_id", "run_kind"],
            ["matching_run.id", "matching_run.kind"],
            name="fk_what_if_plan_run_kind_matching_run",
        ),
    )
    run_id: UUID = Field(primary_key=True)
    run_kind: RunKind = Field(default=RunKind.WHAT_IF, sa_type=one_of(RunKind))
    solver_status: str = Field(max_length=16)
    solver_version: str = Field(max_length=40)
    objective_idr: int = Field(sa_type=sa.BigInteger)
    bound_idr: int = Field(sa_type=sa.BigInteger)
    gap_bp: int
    solve_ms: int
    figures: dict[str, Any] = Field(sa_type=JSONB)
    """``plan`` and ``greedy``, as those of ``Plan``."""
    difference: dict[str, Any] = Field(sa_type=JSONB)
    """Beside the base plan: ``lines``, ``shortages`` (those that grew)."""
    sha256: str = Field(max_length=64)


def require_room_for_what_if(active: int) -> None:
    """Refuse one more what-if while enough of them wait.

    Parameters
    ----------
    active
        What-ifs of the region that are queued or at work.

    Raises
    ------
    TooManyWhatIfs
        With how many may wait.
    """
    if active >= MOST_ACTIVE_WHAT_IFS:
        raise TooManyWhatIfs(
            f"{active} what-ifs are waiting; ask again when one has ended.", active=active, most=MOST_ACTIVE_WHAT_IFS
        )
