"""Long questions about a plan: asked once, answered by a job, asked again only if they failed."""

import uuid

import pytest
import sqlalchemy as sa

from service.domain.errors import NoPlanFile, NotFound, NotPermitted
from service.domain.plan_answers import AnswerStatus, PlanAnswer, Question
from service.matching.errors import AnswerFailed
from service.matching.questions import Answered, QuestionKind, answer_here
from service.workflows.ask_at_length import AskAtLength, answer_at_length, ask_at_length, give_up_at_length
from tests.factories.runs import plans_of, rows, start, work_on


@pytest.fixture
async def plan(real_units, city):
    run = await start(real_units, city)
    await work_on(real_units, run)
    return (await plans_of(real_units, run))[0]


async def ask(units, city, plan, question=Question.SOURCES):
    async with units.begin(actor=city.operator) as work:
        return await ask_at_length(work, AskAtLength(plan.id, question))


async def kept(units, asked):
    (found,) = await rows(units, PlanAnswer, id=asked.id)
    return found


async def waiting_jobs(engine) -> list[str]:
    query = sa.text(
        "SELECT args->>'answer_id' FROM procrastinate_jobs WHERE task_name = 'answer_at_length' ORDER BY id"
    )
    async with engine.connect() as connection:
        return list(await connection.scalars(query))


class Answerer:
    """Answers nothing much, and remembers what it was asked."""

    def __init__(self, error=None):
        self.questions = []
        self.error = error

    async def __call__(self, question):
        self.questions.append(question)
        if self.error:
            raise self.error
        return Answered([{"sentences": {}}], {})


async def test_a_question_is_queued_once_and_its_answer_kept(real_units, city, plan, fresh_engine):
    first, second = await ask(real_units, city, plan), await ask(real_units, city, plan)
    assert first.id == second.id
    assert await waiting_jobs(fresh_engine) == [str(first.id)]
    answerer = Answerer()
    await answer_at_length(real_units, first.id, answerer)
    await answer_at_length(real_units, first.id, answerer)  # a job may run again
    assert [question.kind for question in answerer.questions] == [QuestionKind.SOURCES]
    found = await kept(real_units, first)
    assert (found.status, found.content) == (AnswerStatus.ANSWERED, {"answers": [{"sentences": {}}]})
    assert (await ask(real_units, city, plan)).status is AnswerStatus.ANSWERED
    assert len(await waiting_jobs(fresh_engine)) == 1


async def test_different_questions_about_a_plan_are_kept_beside_each_other(real_units, city, plan):
    asked = [await ask(real_units, city, plan, question) for question in Question]
    answerer = Answerer()
    for one in asked:
        await answer_at_length(real_units, one.id, answerer)
    assert [question.kind.value for question in answerer.questions] == ["sources", "rule_costs"]


async def test_every_offer_and_stock_of_the_plan_is_answered_in_the_members_names(real_units, city, plan):
    asked = await ask(real_units, city, plan)
    await answer_at_length(real_units, asked.id, answer_here)
    answers = (await kept(real_units, asked)).content["answers"]
    sources = {str(source.id) for source in [*city.offers.values(), *city.stocks.values()]}
    assert {answer["source"] for answer in answers} == sources
    assert all(answer["sentences"]["id"] for answer in answers)


async def test_a_question_that_failed_says_why_and_can_be_asked_again(real_units, city, plan, fresh_engine):
    asked = await ask(real_units, city, plan)
    await answer_at_length(real_units, asked.id, Answerer(AnswerFailed("No answer within 1 s.")))
    failed = await kept(real_units, asked)
    assert (failed.status, failed.failure_detail) == (AnswerStatus.FAILED, "No answer within 1 s.")
    again = await ask(real_units, city, plan)
    assert (again.id, again.status, again.failure_detail) == (asked.id, AnswerStatus.WAITING, None)
    assert len(await waiting_jobs(fresh_engine)) == 2
    await answer_at_length(real_units, asked.id, Answerer())
    assert (await kept(real_units, asked)).status is AnswerStatus.ANSWERED


async def test_a_question_whose_job_was_given_up_failed_unless_it_was_answered(real_units, city, plan):
    asked = await ask(real_units, city, plan)
    await give_up_at_length(real_units, asked.id, "The worker died three times.")
    assert (await kept(real_units, asked)).failure_detail == "The worker died three times."
    await ask(real_units, city, plan)
    await answer_at_length(real_units, asked.id, Answerer())
    await give_up_at_length(real_units, asked.id, "Too late.")
    assert (await kept(real_units, asked)).status is AnswerStatus.ANSWERED


async def test_of_two_workers_that_answer_at_once_the_first_answer_stays(real_units, city, plan):
    asked = await ask(real_units, city, plan)

    async def slow(question):
        await answer_at_length(real_units, asked.id, Answerer())
        return Answered([{"sentences": {"en": ["too late"]}}], {})

    await answer_at_length(real_units, asked.id, slow)
    assert (await kept(real_units, asked)).content == {"answers": [{"sentences": {}}]}


async def test_an_unforeseen_error_leaves_the_question_to_the_jobs_next_attempt(real_units, city, plan):
    asked = await ask(real_units, city, plan)
    with pytest.raises(ZeroDivisionError):
        await answer_at_length(real_units, asked.id, Answerer(ZeroDivisionError()))
    assert (await kept(real_units, asked)).status is AnswerStatus.WAITING


async def test_only_the_operator_asks_and_only_about_plans_with_files(real_units, city, plan):
    async with real_units.begin(actor=city.officer()) as work:
        with pytest.raises(NotPermitted):
            await ask_at_length(work, AskAtLength(plan.id, Question.SOURCES))
    async with real_units.begin(actor=city.operator) as work:
        with pytest.raises(NotFound):
            await ask_at_length(work, AskAtLength(uuid.uuid4(), Question.SOURCES))
        with pytest.raises(NoPlanFile):
            await ask_at_length(work, AskAtLength(city.plan.id, Question.SOURCES))
