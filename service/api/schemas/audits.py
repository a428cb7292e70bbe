"""The audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from service.api.schemas.shapes import Resource


class AuditEntryOut(Resource):
    """Who did what, when, to which thing."""

    id: UUID
    at: datetime
    actor_user_id: UUID | None = Field(description="Null: the service itself")
    actor_organisation_id: UUID | None
    action: str = Field(examples=["organisation.change_status"])
    entity: str = Field(examples=["organisation"])
    entity_id: str = Field(examples=["01938f3a-5c00-7000-8000-000000000001"])
    before: dict[str, Any] | None = Field(description="The fields that changed", examples=[{"status": "active"}])
    after: dict[str, Any] | None = Field(examples=[{"status": "suspended"}])
    correlation_id: str | None = Field(description="Of the request or job", examples=["7d1e0c7ad4e64a3e"])
