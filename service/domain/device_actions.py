"""What people did on a phone without signal: each deed once, whenever and however often the phone sends it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from service.domain.errors import ActionIdReused, ClockWrong, DomainError, NotDispatched, NotWeighed
from service.domain.tables import UTC_INSTANT, Row, one_of

AHEAD_AT_MOST = timedelta(minutes=10)
"""How far a phone's clock may be ahead of ours."""
OLD_AT_MOST = timedelta(days=7)
"""How long a phone may be without signal."""
KEPT_FOR = OLD_AT_MOST + timedelta(days=1)
"""Longer than a phone may repeat an action, so that none is ever done twice."""


class ActionKind(StrEnum):
    """What can be done without signal."""

    ANSWER_ORDER = "answer_order"
    DISPATCH_DELIVERY = "dispatch_delivery"
    WEIGH_DELIVERY = "weigh_delivery"
    SIGN_RECEIPT = "sign_receipt"
    ADD_PHOTO = "add_photo"


class ActionOutcome(StrEnum):
    """``superseded``: something made later stands already, and nothing changed."""

    DONE = "done"
    SUPERSEDED = "superseded"
    REFUSED = "refused"


class DeviceAction(Row, table=True):
    """An action that a phone sent, with what came of it; the id is the phone's."""

    __table_args__ = (
        sa.CheckConstraint("(outcome = 'done') = (problem IS NULL)", name="refusal_has_problem"),
        sa.CheckConstraint("(outcome = 'done') = (result_id IS NOT NULL)", name="done_has_result"),
        sa.Index("ix_device_action_received", "received_at"),
        sa.Index("ix_device_action_region_week", "region_code", "week_start", "id"),
    )
    id: UUID = Field(primary_key=True)
    region_code: str = Field(foreign_key="region.code")
    week_start: date
    user_id: UUID = Field(foreign_key="app_user.id")
    kind: ActionKind = Field(sa_type=one_of(ActionKind))
    made_at: datetime = Field(sa_type=UTC_INSTANT)
    received_at: datetime = Field(sa_type=UTC_INSTANT)
    body_hash: str = Field(max_length=64)
    outcome: ActionOutcome = Field(sa_type=one_of(ActionOutcome))
    result_id: UUID | None = None
    """The order, delivery or receipt that was changed."""
    problem: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    """Why nothing was: code, sentence, faults and facts."""


@dataclass(frozen=True, slots=True)
class Made:
    """When something was done on a phone, by the phone's clock, and under which id it was sent."""

    at: datetime
    action_id: UUID


def happened_at(made: Made | None, now: datetime, *, not_before: datetime | None = None) -> datetime:
    """Return when something happened: now, or when it was made on a phone, never later than now.

    Parameters
    ----------
    not_before
        When it first could happen, whatever a phone's clock says.
    """
    if made is None:
        return now
    at = min(made.at, now)
    return at if not_before is None else max(at, not_before)


def facts_of(made: Made | None) -> dict[str, str]:
    """Return what the audit trail says of something that was made on a phone."""
    return {} if made is None else {"made_at": made.at.isoformat(), "action_id": str(made.action_id)}


def require_plausible(made_at: datetime, now: datetime) -> None:
    """Refuse an instant that only a wrong clock can have given.

    Raises
    ------
    ClockWrong
        With both instants and those between which it would be taken.
    """
    earliest, latest = now - OLD_AT_MOST, now + AHEAD_AT_MOST
    if earliest <= made_at <= latest:
        return
    trouble = "more than 10 minutes ahead" if made_at > latest else "more than 7 days ago"
    raise ClockWrong(
        f"By the phone's clock this was made {trouble}: set the clock, or do it again.",
        made_at=made_at,
        received_at=now,
        earliest=earliest,
        latest=latest,
    )


def require_same(known: DeviceAction, *, user_id: UUID, body_hash: str) -> None:
    """Refuse another action, or another person's, under a known id.

    Raises
    ------
    ActionIdReused
        Without a word on whose it is.
    """
    if known.user_id != user_id or known.body_hash != body_hash:
        raise ActionIdReused("This id was used for another action: give each action a new UUID.")


def is_final(refusal: DomainError) -> bool:
    """Tell whether a refusal stays the same when the action is sent again after others have arrived."""
    return not isinstance(refusal, NotDispatched | NotWeighed | ClockWrong)
