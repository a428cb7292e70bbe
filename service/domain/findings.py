"""What an examination of a running installation finds: how bad it is, in plain words, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

LEAST_FREE_BYTES: Final = 1_000_000_000
LEAST_FREE_SHARE: Final = 0.05
"""Of a disk: below one of the two it is nearly full."""

STUCK_AFTER: Final[Mapping[str, timedelta]] = {
    "quick": timedelta(minutes=5),
    "send": timedelta(minutes=30),
    "deliver": timedelta(minutes=30),
    "solve": timedelta(hours=2),
}
"""How long a job of a queue may wait, and how long it may run, before somebody should look."""

SILENT_AFTER: Final = timedelta(seconds=60)
"""A worker that was not heard for longer should have lost its jobs to another."""

LATE_AFTER: Final = timedelta(minutes=5)
"""How long after its time an obligation (an unanswered order, a due repair) may still stand open."""


SEALED_WITHIN: Final = timedelta(minutes=10)
"""How long an entry of the audit trail may wait for its seal."""


class Verdict(StrEnum):
    """How bad a finding is: a warning can wait for office hours, a fault cannot."""

    FINE = "fine"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    check: str
    verdict: Verdict
    found: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class WrongBooks:
    """How many rows break one rule of the books, and the first of them."""

    rule: str
    meaning: str
    count: int
    first: str


@dataclass(frozen=True, slots=True)
class JobsSeen:
    """The queue as it is: counts of jobs that somebody should look at, and the name of the worst of each kind."""

    waiting: int
    running: int
    workers: int
    stuck_waiting: tuple[str, ...]
    stuck_running: tuple[str, ...]
    orphaned: tuple[str, ...]
    failed: tuple[str, ...]
    unknown: tuple[str, ...]


def is_sound(findings: Iterable[Finding]) -> bool:
    """Tell whether nothing is a fault."""
    return all(finding.verdict is not Verdict.FAULT for finding in findings)


def judge_books(wrong: Iterable[WrongBooks], *, rules: int) -> list[Finding]:
    """Return a fault for each rule that is broken, or that all of them hold."""
    faults = [
        Finding(
            f"books: {each.rule}",
            Verdict.FAULT,
            f"{each.count} rows break the rule: {each.meaning} The first: {each.first}.",
            "Pay and publish nothing that rests on it; keep a backup and look at the thing's audit trail.",
        )
        for each in wrong
    ]
    return faults or [Finding("books", Verdict.FINE, f"All {rules} rules hold.")]


def judge_jobs(seen: JobsSeen) -> list[Finding]:
    """Return what is wrong with the queue, or how busy it is."""
    troubles = (
        (seen.orphaned, Verdict.FAULT, "are held by workers that are not heard any more", "Start a worker."),
        (seen.stuck_waiting, Verdict.FAULT, "wait for too long", "Start a worker, or more of them."),
        (seen.stuck_running, Verdict.FAULT, "run for too long", "Look at the worker's log; restart it: jobs go on."),
        (
            seen.unknown,
            Verdict.WARNING,
            "have a name that this version does not know",
            "Bring workers and web processes to one version: the jobs are kept until then.",
        ),
        (
            seen.failed,
            Verdict.WARNING,
            "were given up in two weeks",
            "See `pasok jobs failed`; once the cause is mended, `pasok jobs retry ID`.",
        ),
    )
    found = [
        Finding("jobs", verdict, f"{_counted(names)} {what}.", advice)
        for names, verdict, what, advice in troubles
        if names
    ]
    if not seen.workers:
        found.append(Finding("workers", Verdict.FAULT, "No worker is heard.", "Start `pasok serve` or `pasok worker`."))
    return found or [
        Finding("jobs", Verdict.FINE, f"{seen.waiting} wait, {seen.running} run, {seen.workers} queues are served.")
    ]


def judge_disk(folder: str, *, free_bytes: int, total_bytes: int) -> Finding:
    """Tell whether a folder's disk has room left."""
    words = f"{_size(free_bytes)} of {_size(total_bytes)} are free for {folder}."
    if free_bytes < LEAST_FREE_BYTES or free_bytes < LEAST_FREE_SHARE * total_bytes:
        return Finding("disk", Verdict.FAULT, words, "Make room, or move the folder (PASOK_VAR_DIR).")
    return Finding("disk", Verdict.FINE, words)


def judge_count(
    check: str, count: int, *, what: str, fine: str, advice: str, verdict: Verdict = Verdict.FAULT
) -> Finding:
    """Return a finding that is fine if there are none of something bad."""
    if count:
        return Finding(check, verdict, f"{count} {what}.", advice)
    return Finding(check, Verdict.FINE, fine)


def database_size(size_bytes: int, *, version: str) -> Finding:
    """Tell which PostgreSQL it is and how much it holds."""
    return Finding("database", Verdict.FINE, f"PostgreSQL {version}, {_size(size_bytes)}.")


def _counted(names: tuple[str, ...]) -> str:
    return f"{len(names)} jobs ({', '.join(sorted(set(names)))})"


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1e9:.1f} GB" if size_bytes >= 1e8 else f"{size_bytes / 1e6:.1f} MB"  # noqa: PLR2004
