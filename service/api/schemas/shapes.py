"""The two shapes of schemas: what a caller sends, and what they see."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints


class RequestBody(BaseModel):
    """What a caller sends: a misspelt field is refused instead of ignored."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Resource(BaseModel):
    """What a caller sees of a thing."""

    model_config = ConfigDict(from_attributes=True)


# PostgreSQL cannot store the character NUL; other control characters have no place in a name either.
Text = Annotated[str, StringConstraints(min_length=1, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f]+$")]
"""Words that somebody typed: not empty, no control characters; add ``Field(max_length=...)``."""

Rupiah = Annotated[int, Field(ge=0, le=10**13, description="Whole rupiah")]
PriceRupiah = Annotated[int, Field(gt=0, le=10**9, description="Rupiah per kg, litre or piece")]
BasisPoints = Annotated[int, Field(ge=0, le=10_000, description="Basis points: 10,000 is all")]
Grams = Annotated[int, Field(ge=0, le=10**12, description="Grams")]
