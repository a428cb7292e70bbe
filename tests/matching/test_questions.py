"""Questions are answered in a process of their own, which is replaced when it dies or takes too long."""

import asyncio
import contextlib
import json
import os
import signal

import psutil
import pytest

from service.matching.answers import MOST_REMEMBERED, plain, prepare
from service.matching.errors import AnswerFailed, AnswerNotReady, UnknownPart
from service.matching.greedy import greedy
from service.matching.held_stocks import held_source
from service.matching.questions import PlanFiles, Question, QuestionDesk, QuestionKind, answer_here
from service.matching.why.worth import WayOfPlanning
from service.matching.writer import write_plan, write_problem
from tests.factories.problems import item, offer, policy, problem, stock

SHORT = problem(offers=(offer(qty=5_000),), stocks=(stock(price_idr=200_000),), policy=policy(drop_idr=10_000))
LANGUAGES = {"id", "en"}


def files_of(asked, plan=None):
    documents = write_problem(asked), write_plan(plan or greedy(asked))
    return PlanFiles(*(json.dumps(document).encode() for document in documents))


FILES = files_of(SHORT)


def question(kind=QuestionKind.SHORT_LINE, **fields):
    return Question(kind, FILES, **{"demand": "D1", **fields})


@pytest.fixture
def desk():
    desk = QuestionDesk()
    yield desk
    desk.close()


def workers() -> set[int]:
    """The processes of desks that run; one that was killed and not waited for does not."""
    found = set()
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.ZombieProcess, psutil.NoSuchProcess):
            if "spawn_main" in " ".join(child.cmdline()):
                found.add(child.pid)
    return found


async def ended(pids: set[int]) -> None:
    async with asyncio.timeout(5):
        while workers() & pids:  # noqa: ASYNC110  (a process tells nobody)
            await asyncio.sleep(0.02)


async def test_the_desk_answers_in_another_process_as_this_one_would(desk):
    before = workers()
    assert await desk(question()) == await answer_here(question())
    new = workers() - before
    assert len(new) == 1
    desk.close()
    await ended(new)


async def test_a_process_that_died_is_replaced_for_the_next_question(desk):
    before = workers()
    await desk(question())
    (worker,) = workers() - before
    os.kill(worker, signal.SIGKILL)
    with pytest.raises(AnswerFailed):
        await desk(question(demand="D9"))
    assert (await desk(question(seconds=9))).answer["short_qty"] == 15_000


async def test_what_was_asked_lately_is_answered_without_the_process(desk):
    before = workers()
    first = await desk(question())
    (worker,) = workers() - before
    os.kill(worker, signal.SIGKILL)
    assert await desk(question()) == first


class CountingDesk(QuestionDesk):
    """A desk that knows how often it has computed."""

    computed = 0

    async def _computed(self, question):
        self.computed += 1
        return await super()._computed(question)


async def test_what_is_not_there_at_once_is_computed_for_whoever_asks_again():
    desk = CountingDesk()
    for _ in range(2):
        with pytest.raises(AnswerNotReady):
            await desk(question(), within_s=0)
    first, second = await asyncio.gather(desk(question()), desk(question()))
    assert first == second == await desk(question(), within_s=0)
    assert desk.computed == 1
    desk.close()


async def test_what_failed_while_nobody_waited_is_asked_anew():
    desk = CountingDesk()
    with pytest.raises(AnswerNotReady):
        await desk(question(demand="D9"), within_s=0)
    for _ in range(2):
        with pytest.raises(UnknownPart):
            await desk(question(demand="D9"))
    assert desk.computed == 2
    desk.close()


async def test_a_question_that_takes_too_long_is_given_up_with_its_process():
    hasty = QuestionDesk(wait_s=0.05)  # starting the process takes longer
    before = workers()
    asking = asyncio.create_task(hasty(question()))
    await asyncio.sleep(0)
    with pytest.raises(AnswerFailed, match="No answer within"):
        await asking
    await ended(workers() - before)


