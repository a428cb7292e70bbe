"""The two shapes of schemas: what a caller sends, and what they see."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlmodel import SQLModel


class RequestBody(BaseModel):
    """What a caller sends: a misspelt field is refused instead of ignored."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


def _without_defaults(schema: dict[str, Any]) -> None:
    for field in schema.get("properties", {}).values():
        field.pop("default", None)


UNCHANGED: Final[Any] = None
"""Default of the fields of a change: what is left out stays as it is; null is not a value."""


class ChangeBody(RequestBody):
    """What a caller wants changed: only the fields that are sent."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)

    def changes(self) -> dict[str, Any]:
        """Return the fields that were sent."""
        return self.model_dump(exclude_unset=True)


class Resource(BaseModel):
    """What a caller sees of a thing."""

    model_config = ConfigDict(from_attributes=True)

    @classmethod
    def of(cls, *rows: SQLModel, **more: object) -> Self:
        """Show the fields of several rows, and what else is known, as one thing."""
        fields: dict[str, object] = {}
        for row in rows:
            fields |= row.model_dump()
        return cls.model_validate(fields | more)


class ValidityOut(Resource):
    """Days on which something holds, both included."""

    valid_from: date = Field(examples=["2026-01-01"])
    valid_to: date | None = Field(description="Null: until further notice", examples=["2027-12-31"])


# PostgreSQL cannot store the character NUL; other control characters have no place in a name either.
Text = Annotated[str, StringConstraints(min_length=1, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f]+$")]
"""Words that somebody typed: not empty, no control characters; add ``Field(max_length=...)``."""

Day = Annotated[date, Field(ge=date(2020, 1, 1), le=date(2099, 12, 31))]
"""A calendar day within the years that the trade can mean."""
Rupiah = Annotated[int, Field(ge=0, le=10**13, description="Whole rupiah")]
PriceRupiah = Annotated[int, Field(gt=0, le=10**9, description="Rupiah per kg, litre or piece")]
BasisPoints = Annotated[int, Field(ge=0, le=10_000, description="Basis points: 10,000 is all")]
Grams = Annotated[int, Field(ge=0, le=10**12, description="Grams")]
