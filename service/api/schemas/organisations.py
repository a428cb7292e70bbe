"""Organisations as callers see them; kitchens, cooperatives and wholesalers add their details."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from service.api.schemas.shapes import UNCHANGED, ChangeBody, Grams, RequestBody, Resource, Text, ValidityOut
from service.domain.organisations import MONDAY_TO_FRIDAY, DocumentKind, OrganisationKind, OrganisationStatus

Latitude = Annotated[float, Field(ge=-90, le=90, description="WGS84 degrees", examples=[-6.6201])]
Longitude = Annotated[float, Field(ge=-180, le=180, description="WGS84 degrees", examples=[106.8327])]
Weekdays = Annotated[
    int, Field(ge=0, le=127, description="Bit 0 Monday .. bit 6 Sunday: 31 is Monday to Friday", examples=[31])
]


class OrganisationOut(Resource):
    """Anybody who takes part in a region."""

    id: UUID
    version: int = Field(examples=[1])
    region_code: str = Field(examples=["32.71"])
    kind: OrganisationKind
    status: OrganisationStatus
    code: str = Field(examples=["KKMP-BARANANGSIANG"])
    name: str = Field(examples=["Koperasi Kelurahan Merah Putih Baranangsiang"])
    kelurahan_code: str | None = Field(examples=["32.71.02.1002"])
    latitude: float = Field(examples=[-6.6031])
    longitude: float = Field(examples=[106.8125])
    service_weekdays: int = Field(
        description="Bit 0 is Monday .. bit 6 Sunday: the weekdays on which it cooks, delivers or sells",
        examples=[31],
    )


class OrganisationIn(RequestBody):
    """What every organisation is admitted with."""

    code: str = Field(
        pattern=r"^[A-Z0-9][A-Z0-9.\-]{1,23}$", description="Unique in the region", examples=["KKMP-TAJUR"]
    )
    name: Text = Field(max_length=120, examples=["Koperasi Kelurahan Merah Putih Tajur"])
    kelurahan_code: str | None = Field(default=None, max_length=13, examples=["32.71.02.1003"])
    latitude: Latitude
    longitude: Longitude
    service_weekdays: Weekdays = MONDAY_TO_FRIDAY


class OrganisationChange(ChangeBody):
    """What may change about every organisation; name and place by the city operator only."""

    name: Text = Field(default=UNCHANGED, max_length=120, examples=["Koperasi Kelurahan Merah Putih Tajur"])
    kelurahan_code: str = Field(default=UNCHANGED, max_length=13, examples=["32.71.02.1003"])
    latitude: Latitude = UNCHANGED
    longitude: Longitude = UNCHANGED
    service_weekdays: Weekdays = UNCHANGED


class StatusChangeIn(RequestBody):
    """The status to come."""

    status: OrganisationStatus = Field(examples=["suspended"])
    reason: Text = Field(max_length=400, examples=["Cold room out of order since Monday"])


class DocumentIn(RequestBody):
    """A paper with its validity, both days included."""

    kind: DocumentKind = Field(examples=["halal"])
    number: Text = Field(max_length=80, examples=["ID32110001234567890"])
    valid_from: date = Field(examples=["2026-01-01"])
    valid_to: date = Field(examples=["2027-12-31"])


class DocumentOut(ValidityOut):
    """A paper on record."""

    id: UUID
    organisation_id: UUID
    kind: DocumentKind = Field(examples=["halal"])
    number: str = Field(examples=["ID32110001234567890"])
    verified_at: datetime | None = Field(description="When the city saw it; null: not yet")


class ClosedDayIn(RequestBody):
    """Why it is closed."""

    reason: Text = Field(max_length=200, examples=["Village holiday"])


class ClosedDayOut(Resource):
    """A day without cooking, delivering or selling."""

    closed_date: date = Field(examples=["2026-12-25"])
    reason: str = Field(examples=["Village holiday"])


class DayCapacityIn(RequestBody):
    """What can be carried on one day."""

    handling_g: Grams = Field(description="Weight that can be handled, grams", examples=[1_500_000])
    cold_g: Grams = Field(description="Part of it that can be kept cold, grams", examples=[200_000])


class DayCapacityOut(Resource):
    """A day on which a cooperative's capacity differs from its usual one."""

    capacity_date: date = Field(examples=["2026-12-01"])
    handling_g: int = Field(description="Grams", examples=[1_500_000])
    cold_g: int = Field(description="Grams", examples=[200_000])