async def test_who_waits_behind_a_question_that_is_given_up_is_answered_by_the_next_process():
    desk, before = QuestionDesk(wait_s=8), workers()
    await desk(question())
    (worker,) = workers() - before
    os.kill(worker, signal.SIGSTOP)  # as long as it takes
    given_up = asyncio.create_task(desk(question(seconds=8)))
    await asyncio.sleep(4)
    behind = asyncio.create_task(desk(question(seconds=9)))
    with pytest.raises(AnswerFailed, match="No answer within"):
        await given_up
    assert (await behind).answer["short_qty"] == 15_000
    assert worker not in workers()
    desk.close()


async def test_what_the_plan_does_not_have_is_named_from_the_other_process_too(desk):
    for ask in (desk, answer_here):
        with pytest.raises(UnknownPart, match="D9"):
            await ask(question(demand="D9"))
    with pytest.raises(UnknownPart):
        await answer_here(question(QuestionKind.CHOSEN_LINE, source="O9", cooperative="C1"))
    with pytest.raises(UnknownPart):
        await answer_here(question(QuestionKind.SOURCE, source="O9"))


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (QuestionKind.SHORT_LINE, {}),
        (QuestionKind.CHOSEN_LINE, {"source": "O1", "cooperative": "C1"}),
        (QuestionKind.SOURCE, {"source": "S1"}),
        (QuestionKind.CHANGES, {"earlier": FILES}),
        (QuestionKind.WORTH, {"past": (("K1", "RICE", "C1", "C1", 20_000),)}),
    ],
)
async def test_every_single_answer_is_plain_json_with_sentences_in_each_language(kind, fields):
    found = await answer_here(question(kind, **fields))
    assert json.loads(json.dumps(found.answer)) == found.answer
    assert set(found.sentences) == LANGUAGES
    assert all(said for said in found.sentences.values())


async def test_a_delivery_of_packs_that_orders_hold_is_asked_about_by_its_stock():
    held = held_source("S1", "C1")
    asked = problem(offers=(), stocks=(stock(held),))
    plan = greedy(asked)
    assert {line.source for line in plan.allocations} == {held}
    by_stock = Question(QuestionKind.CHOSEN_LINE, files_of(asked, plan), "D1", "S1", "C1")
    assert (await answer_here(by_stock)).answer["source"] == held


@pytest.mark.parametrize(("kind", "count"), [(QuestionKind.SOURCES, 2), (QuestionKind.RULE_COSTS, 1)])
async def test_answers_for_all_carry_their_own_sentences(kind, count):
    found = await answer_here(question(kind, seconds=1))
    assert len(found.answer) >= count
    assert all(set(part["sentences"]) == LANGUAGES for part in found.answer)
    assert json.loads(json.dumps(found.answer)) == found.answer


async def test_names_are_used_in_the_sentences():
    names = {"id": {"RICE": "beras", "K1": "SPPG Satu"}, "en": {"RICE": "rice", "K1": "Kitchen One"}}
    found = await answer_here(question(names=names))
    assert "SPPG Satu kekurangan 15 kg beras" in found.sentences["id"][0]
    assert "Kitchen One is 15 kg short" in found.sentences["en"][0]


def test_the_last_plans_stay_prepared_and_older_ones_go():
    first = prepare(FILES)
    assert prepare(FILES) is first
    for number in range(MOST_REMEMBERED):
        prepare(files_of(problem(items=(item(shortage_idr=number + 1),))))
    assert prepare(FILES) is not first


def test_plain_values_have_no_enums_tuples_or_dataclasses():
    assert plain({WayOfPlanning.GREEDY: (WayOfPlanning.PLAN, 1)}) == {"greedy": ["plan", 1]}
    found = plain(greedy(SHORT), more=(1,))
    assert (found["status"], found["more"]) == ("feasible", [1])
