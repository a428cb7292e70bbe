"""Cooperatives (KKMP)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from service.api.schemas.organisations import OrganisationChange, OrganisationIn, OrganisationOut
from service.api.schemas.shapes import UNCHANGED, Grams, Rupiah

Radius = Annotated[int, Field(ge=0, le=200_000, description="How far it delivers, metres", examples=[6_000])]
Capital = Annotated[Rupiah, Field(description="Cash it can tie up, rupiah", examples=[150_000_000])]
Markup = Annotated[int, Field(ge=0, le=5_000, description="Added to wholesale prices, basis points", examples=[500])]
Handling = Annotated[Grams, Field(description="Weight it can handle per day, grams", examples=[3_000_000])]
Cold = Annotated[Grams, Field(description="Part of it that it can keep cold per day, grams", examples=[400_000])]


class CooperativeOut(OrganisationOut):
    """A cooperative."""

    radius_m: int = Field(description="How far it delivers, metres", examples=[6_000])
    capital_idr: int = Field(description="Cash it can tie up, rupiah", examples=[150_000_000])
    markup_bp: int = Field(description="Added to wholesale prices, basis points", examples=[500])
    handling_g_per_day: int = Field(description="Grams", examples=[3_000_000])
    cold_g_per_day: int = Field(description="Grams", examples=[400_000])


class CooperativeIn(OrganisationIn):
    """A cooperative to be admitted."""

    radius_m: Radius
    capital_idr: Capital
    markup_bp: Markup
    handling_g_per_day: Handling
    cold_g_per_day: Cold


class CooperativeChange(OrganisationChange):
    """What to change."""

    radius_m: Radius = UNCHANGED
    capital_idr: Capital = UNCHANGED
    markup_bp: Markup = UNCHANGED
    handling_g_per_day: Handling = UNCHANGED
    cold_g_per_day: Cold = UNCHANGED
