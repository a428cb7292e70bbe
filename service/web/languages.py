"""The language of pages: Indonesian, unless the reader chose English."""

from __future__ import annotations

from typing import Final

from fastapi import Request

from service.matching.why.sentences.wording import Language

LANGUAGE: Final = "language"
LANGUAGE_COOKIE: Final = "pasok_language"


def language_of(request: Request) -> Language:
    """Return the language that the reader chose; a browser's own is rarely its owner's choice, so it is not asked."""
    chosen = getattr(request.state, LANGUAGE, request.cookies.get(LANGUAGE_COOKIE, ""))
    return Language(chosen) if chosen in set(Language) else Language.INDONESIAN
