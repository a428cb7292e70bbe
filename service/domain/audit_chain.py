"""The chain that seals the audit trail: each entry's hash covers the one before it, so nothing can change unseen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.audits import AuditEntry
from service.domain.errors import InvalidField
from service.domain.tables import Row

GENESIS: Final = "0" * 64
"""What stands before the first entry."""

BACKDATED_BY: Final = timedelta(hours=1)
"""An entry this much older than the seal before it was not there when that one was made."""

CONTENT: Final = (
    "id",
    "at",
    "region_code",
    "actor_user_id",
    "actor_organisation_id",
    "action",
    "entity",
    "entity_id",
    "before",
    "after",
    "correlation_id",
)
"""What of an entry is sealed: all of it."""


class AuditHead(Row, table=True):
    """The last link of the chain: one row, which whoever seals holds."""

    __table_args__ = (sa.CheckConstraint("id = 1", name="one_head"),)

    id: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False})
    sequence: int = Field(default=0, sa_type=sa.BigInteger)
    sha256: str = Field(default=GENESIS, max_length=64)


@dataclass(frozen=True, slots=True)
class Link:
    """A place in the chain, to be written down elsewhere and compared later."""

    sequence: int
    sha256: str

    def __str__(self) -> str:
        return f"{self.sequence}:{self.sha256}"


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """The first entry at which the chain does not hold, and what is wrong there."""

    sequence: int
    entry_id: str | None
    what: str


@dataclass
class ChainReport:
    """What a walk along the chain saw."""

    head: Link = field(default_factory=lambda: Link(0, GENESIS))
    broken: BrokenLink | None = None
    backdated: int = 0
    first_backdated: str | None = None
    unsealed: int = 0


def link_from(words: str) -> Link:
    """Read a link that was written down as ``sequence:sha256``.

    Raises
    ------
    InvalidField
        If it is none.
    """
    sequence, _, sha256 = words.partition(":")
    if not sequence.isdecimal() or len(sha256) != len(GENESIS):
        raise InvalidField.at("head", "A number, a colon and 64 hexadecimal digits, as verify prints it.")
    return Link(int(sequence), sha256)


def sealed_hash(entry: AuditEntry | sa.Row[Any], previous: str) -> str:
    """Return the SHA-256 of an entry's canonical content behind the hash of the entry before it."""
    content = {name: _canonical(getattr(entry, name)) for name in (*CONTENT, "sequence", "sealed_at")}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def seal(entries: Iterable[AuditEntry], head: AuditHead, *, now: datetime) -> int:
    """Append entries to the chain in the order given and move its head; return how many there were."""
    count = 0
    for entry in entries:
        entry.sequence, entry.sealed_at = head.sequence + 1, now
        entry.sha256 = sealed_hash(entry, head.sha256)
        head.sequence, head.sha256 = entry.sequence, entry.sha256
        count += 1
    return count


class ChainWalk:
    """Walks along the sealed entries in the order of their numbers and notes the first that does not fit."""

    def __init__(self, anchor: Link | None = None, start: Link | None = None) -> None:
        self.report = ChainReport(start or Link(0, GENESIS))
        self._anchor = anchor
        self._sealed_at: datetime | None = None

    def step(self, entry: AuditEntry | sa.Row[Any]) -> bool:
        """Look at the next entry; tell whether the chain holds so far."""
        report = self.report
        expected = report.head.sequence + 1
        if entry.sequence != expected:
            report.broken = BrokenLink(expected, None, f"entry {expected} is missing: the next is {entry.sequence}")
            return False
        if entry.sha256 != sealed_hash(entry, report.head.sha256):
            report.broken = BrokenLink(expected, str(entry.id), "its content is not what was sealed in this place")
            return False
        if self._sealed_at and entry.at < self._sealed_at - BACKDATED_BY:
            report.backdated += 1
            report.first_backdated = report.first_backdated or str(entry.id)
        self._sealed_at = entry.sealed_at
        report.head = Link(expected, entry.sha256)
        return self._fits_anchor(entry)

    def end(self, head: Link) -> ChainReport:
        """Compare the end of the walk with the head that the database keeps, and with the link written down."""
        report = self.report
        if report.broken is None and report.head != head:
            last = report.head.sequence
            words = f"the chain ends at {last}, its head says {head.sequence}"
            report.broken = BrokenLink(min(last, head.sequence) + 1, None, words)
        if report.broken is None and self._anchor and self._anchor.sequence > report.head.sequence:
            words = f"the chain ends before the entry {self._anchor.sequence} that was written down"
            report.broken = BrokenLink(report.head.sequence + 1, None, words)
        return report

    def _fits_anchor(self, entry: AuditEntry | sa.Row[Any]) -> bool:
        anchor = self._anchor
        if anchor and anchor.sequence == entry.sequence and anchor.sha256 != entry.sha256:
            words = "the whole chain was made anew: the hash is not the one that was written down"
            self.report.broken = BrokenLink(anchor.sequence, str(entry.id), words)
            return False
        return True


def _canonical(value: Any) -> Any:  # noqa: ANN401 (whatever a column holds)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value if value is None or isinstance(value, dict | int) else str(value)
