"""A question about a plan, as plain data that can be handed to another process, and the desk that answers it there.

Answers re-solve parts of the plan with the solvers, which no web process should load: one process of its own, started
with the first question, answers them one after the other and keeps the last plans prepared; answers are remembered,
and what is asked again while it is computed is computed once.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import hashlib
import multiprocessing
import pickle
from collections import OrderedDict
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol

from service.matching.errors import AnswerFailed, AnswerNotReady
from service.matching.parallel import end_with_parent

if TYPE_CHECKING:
    from collections.abc import Mapping

USUAL_WAIT_S: Final = 30.0
"""A single answer takes two seconds; questions wait for each other, and a busy machine may be slow."""


MOST_KEPT: Final = 128
"""Answers of some kilobytes each: a plan never changes, and so neither do they."""


class QuestionKind(StrEnum):
    """What is asked; the comment says which fields of ``Question`` it needs beside the files."""

    SHORT_LINE = "short_line"  # demand
    CHOSEN_LINE = "chosen_line"  # demand, source, cooperative
    SOURCE = "source"  # source
    SOURCES = "sources"
    RULE_COSTS = "rule_costs"  # seconds
    CHANGES = "changes"  # earlier
    WORTH = "worth"  # past


@dataclass(frozen=True, slots=True)
class PlanFiles:
    """The bytes of a problem's and its plan's file."""

    problem: bytes
    plan: bytes


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about a plan.

    ``names`` are what people call members, items and sources, by language and then by id. ``past`` are last week's
    deliveries: kitchen, item, cooperative, supplier, quantity. ``seconds`` limit each re-solve of a whole plan.
    ``sees_prices``: whether whoever asks may learn what others ask for their goods. ``kept_out``: why rules kept the
    source out before anything was solved, told in place of an answer.
    """

    kind: QuestionKind
    files: PlanFiles
    demand: str = ""
    source: str = ""
    cooperative: str = ""
    earlier: PlanFiles | None = None
    past: tuple[tuple[str, str, str, str, int], ...] = ()
    seconds: float = 10.0
    sees_prices: bool = True
    kept_out: tuple[Mapping[str, Any], ...] = ()
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as plain JSON values, and its sentences by language."""

    answer: Any
    sentences: dict[str, list[str]]


class Answering(Protocol):
    """Answers a question somewhere that is not the event loop."""

    async def __call__(self, question: Question, *, within_s: float | None = None) -> Answered:
        """Return the answer.

        Parameters
        ----------
        within_s
            How long whoever asks would wait for it to be computed; without, until it is there.

        Raises
        ------
        UnknownPart
            If the question names something that the plan's problem does not have.
        AnswerFailed
            If no answer came in time.
        AnswerNotReady
            If it takes longer than ``within_s``; it is computed still, for whoever asks again.
        """


class QuestionDesk:
    """One process that answers questions, kept until ``close``.

    Parameters
    ----------
    wait_s
        How long a question may take, and how long it waits for its turn.
    """

    def __init__(self, *, wait_s: float = USUAL_WAIT_S) -> None:
        self._wait_s = wait_s
        self._pool: ProcessPoolExecutor | None = None
        self._turn = asyncio.Lock()
        self._asked: OrderedDict[bytes, asyncio.Task[Answered]] = OrderedDict()

    async def __call__(self, question: Question, *, within_s: float | None = None) -> Answered:
        """Answer a question, from memory if it was asked lately; see ``Answering``."""
        key = await asyncio.to_thread(_fingerprint, question)
        if key not in self._asked:
            self._asked[key] = asyncio.create_task(self._computed(question))
            self._asked[key].add_done_callback(partial(self._forget_failed, key))
            if len(self._asked) > MOST_KEPT:
                self._asked.popitem(last=False)
        self._asked.move_to_end(key)
        asked = self._asked[key]
        if not (await asyncio.wait({asked}, timeout=within_s))[0]:
            raise AnswerNotReady("The answer is being computed; ask again.")
        return asked.result()

    def _forget_failed(self, key: bytes, asked: asyncio.Task[Answered]) -> None:
        """Let a question be asked anew after it failed, whether anybody still waits or not."""
        if (asked.cancelled() or asked.exception()) and self._asked.get(key) is asked:
            del self._asked[key]

    async def _computed(self, question: Question) -> Answered:
        """Answer a question when its turn has come: who only waits ends no process, and loses nothing with one."""
        try:
            await asyncio.wait_for(self._turn.acquire(), self._wait_s)
        except TimeoutError as error:
            raise AnswerFailed(f"Too many ask before; no turn within {self._wait_s:.0f} s; ask again.") from error
        try:
            return await self._answered(question)
        finally:
            self._turn.release()

    async def _answered(self, question: Question) -> Answered:
        """Answer a question in the desk's process; one that died is replaced."""
        loop, pool = asyncio.get_running_loop(), self._workers()
        try:
            answered = await asyncio.wait_for(loop.run_in_executor(pool, _answer, question), self._wait_s)
            if sum(not one.done() for one in self._asked.values()) == 1:  # nobody waits
                with contextlib.suppress(RuntimeError):  # closed meanwhile
                    pool.submit(gc.collect)
            return answered
        except BrokenProcessPool as error:
            if self._pool is pool:
                self._pool = None
            raise AnswerFailed("The process that computes answers ended; ask again.") from error
        except TimeoutError as error:
            # Whoever is at work goes on until its own limits; the next question gets a new process.
            if self._pool is pool:
                self.close()
            raise AnswerFailed(f"No answer within {self._wait_s:.0f} s; ask again.") from error

    def close(self) -> None:
        """End the process."""
        pool, self._pool = self._pool, None
        if pool is not None:
            for process in list((pool._processes or {}).values()):  # noqa: SLF001  (a pool cannot be stopped at once)
                process.kill()
            pool.shutdown(wait=False, cancel_futures=True)

    def _workers(self) -> ProcessPoolExecutor:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=_begin)
        return self._pool


async def answer_here(question: Question, *, within_s: float | None = None) -> Answered:  # noqa: ARG001
    """Answer a question in a thread of this process, for commands and tests, which have to wait for it."""
    return await asyncio.to_thread(_answer, question)


def _fingerprint(question: Question) -> bytes:
    """Return what only equal questions about equal files have in common."""
    return hashlib.sha256(pickle.dumps(question)).digest()


def _begin() -> None:
    """Begin the desk's process; the slow import is done at once."""
    end_with_parent()
    with contextlib.suppress(ImportError):  # told when a question comes
        import service.matching.answers  # noqa: F401
    gc.freeze()
    gc.disable()  # to look for garbage among the records of two weeks takes as long as many an answer


def _answer(question: Question) -> Answered:
    from service.matching.answers import answer  # loads the solvers

    return answer(question)
