"""A file that is tried before it is taken is sent once: kept for whoever sent it, given back to them, let go."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

from service.database.queries.sent_files import drop_oldest, drop_sent_file, find_sent_file, put_sent_file
from service.database.unit_of_work import UnitOfWork
from service.domain.sent_files import KEPT_FOR, MOST_KEPT, SentFile, not_kept
from service.workflows.acting import acting


@dataclass(frozen=True, slots=True)
class KeepSentFile:
    """The bytes as they came."""

    content: bytes


async def keep_sent_file(work: UnitOfWork, command: KeepSentFile) -> UUID:
    """Keep a file for an hour; the same one again is kept once, and the oldest of more than three gives way.

    Returns
    -------
    UUID
        By which the same person asks for it.
    """
    actor = acting(work)
    file_id = await put_sent_file(
        work.session,
        SentFile(
            id=work.new_id(),
            user_id=actor.user_id,
            organisation_id=actor.organisation_id,
            sha256=hashlib.sha256(command.content).hexdigest(),
            expires_at=work.now + KEPT_FOR,
            content=command.content,
        ),
    )
    await drop_oldest(work.session, actor.user_id, kept=MOST_KEPT)
    return file_id


async def sent_file(work: UnitOfWork, file_id: UUID) -> bytes:
    """Return what the caller sent before.

    Raises
    ------
    InvalidField
        If it is another's, its time is over, or there never was one: they cannot be told apart.
    """
    actor = acting(work)
    content = await find_sent_file(
        work.session, file_id, user_id=actor.user_id, organisation_id=actor.organisation_id, now=work.now
    )
    if content is None:
        raise not_kept()
    return content


async def let_go(work: UnitOfWork, file_id: UUID) -> None:
    """Delete the caller's file, whose rows were taken."""
    await drop_sent_file(work.session, file_id, user_id=acting(work).user_id)
