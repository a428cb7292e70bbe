"""A file that was sent to be tried, kept for a while so that it need not be sent again to be taken."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.errors import InvalidField
from service.domain.tables import UTC_INSTANT, Row

KEPT_FOR: Final = timedelta(hours=1)
"""Long enough to read what is wrong with a list and decide."""
MOST_KEPT: Final = 3
"""Of one person; the oldest gives way. With the size of a request this bounds what anybody can leave here."""


class SentFile(Row, table=True):
    """The bytes of a file as they came; only whoever sent it, in the organisation they sent it for, gets it back."""

    __table_args__ = (
        sa.UniqueConstraint("user_id", "organisation_id", "sha256"),
        sa.Index("ix_sent_file_expires_at", "expires_at"),
    )
    id: UUID = Field(primary_key=True)
    user_id: UUID = Field(foreign_key="app_user.id")
    organisation_id: UUID = Field(foreign_key="organisation.id")
    sha256: str = Field(max_length=64)
    expires_at: datetime = Field(sa_type=UTC_INSTANT)
    content: bytes = Field(sa_type=sa.LargeBinary)


def not_kept() -> InvalidField:
    """Return the refusal of a file that is not there: another's, past its time, or never sent."""
    return InvalidField.at("file", "The file is no longer kept; choose it once more.", code="not_kept")
