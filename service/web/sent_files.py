"""The file of a form: sent with it, or sent before and kept since it was tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from service.domain.errors import InvalidField
from service.domain.sent_files import not_kept
from service.files.reading import read_sent
from service.files.tables import Table
from service.web.forms import Typed
from service.web.page import PageView
from service.workflows.keep_sent_file import KeepSentFile, keep_sent_file, let_go, sent_file

FILE: Final = "file"
KEPT: Final = "kept"
"""The field that names a file sent before."""


@dataclass(frozen=True, slots=True)
class FormFile:
    """What a form brings: its bytes and its table, and the id under which it is kept, if it was sent before."""

    content: bytes
    table: Table
    kept_id: UUID | None


async def file_of(page: PageView, form: Typed) -> FormFile:
    """Return the file of a form; one that comes with it goes before one that is kept.

    Raises
    ------
    InvalidField
        If there is none, or it cannot be read.
    """
    sent = form.files.get(FILE)
    kept_id = None if sent else _kept_id(form)
    if sent:
        content = sent[0][1]
    elif kept_id is not None:
        content = await sent_file(page.work, kept_id)
    else:
        raise InvalidField.at(FILE, "Choose a file first.", code="missing")
    return FormFile(content, await read_sent(content), kept_id)


async def keep(page: PageView, file: FormFile) -> UUID:
    """Keep a file that was only tried, and return the id that the next form carries."""
    return await keep_sent_file(page.work, KeepSentFile(file.content))


async def done_with(page: PageView, file: FormFile) -> None:
    """Let a file go whose rows were taken."""
    if file.kept_id is not None:
        await let_go(page.work, file.kept_id)


def _kept_id(form: Typed) -> UUID | None:
    if not form.text(KEPT):
        return None
    try:
        return UUID(form.text(KEPT))
    except ValueError as error:
        raise not_kept() from error
