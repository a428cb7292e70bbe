"""One's own account: the password, the sessions, and the invitation that begins it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field, SecretStr

from service.api.schemas.shapes import RequestBody, Resource
from service.api.schemas.users import UserOut
from service.domain.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD


class PasswordIn(RequestBody):
    """Another password."""

    old_password: SecretStr = Field(min_length=1, max_length=LONGEST_PASSWORD, examples=["padi-kuning-2026"])
    new_password: SecretStr = Field(
        min_length=SHORTEST_PASSWORD,
        max_length=LONGEST_PASSWORD,
        description="None of the common ones, without your name",
        examples=["hujan sore di Cilebut"],
    )


class AcceptedIn(RequestBody):
    """The token of the link, and the password that was chosen."""

    token: str = Field(min_length=1, max_length=100, examples=["in_pX0cXwPz3mJ1aB"])
    password: SecretStr = Field(
        min_length=SHORTEST_PASSWORD,
        max_length=LONGEST_PASSWORD,
        description="None of the common ones, without your name",
        examples=["hujan sore di Cilebut"],
    )


class InvitationOut(Resource):
    """A link to hand to the person, shown once."""

    token: str | None = Field(description="Null when the request is repeated", examples=["in_pX0cXwPz3mJ1aB"])
    path: str | None = Field(
        description="The address of the page that asks for the password; below PASOK_PUBLIC_URL if that is set",
        examples=["https://pasok.bogor.example.id/invitation?token=in_pX0cXwPz3mJ1aB"],
    )
    expires_at: datetime


class NewUserOut(UserOut):
    """A new person with the invitation by which they set their password."""

    invitation: InvitationOut


class LoginSessionOut(Resource):
    """One session of the caller."""

    id: UUID
    device: str | None = Field(
        description="What the browser or program called itself", examples=["Mozilla/5.0 (Linux; Android 13)"]
    )
    created_at: datetime
    last_seen_at: datetime | None = Field(description="To the minute")
    expires_at: datetime
    revoked_at: datetime | None = Field(examples=[None])
    is_current: bool = Field(description="The one that this request is made with", examples=[True])


class EndedOut(Resource):
    """How many sessions ended."""

    ended: int = Field(examples=[2])
