"""Papers of the demo's organisations, with numbers that nobody could mistake for real ones."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from service.demo.calendars import TODAY
from service.domain.organisations import DocumentKind


@dataclass(frozen=True, slots=True)
class DemoDocument:
    """A paper; both days are included."""

    kind: DocumentKind
    number: str
    valid_from: date
    valid_to: date


def papers(draw: random.Random, owner_code: str, kinds: Iterable[DocumentKind]) -> tuple[DemoDocument, ...]:
    """Return a valid paper of each kind, in the order of the kinds."""
    wanted = set(kinds)
    documents = []
    for kind in DocumentKind:
        if kind in wanted:
            start = TODAY - timedelta(days=draw.randint(60, 700))
            end = TODAY + timedelta(days=draw.randint(60, 700))
            documents.append(DemoDocument(kind, f"CONTOH-{kind.value.upper()}-{owner_code}", start, end))
    return tuple(documents)


def with_expiry(documents: Iterable[DemoDocument], kind: DocumentKind, valid_to: date) -> tuple[DemoDocument, ...]:
    """Return the papers with one of them ending on a day."""
    return tuple(replace(paper, valid_to=valid_to) if paper.kind is kind else paper for paper in documents)
