"""What cooperatives have tied up."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from service.api.schemas.shapes import Resource
from service.database.queries.exposures import ExposedCooperative

FORMULA = "free_idr = max(0, capital_idr - owed_idr - packs_idr - own_goods_idr)"


class ExposureOut(Resource):
    """What a cooperative's capital is tied up in, and what it leaves for a week; rupiah."""

    cooperative_id: UUID
    cooperative_code: str = Field(examples=["C3271041009"])
    cooperative_name: str = Field(examples=["KKMP Bantarjati"])
    capital_idr: int = Field(examples=[150_000_000])
    owed_idr: int = Field(description="Unpaid by kitchens for goods of other weeks", examples=[12_500_000])
    packs_idr: int = Field(description="Packs that the week's orders make it buy", examples=[30_000_000])
    own_goods_idr: int = Field(description="Cash share of own goods in the week's orders", examples=[5_000_000])
    exposed_idr: int = Field(examples=[47_500_000])
    free_idr: int = Field(description="What is left to buy with", examples=[102_500_000])
    formula: str = Field(examples=[FORMULA])

    @classmethod
    def showing(cls, row: ExposedCooperative) -> ExposureOut:
        """Return a cooperative's exposure with its formula."""
        exposure = row.exposure
        return cls(
            cooperative_id=row.cooperative.id,
            cooperative_code=row.cooperative.code,
            cooperative_name=row.cooperative.name,
            capital_idr=exposure.capital_idr,
            owed_idr=exposure.owed_idr,
            packs_idr=exposure.packs_idr,
            own_goods_idr=exposure.own_goods_idr,
            exposed_idr=exposure.exposed_idr,
            free_idr=exposure.free_idr,
            formula=FORMULA,
        )
