"""What cooperatives have tied up, and what kitchens owe."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from service.api.schemas.shapes import Resource
from service.database.queries.exposures import ExposedCooperative, ExposedKitchen

FORMULA = "free_idr = max(0, capital_idr - owed_idr - under_way_idr - packs_idr - own_goods_idr)"

KITCHEN_FORMULA = "exposed_idr = max(0, owed_idr + ordered_idr - refundable_idr)"


class KitchenExposureOut(Resource):
    """What a kitchen owes and will owe; rupiah."""

    kitchen_id: UUID
    kitchen_code: str = Field(examples=["K3271041009"])
    kitchen_name: str = Field(examples=["SPPG Bantarjati"])
    owed_idr: int = Field(description="Unpaid for goods of other weeks", examples=[12_500_000])
    overdue_idr: int = Field(description="What of all its invoices is late today", examples=[0])
    ordered_idr: int = Field(description="Value of the week's order lines", examples=[30_000_000])
    refundable_idr: int = Field(description="What cooperatives owe it back after credit notes", examples=[0])
    exposed_idr: int = Field(examples=[42_500_000])
    formula: str = Field(examples=[KITCHEN_FORMULA])

    @classmethod
    def showing(cls, row: ExposedKitchen) -> KitchenExposureOut:
        """Return a kitchen's exposure with its formula."""
        exposure = row.exposure
        return cls(
            kitchen_id=row.kitchen.id,
            kitchen_code=row.kitchen.code,
            kitchen_name=row.kitchen.name,
            owed_idr=exposure.owed_idr,
            overdue_idr=exposure.overdue_idr,
            ordered_idr=exposure.ordered_idr,
            refundable_idr=exposure.refundable_idr,
            exposed_idr=exposure.exposed_idr,
            formula=KITCHEN_FORMULA,
        )


class ExposureOut(Resource):
    """What a cooperative's capital is tied up in, and what it leaves for a week; rupiah."""

    cooperative_id: UUID
    cooperative_code: str = Field(examples=["C3271041009"])
    cooperative_name: str = Field(examples=["KKMP Bantarjati"])
    capital_idr: int = Field(examples=[150_000_000])
    owed_idr: int = Field(description="Unpaid by kitchens for goods of other weeks", examples=[12_500_000])
    under_way_idr: int = Field(description="What goods of other weeks cost that are not billed yet", examples=[0])
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
            under_way_idr=exposure.under_way_idr,
            packs_idr=exposure.packs_idr,
            own_goods_idr=exposure.own_goods_idr,
            exposed_idr=exposure.exposed_idr,
            free_idr=exposure.free_idr,
            formula=FORMULA,
        )
