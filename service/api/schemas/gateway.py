"""Messages that the gateway brings us."""

from __future__ import annotations

from pydantic import Field

from service.api.schemas.shapes import RequestBody, Resource, Text


class InboundMessageIn(RequestBody):
    """A message that somebody sent from a phone."""

    id: Text = Field(
        max_length=120, description="The gateway's own; a repeated one has no second effect", examples=["wamid.1"]
    )
    sender: Text = Field(max_length=30, description="The phone", examples=["+6281234567890"])
    text: str = Field(max_length=1000, examples=["T 49A 12 50"])


class InboundReplyOut(Resource):
    """What the gateway is to send back."""

    reply: str | None = Field(description="Null: nothing", examples=["Tidak ada pesanan yang menunggu jawaban Anda."])
