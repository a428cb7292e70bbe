"""Wholesalers."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from service.api.schemas.organisations import OrganisationChange, OrganisationIn, OrganisationOut
from service.api.schemas.shapes import UNCHANGED, Rupiah
from service.domain.organisations import USUAL_DUE_DAYS

MinOrder = Annotated[Rupiah, Field(description="Least order of a cooperative per week, rupiah", examples=[1_000_000])]
Lead = Annotated[int, Field(ge=0, le=30, description="Days from order to delivery", examples=[2])]
Due = Annotated[
    int,
    Field(
        ge=0,
        le=90,
        description="Days to pay for confirmed packs; purchases keep those they were sent under",
        examples=[14],
    ),
]
HeadOffice = Annotated[
    UUID | None,
    Field(
        description="The same firm's membership in another region, which keeps packs for this branch", examples=[None]
    ),
]


class WholesalerOut(OrganisationOut):
    """A wholesaler."""

    min_order_idr: int = Field(description="Least order of a cooperative per week, rupiah", examples=[1_000_000])
    lead_days: int = Field(description="Days from order to delivery", examples=[2])
    due_days: int = Field(description="Days to pay for confirmed packs", examples=[14])
    head_office_id: HeadOffice


class WholesalerIn(OrganisationIn):
    """A wholesaler to be admitted."""

    min_order_idr: MinOrder
    lead_days: Lead
    due_days: Due = USUAL_DUE_DAYS
    head_office_id: HeadOffice = None


class WholesalerChange(OrganisationChange):
    """What to change."""

    min_order_idr: MinOrder = UNCHANGED
    lead_days: Lead = UNCHANGED
    due_days: Due = UNCHANGED
    head_office_id: HeadOffice = UNCHANGED
