"""Users and API keys."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from service.api.schemas.shapes import RequestBody, Resource, Text
from service.domain.people import Role
from service.domain.permissions import Action


class UserIn(RequestBody):
    """A person to be added; the password is theirs to set, by the invitation."""

    organisation_id: UUID
    username: str = Field(
        pattern=r"^[a-z0-9][a-z0-9._@\-]{2,79}$", description="Lower case; unique everywhere", examples=["siti.rahma"]
    )
    full_name: Text = Field(max_length=120, examples=["Siti Rahma"])
    role: Role = Field(description="One that exists in the organisation's kind", examples=["coop_officer"])


class UserOut(Resource):
    """A person with one role in one organisation."""

    id: UUID
    version: int = Field(examples=[1])
    region_code: str = Field(examples=["32.71"])
    organisation_id: UUID
    username: str = Field(examples=["siti.rahma"])
    full_name: str = Field(examples=["Siti Rahma"])
    role: Role = Field(examples=["coop_officer"])
    is_active: bool = Field(examples=[True])
    erased_at: datetime | None = Field(description="Since when nothing tells who it was", examples=[None])
    second_factor_at: datetime | None = Field(description="Since when a code follows the password")
    created_at: datetime


class ApiKeyIn(RequestBody):
    """A key to be made."""

    name: Text = Field(max_length=80, description="What it is for", examples=["Stock updates of our ERP"])
    scopes: list[Action] = Field(
        min_length=1,
        max_length=len(Action),
        description="What it may do; a part of what you may",
        examples=[["stocks.read", "stocks.write"]],
    )
    expires_at: datetime | None = Field(
        default=None, description="UTC, within a year; null: in 90 days", examples=["2027-06-30T17:00:00Z"]
    )


class ApiKeyOut(Resource):
    """A key without its secret."""

    id: UUID
    version: int = Field(examples=[1])
    name: str = Field(examples=["Stock updates of our ERP"])
    prefix: str = Field(description="The part of the key that is not secret", examples=["9f86d081884c"])
    scopes: list[str] = Field(examples=[["stocks.read", "stocks.write"]])
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = Field(description="To the minute")
    revoked_at: datetime | None = Field(examples=[None])


class NewApiKeyOut(ApiKeyOut):
    """A new key: the only time that it is shown."""

    key: str | None = Field(
        description="Send it as `Authorization: Bearer ...`. Null when the request is repeated: it is shown once",
        examples=["pk_9f86d081884c_wPz3mJ0cX1"],
    )
