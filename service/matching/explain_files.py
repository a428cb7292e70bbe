"""Explains a plan's file for the command line: ``pasok explain``."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from service.matching.check import check
from service.matching.errors import Fault, InvalidPlan, NotOneQuestion, UnreadableFile
from service.matching.questions import PlanFiles, Question, QuestionKind, answer_here
from service.matching.reader import parse_plan, parse_problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from service.matching.plan import Plan
    from service.matching.problem import Problem
    from service.matching.questions import Answered


def read_files(problem_path: Path, plan_path: Path) -> PlanFiles:
    """Read the files of a problem and its plan.

    Parameters
    ----------
    problem_path, plan_path
        Of formats ``pasok-problem/1`` and ``pasok-plan/1``; their content is read when the question is answered.

    Raises
    ------
    UnreadableFile
        If one cannot be read.
    """
    try:
        return PlanFiles(problem_path.read_bytes(), plan_path.read_bytes())
    except OSError as error:
        raise UnreadableFile(f"{error.filename}: {error.strerror}") from error


def question_of(
    files: PlanFiles,
    *,
    line: str = "",
    source: str = "",
    allocation: tuple[str, str, str] | None = None,
    against: PlanFiles | None = None,
    flags: Mapping[str, bool] | None = None,
    seconds: float = 10.0,
) -> Question:
    """Return the one question that was asked.

    Parameters
    ----------
    files
        The problem and plan.
    line, source, allocation, against
        What the question is about; empty if it is not asked.
    flags
        Kinds of questions that need nothing else, by name, and whether they are asked.
    seconds
        Of each solve of a whole plan.

    Raises
    ------
    NotOneQuestion
        If none or several are asked.
    """
    asked = [QuestionKind(name) for name, is_asked in (flags or {}).items() if is_asked]
    asked += [
        kind
        for kind, part in (
            (QuestionKind.SHORT_LINE, line),
            (QuestionKind.SOURCE, source),
            (QuestionKind.CHOSEN_LINE, allocation),
            (QuestionKind.CHANGES, against),
        )
        if part
    ]
    if len(asked) != 1:
        raise NotOneQuestion(f"Ask one question at a time; {len(asked)} were asked.")
    demand, way_source, cooperative = allocation or (line, source, "")
    return Question(asked[0], files, demand, way_source, cooperative, earlier=against, seconds=seconds)


def explain_files(question: Question) -> Answered:
    """Answer a question about files.

    Parameters
    ----------
    question
        What is asked; ids speak for themselves.

    Raises
    ------
    InvalidDocument
        If a file is not what its format says.
    InvalidPlan
        If the plan is not allowed: what it breaks comes before what it might be asked.
    UnknownPart
        If the plan has no such part.
    """
    if question.earlier is not None:
        _parsed(question.earlier)
    broken = check(*_parsed(question.files)).broken
    if broken:
        raise InvalidPlan(tuple(Fault("", "broken_rule", str(fault)) for fault in broken))
    return asyncio.run(answer_here(question))


def _parsed(files: PlanFiles) -> tuple[Problem, Plan]:
    return parse_problem(files.problem), parse_plan(files.plan)


def explanation_lines(question: Question, found: Answered, language: str, *, as_json: bool) -> Iterator[str]:
    """Yield what is printed: the sentences, or the answer's numbers and codes as JSON.

    Parameters
    ----------
    question, found
        What was asked, and the answer.
    language
        Of the sentences, ``id`` or ``en``.
    as_json
        Print the answer itself.
    """
    if as_json:
        yield json.dumps(found.answer, indent=2, ensure_ascii=False)
    elif question.kind in {QuestionKind.RULE_COSTS, QuestionKind.SOURCES}:
        for part in found.answer:
            yield from _part(part, language)
    else:
        yield from found.sentences[language]


def _part(part: dict[str, Any], language: str) -> Iterator[str]:
    """Yield the sentences of one of many answers, the source's id before them."""
    if "source" in part:
        yield f"{part['source']}:"
    yield from part["sentences"][language]
    yield ""
