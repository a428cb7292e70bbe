"""Answers on demand: computed outside of the request's transaction and outside of the event loop."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from service.api.errors import AnswerUnavailable
from service.api.options import answering_of
from service.api.schemas.answers import said
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import KeptOut, NotFound
from service.matching.errors import AnswerFailed, UnknownPart
from service.matching.questions import Answered, Question
from service.workflows.held_packs import with_own_ids


async def answered(
    request: Request, work: UnitOfWork, question: Question, *, within_s: float | None = None
) -> Answered:
    """Answer a question once the request's unit of work is over: solving holds neither a connection nor a lock.

    Raises
    ------
    KeptOut
        If rules kept the source out before the plan was made, with their codes.
    NotFound
        If the plan does not have what is asked about.
    AnswerUnavailable
        If no answer came in time.
    AnswerNotReady
        If it takes longer than ``within_s``.
    """
    await work.release()
    try:
        return await answering_of(request)(question, within_s=within_s)
    except UnknownPart as error:
        if question.kept_out:
            reasons = [{name: row[name] for name in ("reason", "detail", "dates")} for row in question.kept_out]
            raise KeptOut("Rules kept it out before the plan was made.", reasons=reasons) from error
        raise NotFound("The plan does not have it: rules kept it out, or it came later.") from error
    except AnswerFailed as error:
        raise AnswerUnavailable(str(error)) from error


async def told(
    request: Request, work: UnitOfWork, language: str, question: Question, *, within_s: float | None = None
) -> dict[str, Any]:
    """Return an answer with its sentences in one language; raises what ``answered`` does."""
    found = await answered(request, work, question, within_s=within_s)
    return said(with_own_ids(found.answer), found.sentences[language])
