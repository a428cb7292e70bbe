"""Answers about a plan that take longer than a caller waits: asked once, computed by a job, kept."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from service.domain.status import Transitions, transition
from service.domain.tables import UTC_INSTANT, Entity, one_of


class Question(StrEnum):
    """``sources``: what became of every offer and stock; ``rule_costs``: what each rule of the policy costs."""

    SOURCES = "sources"
    RULE_COSTS = "rule_costs"


class AnswerStatus(StrEnum):
    WAITING = "waiting"
    ANSWERED = "answered"
    FAILED = "failed"


ANSWER_TRANSITIONS: Transitions[AnswerStatus] = {
    AnswerStatus.WAITING: frozenset({AnswerStatus.ANSWERED, AnswerStatus.FAILED}),
    AnswerStatus.ANSWERED: frozenset(),
    AnswerStatus.FAILED: frozenset({AnswerStatus.WAITING}),
}


class PlanAnswer(Entity, table=True):
    """One question about one plan; a plan never changes, so its answer is computed once."""

    __table_args__ = (
        sa.UniqueConstraint("plan_id", "question"),
        sa.CheckConstraint("(status = 'answered') = (content IS NOT NULL)", name="answered_has_content"),
    )
    plan_id: UUID = Field(foreign_key="plan.id")
    question: Question = Field(sa_type=one_of(Question))
    status: AnswerStatus = Field(sa_type=one_of(AnswerStatus))
    requested_by: UUID | None = Field(default=None, foreign_key="app_user.id")
    answered_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    failure_detail: str | None = Field(default=None, max_length=2000)
    content: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    """The answer's dataclass as JSON; the words are made from it when somebody reads."""


def answer(asked: PlanAnswer, content: dict[str, Any], now: datetime) -> None:
    """Keep what was found.

    Raises
    ------
    IllegalTransition
        If the question is answered already.
    """
    asked.status = transition(ANSWER_TRANSITIONS, asked.status, AnswerStatus.ANSWERED, what="question")
    asked.content, asked.answered_at, asked.failure_detail = content, now, None


def give_up(asked: PlanAnswer, detail: str, now: datetime) -> None:
    """Say that no answer was found.

    Raises
    ------
    IllegalTransition
        If the question is answered already.
    """
    asked.status = transition(ANSWER_TRANSITIONS, asked.status, AnswerStatus.FAILED, what="question")
    asked.answered_at, asked.failure_detail = now, detail[:2000]


def ask_again(asked: PlanAnswer) -> bool:
    """Let a question that failed wait for an answer once more; tell whether there is something to compute."""
    if asked.status is not AnswerStatus.FAILED:
        return False
    asked.status = transition(ANSWER_TRANSITIONS, asked.status, AnswerStatus.WAITING, what="question")
    asked.answered_at = asked.failure_detail = None
    return True
