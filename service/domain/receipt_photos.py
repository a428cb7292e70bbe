"""Photos of what was weighed or refused; the picture lies in a file, the row says whose it is."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.errors import InvalidField
from service.domain.policies import PolicyValues
from service.domain.receipts import Receipt
from service.domain.tables import Entity, one_of

MOST_BYTES = 3_000_000
MOST_PER_LINE = 5


class PhotoType(StrEnum):
    """Kinds of pictures that phones make and every browser shows."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"


class ReceiptPhoto(Entity, table=True):
    """A picture of one line; ``sha256`` names its file."""

    __table_args__ = (
        sa.UniqueConstraint("receipt_line_id", "sha256"),
        sa.CheckConstraint("size_bytes > 0", name="positive"),
        sa.Index("ix_receipt_photo_receipt", "receipt_id", "created_at", "id"),
        sa.Index("ix_receipt_photo_sha256", "sha256"),
    )
    region_code: str = Field(foreign_key="region.code")
    week_start: date
    receipt_id: UUID = Field(foreign_key="receipt.id")
    receipt_line_id: UUID = Field(foreign_key="receipt_line.id")
    sha256: str = Field(max_length=64)
    media_type: PhotoType = Field(sa_type=one_of(PhotoType))
    size_bytes: int
    taken_by: UUID = Field(foreign_key="app_user.id")


def type_of(content: bytes) -> PhotoType | None:
    """Return what a picture is by its first bytes, whatever it claims to be; ``None`` for anything else."""
    if content.startswith(b"\xff\xd8\xff"):
        return PhotoType.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PhotoType.PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return PhotoType.WEBP
    return None


def require_photo(content: bytes) -> PhotoType:
    """Return what a picture is.

    Raises
    ------
    InvalidField
        If it is none, or too large.
    """
    if len(content) > MOST_BYTES:
        raise InvalidField.at("body", f"At most {MOST_BYTES} bytes; make the picture smaller.", code="too_large")
    found = type_of(content)
    if found is None:
        valid = ", ".join(PhotoType)
        raise InvalidField.at("body", f"No picture that can be shown; valid: {valid}.", code="not_a_photo")
    return found


def require_room(receipt: Receipt, *, policy: PolicyValues, known: int, now: datetime) -> None:
    """Refuse a photo of a line that has enough, or whose time after signing is over; goods that keep have no longer.

    Raises
    ------
    InvalidField
        Naming the limit.
    """
    if known >= MOST_PER_LINE:
        raise InvalidField.at("body", f"A line has at most {MOST_PER_LINE} photos.", code="too_many")
    if receipt.signed_at is None:
        return
    until = receipt.signed_at + timedelta(days=policy.late_reject_days)
    if now >= until:
        raise InvalidField.at("body", f"Photos could be added until {until.isoformat()}.", code="too_late")
