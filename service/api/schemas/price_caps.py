"""Price caps (HET, HAP) and the exceptions from a HAP."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from service.api.schemas.shapes import PriceRupiah, RequestBody, Resource, Text, ValidityOut
from service.domain.price_cap_entries import LEAST_QUOTES
from service.domain.price_caps import CapKind

ItemCode = Annotated[str, Field(max_length=16, pattern=r"^[A-Z0-9][A-Z0-9\-]*$", examples=["EGG"])]


class PriceCapIn(RequestBody):
    """A cap with its legal source."""

    item_code: ItemCode
    kind: CapKind = Field(examples=["HAP"])
    price_idr: PriceRupiah = Field(examples=[30_000])
    valid_from: date = Field(examples=["2026-12-01"])
    valid_to: date | None = Field(default=None, description="Null: until further notice", examples=[None])
    source: Text = Field(max_length=200, examples=["Perbadan 6/2024"])


class PriceCapOut(ValidityOut):
    """A cap in a zone."""

    id: UUID
    version: int = Field(examples=[1])
    item_code: str = Field(examples=["EGG"])
    kind: CapKind = Field(examples=["HAP"])
    zone: int = Field(examples=[1])
    price_idr: int = Field(description="Rupiah per kg, litre or piece", examples=[30_000])
    source: str = Field(examples=["Perbadan 6/2024"])


class CapEndIn(RequestBody):
    """The cap's last day."""

    valid_to: date = Field(description="Last day on which it is in force", examples=["2026-12-31"])


class QuoteBody(RequestBody):
    """What a provider asked on a day."""

    provider: Text = Field(max_length=120, examples=["Pasar Baru Bogor, kios 14"])
    price_idr: PriceRupiah = Field(examples=[31_500])
    quoted_date: date = Field(examples=["2026-11-23"])


_QUOTES = [
    {"provider": "Pasar Baru Bogor, kios 14", "price_idr": 31_500, "quoted_date": "2026-11-23"},
    {"provider": "Pasar Induk Kemang", "price_idr": 31_000, "quoted_date": "2026-11-23"},
    {"provider": "CV Telur Sejahtera", "price_idr": 32_000, "quoted_date": "2026-11-22"},
]


class PriceExceptionIn(RequestBody):
    """Permission to pay more than the HAP on some days, borne out by quotes."""

    item_code: ItemCode
    price_idr: PriceRupiah = Field(description="Highest price allowed", examples=[32_000])
    valid_from: date = Field(examples=["2026-11-30"])
    valid_to: date = Field(description="At most 31 days in all", examples=["2026-12-06"])
    reason: Text = Field(max_length=400, examples=["Market above HAP since the feed shortage"])
    quotes: list[QuoteBody] = Field(
        max_length=20, description=f"At least {LEAST_QUOTES}, of different providers", examples=[_QUOTES]
    )


class QuoteOut(Resource):
    """What a provider asked on a day."""

    provider: str
    price_idr: int
    quoted_date: date


class PriceExceptionOut(ValidityOut):
    """An exception on record."""

    id: UUID
    version: int = Field(examples=[1])
    item_code: str = Field(examples=["EGG"])
    price_idr: int = Field(description="Highest price allowed", examples=[32_000])
    reason: str = Field(examples=["Market above HAP since the feed shortage"])
    quotes: list[QuoteOut] = Field(examples=[_QUOTES])
    granted_by: UUID
    created_at: datetime
    revoked_at: datetime | None = Field(examples=[None])
