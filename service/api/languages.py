"""In which language an answer's sentences are: as the address says, else as the reader's browser prefers."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header, Query, Response

from service.matching.why.sentences.wording import Language


async def _language(
    response: Response,
    language: Annotated[Language | None, Query(description="Of the sentences; else as Accept-Language prefers")] = None,
    accept_language: Annotated[str | None, Header(description="Used if `language` is not given")] = None,
) -> Language:
    response.headers["Vary"] = "Accept-Language"
    found = language or preferred(accept_language or "")
    response.headers["Content-Language"] = found.value
    return found


def preferred(accepted: str) -> Language:
    """Return the language of an ``Accept-Language`` header that we speak and the reader likes best; else Indonesian."""
    best, best_weight = Language.INDONESIAN, 0.0
    for entry in accepted.split(","):
        tag, _, parameters = entry.strip().partition(";")
        known = tag.strip().lower().partition("-")[0]
        weight = _weight(parameters)
        if known in set(Language) and weight > best_weight:
            best, best_weight = Language(known), weight
    return best


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


Speech = Annotated[Language, Depends(_language)]
"""The language of the caller."""
