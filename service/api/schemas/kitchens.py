"""Kitchens (SPPG)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from service.api.schemas.organisations import OrganisationChange, OrganisationIn, OrganisationOut
from service.api.schemas.shapes import UNCHANGED, Text

Foundation = Annotated[Text, Field(max_length=120, description="Who owns the kitchen", examples=["Yayasan Gizi Bogor"])]
Small = Annotated[int, Field(ge=0, le=20_000, description="Small portions per cooking day", examples=[1_200])]
Large = Annotated[int, Field(ge=0, le=20_000, description="Large portions per cooking day", examples=[1_800])]
Drops = Annotated[int, Field(ge=1, le=50, description="Most deliveries per day", examples=[8])]
Suppliers = Annotated[int, Field(ge=0, le=100, description="Fewest suppliers in two weeks", examples=[15])]
Share = Annotated[
    int, Field(ge=1, le=10_000, description="Largest share of one supplier, basis points", examples=[4000])
]
From = Annotated[
    int, Field(ge=0, lt=1440, description="Receives from: minutes after midnight, the evening before", examples=[840])
]
To = Annotated[int, Field(gt=0, le=1440, description="Receives until: minutes after midnight", examples=[1200])]


class KitchenOut(OrganisationOut):
    """A kitchen."""

    foundation_name: str = Field(examples=["Yayasan Gizi Bogor"])
    portions_small: int = Field(description="Small portions per cooking day", examples=[1_200])
    portions_large: int = Field(description="Large portions per cooking day", examples=[1_800])
    max_drops_per_day: int = Field(examples=[8])
    min_suppliers: int = Field(examples=[15])
    max_share_bp: int = Field(description="Largest share of one supplier, basis points", examples=[4000])
    receiving_from_minute: int = Field(description="Minutes after midnight, the evening before", examples=[840])
    receiving_to_minute: int = Field(description="Minutes after midnight, the evening before", examples=[1200])


class KitchenIn(OrganisationIn):
    """A kitchen to be admitted."""

    foundation_name: Foundation
    portions_small: Small
    portions_large: Large
    max_drops_per_day: Drops
    min_suppliers: Suppliers
    max_share_bp: Share
    receiving_from_minute: From = 14 * 60
    receiving_to_minute: To = 20 * 60


class KitchenChange(OrganisationChange):
    """What to change; suppliers and share by the city operator only."""

    foundation_name: Foundation = UNCHANGED
    portions_small: Small = UNCHANGED
    portions_large: Large = UNCHANGED
    max_drops_per_day: Drops = UNCHANGED
    min_suppliers: Suppliers = UNCHANGED
    max_share_bp: Share = UNCHANGED
    receiving_from_minute: From = UNCHANGED
    receiving_to_minute: To = UNCHANGED
