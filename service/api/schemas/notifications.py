"""Messages to people, and how they are reached."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field, field_validator

from service.api.schemas.shapes import RequestBody, Resource, Text
from service.domain.answer_links import without_tokens
from service.domain.contacts import QUIET_FROM_MINUTE, QUIET_TO_MINUTE, Channel
from service.domain.notifications import NoticeKind, NotificationStatus


class NotificationOut(Resource):
    """A message to the caller, in Indonesian; a link that answers an order stands on the phone alone."""

    id: UUID
    created_at: datetime
    event_id: UUID
    channel: Channel = Field(examples=["screen"])
    kind: NoticeKind = Field(examples=["new_order"])
    subject: str = Field(examples=["Pesanan baru PO-3271-2026W49-C001"])
    text: str = Field(examples=["Pesanan baru PO-3271-2026W49-C001, minggu Sen 30 Nov: 4 baris."])
    status: NotificationStatus = Field(examples=["sent"])
    send_at: datetime = Field(description="Not before; quiet hours put it off")
    sent_at: datetime | None
    last_error: str | None = Field(examples=[None])

    @field_validator("text")
    @classmethod
    def _opening_nothing(cls, text: str) -> str:
        return without_tokens(text)


class ContactIn(RequestBody):
    """How somebody is reached."""

    phone: Text | None = Field(default=None, max_length=30, description="08... or +62...", examples=["0812-3456-7890"])
    email: Text | None = Field(default=None, max_length=254, examples=["siti@koperasi.example.id"])
    by_phone: bool = Field(default=True, description="Whether messages go to the phone", examples=[True])
    by_email: bool = Field(default=True, examples=[True])
    quiet_from_minute: int = Field(
        default=QUIET_FROM_MINUTE, ge=0, le=1439, description="Minute of the local day; 1260 is 21:00", examples=[1260]
    )
    quiet_to_minute: int = Field(
        default=QUIET_TO_MINUTE, ge=0, le=1439, description="As long as the other: no quiet hours", examples=[360]
    )


class ContactOut(Resource):
    """How somebody is reached."""

    phone: str | None = Field(examples=["+6281234567890"])
    email: str | None = Field(examples=["siti@koperasi.example.id"])
    by_phone: bool = Field(examples=[True])
    by_email: bool = Field(examples=[True])
    quiet_from_minute: int = Field(examples=[1260])
    quiet_to_minute: int = Field(examples=[360])
