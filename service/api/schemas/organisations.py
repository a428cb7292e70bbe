"""Organisations as callers see them; kitchens, cooperatives and wholesalers add their details."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from service.api.schemas.shapes import BasisPoints, Grams, RequestBody, Resource, Rupiah, Text
from service.domain.organisations import DocumentKind, OrganisationKind, OrganisationStatus


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
