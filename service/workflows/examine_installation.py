"""Look a running installation over: its schema, its books, its queue, its messages, its pictures and its disk."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from service.database.queries.installation import (
    count_dead,
    count_late,
    every_digest,
    look_patiently,
    see_jobs,
    size_and_version,
)
from service.database.queries.invariants import MEANINGS, RULES, Violation, violations
from service.database.schema import SchemaBehind, require_current_schema
from service.domain.findings import (
    LATE_AFTER,
    Finding,
    Verdict,
    WrongBooks,
    database_size,
    judge_books,
    judge_count,
    judge_disk,
    judge_jobs,
)
from service.files.photos import PhotoShelf
from service.workflows.verify_audit import judge_chain, verify_audit

LAST_ENTRIES: Final = 20_000
"""Of the audit trail: the doctor walks along these and leaves all of it to `pasok audit verify`."""


@dataclass(frozen=True, slots=True)
class Premises:
    """What is examined beside the database: the folders of the installation, and the jobs that its program knows."""

    var_dir: Path
    photos_dir: Path
    known_jobs: Collection[str]


async def examine_installation(
    engine: AsyncEngine, premises: Premises, *, now: datetime | None = None
) -> list[Finding]:
    """Examine everything as of one instant; nothing is changed.

    Parameters
    ----------
    engine
        The engine of the database; a schema that is behind is a finding, and the rest is left unasked.
    premises
        The installation's folders and jobs.
    now
        The instant by which obligations count as late; by default this one.

    Returns
    -------
    list of Finding
        One or more for each thing that was looked at, fine ones too.
    """
    now = now or datetime.now(UTC)
    disk = await asyncio.to_thread(_disk, premises.var_dir)
    try:
        await require_current_schema(engine)
    except SchemaBehind as error:
        return [Finding("schema", Verdict.FAULT, str(error), "Run: pasok migrate"), disk]
    async with AsyncSession(engine) as session:
        await look_patiently(session)
        return [
            await _database(session),
            Finding("schema", Verdict.FINE, "All migrations are applied."),
            *judge_books(_by_rule(await violations(session)), rules=len(RULES)),
            *judge_jobs(await see_jobs(session, premises.known_jobs)),
            *judge_chain(await verify_audit(session, now=now, last=LAST_ENTRIES)),
            await _late(session, now),
            await _dead(session),
            await _photos(session, premises.photos_dir),
            disk,
        ]


def _by_rule(found: list[Violation]) -> list[WrongBooks]:
    """Return one entry for each rule that is broken; a rule's violations stand together."""
    wrong = []
    for rule, rows in groupby(found, key=lambda each: each.rule):
        first, *others = rows
        words = f"{first.thing_id} has {first.found} instead of {first.expected}"
        wrong.append(WrongBooks(rule, MEANINGS[rule], 1 + len(others), words))
    return wrong


async def _database(session: AsyncSession) -> Finding:
    size_bytes, version = await size_and_version(session)
    return database_size(size_bytes, version=version)


async def _late(session: AsyncSession, now: datetime) -> Finding:
    minutes = int(LATE_AFTER.total_seconds() / 60)
    what = f"orders, repairs and runs stand open {minutes} minutes after their time"
    fine = "No order, repair or run stands open past its time."
    return judge_count("obligations", await count_late(session, now), what=what, fine=fine, advice="Start a worker.")


async def _dead(session: AsyncSession) -> Finding:
    what = "webhook deliveries were given up"
    advice = "Tell their owner: the address does not answer. They can be sent again once it does."
    count, fine = await count_dead(session), "No delivery was given up."
    return judge_count("webhooks", count, what=what, fine=fine, advice=advice, verdict=Verdict.WARNING)


async def _photos(session: AsyncSession, directory: Path) -> Finding:
    digests = await every_digest(session)
    lost = await asyncio.to_thread(PhotoShelf(directory).missing, digests)
    advice = "Bring the folder back from the newest backup: the rows still name them."
    what, fine = "pictures of receipts have no file", f"All {len(digests)} pictures of receipts are there."
    return judge_count("photos", len(lost), what=what, fine=fine, advice=advice)


def _disk(folder: Path) -> Finding:
    standing = next(each for each in (folder.resolve(), *folder.resolve().parents) if each.exists())
    usage = shutil.disk_usage(standing)
    return judge_disk(str(folder), free_bytes=usage.free, total_bytes=usage.total)
