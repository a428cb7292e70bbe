"""Logging in, and who the caller is."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field, SecretStr

from service.api.schemas.organisations import OrganisationOut
from service.api.schemas.shapes import RequestBody, Resource, Text
from service.domain.people import Role


class LogInIn(RequestBody):
    """Name and password."""

    username: Text = Field(max_length=80, examples=["operator"])
    password: SecretStr = Field(min_length=1, max_length=200, examples=["demo-operator-2026"])


class SessionOut(Resource):
    """A session: its token is told here only."""

    token: str = Field(description="Send it as `Authorization: Bearer ...`", examples=["st_8Jq1mYq0vXw"])
    csrf_token: str = Field(description="Browsers send it as `X-Pasok-CSRF` with every change", examples=["5f2b9c"])
    expires_at: datetime
    user_id: UUID
    role: Role


class MeOut(Resource):
    """The caller."""

    user_id: UUID
    username: str = Field(examples=["operator"])
    full_name: str = Field(examples=["Rina Kartika"])
    role: Role
    region_code: str = Field(examples=["32.71"])
    organisation: OrganisationOut
    rights: dict[str, str] = Field(
        description="What the caller may do, and how far: `own` organisation or the whole `region`",
        examples=[{"forecasts.read": "region"}],
    )
    csrf_token: str | None = Field(
        default=None, description="For pages: only with a session cookie", examples=["5f2b9c"]
    )
