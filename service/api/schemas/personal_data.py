"""Everything that the service knows of a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from pydantic import Field, SecretStr

from service.api.schemas.shapes import RequestBody, Resource
from service.api.schemas.users import UserOut
from service.domain.passwords import LONGEST_PASSWORD
from service.workflows.export_personal_data import PersonalData


class EraseSelfIn(RequestBody):
    """The password once more."""

    password: SecretStr = Field(min_length=1, max_length=LONGEST_PASSWORD, examples=["padi-kuning-2026"])


class DeedOut(Resource):
    """One thing that the person did."""

    at: datetime
    action: str = Field(examples=["order.answer"])
    entity: str = Field(examples=["order"])
    entity_id: str = Field(examples=["0198c0de-0000-7000-8000-000000000001"])


class PersonalDataOut(Resource):
    """A person's data: as one file, for the person."""

    user: UserOut
    rows: dict[str, list[dict[str, Any]]] = Field(
        description="Rows that are the person's own, by table, without secrets",
        examples=[{"contact": [{"phone": "+6281234567890", "email": None}]}],
    )
    named_in: dict[str, int] = Field(
        description="How often other tables name the person", examples=[{"order_answer.answered_by": 12}]
    )
    deeds: list[DeedOut] = Field(description="From the audit trail, newest first, at most 5,000")

    @classmethod
    def shown(cls, found: PersonalData) -> Self:
        """Show what was found."""
        deeds = [DeedOut.of(entry) for entry in found.deeds]
        return cls(user=UserOut.of(found.user), rows=found.rows, named_in=found.named_in, deeds=deeds)
