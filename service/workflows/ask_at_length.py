"""Ask a question about a plan that takes minutes: kept once, computed by a job, read as often as anybody likes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from service.database.queries.locks import lock_plans_of_week
from service.database.queries.plan_answers import find_plan_answer, lock_plan_answer
from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.permissions import Action, require_actor
from service.domain.plan_answers import AnswerStatus, PlanAnswer, answer, ask_again, give_up
from service.domain.plan_answers import Question as LongQuestion
from service.domain.plans import Plan
from service.matching.errors import MatchingError
from service.matching.held_stocks import is_held
from service.matching.questions import Answering, Question, QuestionKind
from service.workflows.held_packs import with_own_ids
from service.workflows.plan_files import read_solved_files
from service.workflows.question_about_plan import plan_to_explain, question_about

ANSWER_AT_LENGTH = "answer_at_length"
"""Name of the job that computes an answer; its argument is ``answer_id``."""

SECONDS_PER_RULE = 60.0
"""Of each re-solve without a rule, which takes a city a minute; it has six rules and a dozen price caps that bind."""

_KINDS = {LongQuestion.SOURCES: QuestionKind.SOURCES, LongQuestion.RULE_COSTS: QuestionKind.RULE_COSTS}


@dataclass(frozen=True, slots=True)
class AskAtLength:
    """Which question about which plan."""

    plan_id: UUID
    question: LongQuestion


async def ask_at_length(work: UnitOfWork, command: AskAtLength) -> PlanAnswer:
    """Queue a question, unless it waits or is answered already: a plan never changes, and so neither do its answers.

    Parameters
    ----------
    work
        The unit of work; the job becomes visible when it commits.
    command
        The question.

    Returns
    -------
    PlanAnswer
        Waiting, or answered.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not ask, or there is no such plan in their region.
    NoPlanFile
        If the plan's run kept no files.
    """
    actor = require_actor(work.actor)
    plan = await plan_to_explain(work, Action.RUNS_WRITE, command.plan_id)
    await read_solved_files(work, plan.run_id)
    # Held, so that of two who ask at once the second finds the question of the first.
    await lock_plans_of_week(work.session, region_code=plan.region_code, week_start=plan.week_start)
    asked = await find_plan_answer(work.session, plan.id, command.question)
    if asked is None:
        asked = PlanAnswer(
            id=work.new_id(),
            created_at=work.now,
            plan_id=plan.id,
            question=command.question,
            status=AnswerStatus.WAITING,
            requested_by=actor.user_id,
        )
        work.session.add(asked)
    elif not ask_again(asked):
        return asked
    await work.session.flush()
    after = {"plan_id": str(plan.id), "question": command.question.value}
    work.record("plan.ask", "plan_answer", asked.id, region_code=plan.region_code, after=after)
    await work.defer(ANSWER_AT_LENGTH, answer_id=str(asked.id))
    return asked


async def answer_at_length(units: UnitsOfWork, answer_id: UUID, answering: Answering) -> None:
    """Compute what was asked and keep it; a question that is answered meanwhile is left alone.

    Parameters
    ----------
    units
        Opens the units; none is open while the answer is computed.
    answer_id
        The question.
    answering
        Computes answers in a process of its own.
    """
    async with units.begin() as work:
        question = await _question(work, answer_id)
    if question is None:
        return
    try:
        found = await answering(question)
    except MatchingError as error:
        await give_up_at_length(units, answer_id, str(error))
        return
    async with units.begin() as work:
        asked = await lock_plan_answer(work.session, answer_id)
        if asked is not None and asked.status is AnswerStatus.WAITING:
            answer(asked, {"answers": with_own_ids(_open_sources(found.answer))}, work.now)


def _open_sources(answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out what orders hold of stocks: it was no source for anything else."""
    return [part for part in answers if not is_held(part.get("source") or "")]


async def give_up_at_length(units: UnitsOfWork, answer_id: UUID, reason: str) -> None:
    """Say that a question found no answer, so that it can be asked again.

    Parameters
    ----------
    units
        Opens the unit.
    answer_id
        The question.
    reason
        Why, in a sentence.
    """
    async with units.begin() as work:
        asked = await lock_plan_answer(work.session, answer_id)
        if asked is not None and asked.status is AnswerStatus.WAITING:
            give_up(asked, reason, work.now)


async def _question(work: UnitOfWork, answer_id: UUID) -> Question | None:
    asked = await lock_plan_answer(work.session, answer_id)
    if asked is None or asked.status is not AnswerStatus.WAITING:
        return None
    plan = await work.session.get_one(Plan, asked.plan_id)
    return await question_about(work, plan, _KINDS[asked.question], seconds=SECONDS_PER_RULE)
