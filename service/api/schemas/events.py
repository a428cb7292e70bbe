"""What happened."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from service.api.schemas.shapes import Resource


class EventOut(Resource):
    """One thing that happened; `facts` depend on the type."""

    id: UUID
    sequence: int = Field(description="Its place in the order of events; numbers may be left out", examples=[4711])
    at: datetime
    type: str = Field(examples=["order.answered"])
    entity: str = Field(examples=["order"])
    entity_id: str = Field(examples=["01938f3a-5c00-7000-8000-000000000001"])
    region_code: str | None = Field(description="Null: the catalogue of all regions", examples=["32.71"])
    facts: dict[str, Any] = Field(examples=[{"number": "PO-3271-2026-W49-C001"}])
