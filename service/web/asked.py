"""Questions on pages: an answer that is not there at once is waited for by a page that says so, and comes by itself."""

from __future__ import annotations

from typing import Any, Final

from fastapi import Response

from service.api.answering import told
from service.matching.errors import AnswerNotReady
from service.matching.questions import Question
from service.web.page import PageView

SOON_S: Final = 0.02
"""Long enough to find what was asked before."""
WAITS: Final = "Pasok-Waits"
"""The header by which a page that says so asks again, and waits; ``service-worker.js`` knows it too."""


async def answer_to(page: PageView, question: Question) -> dict[str, Any] | None:
    """Answer a question with its sentences in the reader's language, or return nothing if it must be computed first.

    After it the database is out of reach: what the page shows beside the answer is read before.
    """
    within_s = None if WAITS in page.request.headers else SOON_S
    try:
        return await told(page.request, page.work, page.language.value, question, within_s=within_s)
    except AnswerNotReady:
        return None


async def show_waiting(page: PageView, *, back: str) -> Response:
    """Return the page that says that the answer is computed; ``back``: where its reader came from."""
    shown = await page.show("answer_waits.html", back=back, waits=WAITS)
    shown.status_code = 202  # kept by no browser as the page of this address
    return shown
