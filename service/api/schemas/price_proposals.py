"""Counter-prices: proposed by a cooperative, decided by the kitchen."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from service.api.schemas.shapes import RequestBody, Resource, Text
from service.database.queries.price_proposals import ShownProposal
from service.domain.answers import LONGEST_REMARK
from service.domain.price_proposals import PriceProposalStatus, Proposal
from service.domain.units import Unit


class ProposalIn(RequestBody):
    """The price at which the cooperative would bring all of a line."""

    line_id: UUID
    price_idr: int = Field(
        gt=0,
        le=10**9,
        description="Rupiah per kg, litre or piece; above the order's, within the lawful limit",
        examples=[1],
    )
    remark: Text | None = Field(default=None, max_length=LONGEST_REMARK, examples=["Harga panen naik"])


class ProposalsIn(RequestBody):
    """Counter-prices for one or more lines, taken all or not at all."""

    proposals: list[ProposalIn] = Field(min_length=1, max_length=2000)

    def said(self) -> tuple[Proposal, ...]:
        """Return the proposals as the workflow takes them."""
        return tuple(Proposal(one.line_id, one.price_idr, one.remark) for one in self.proposals)


class DecisionIn(RequestBody):
    """The kitchen's word."""

    is_approved: bool = Field(description="False: the line is declined and asked of others", examples=[True])


class PriceProposalOut(Resource):
    """A counter-price and what became of it."""

    id: UUID
    version: int = Field(description="Also the ETag", examples=[1])
    created_at: datetime
    order_id: UUID
    order_number: str = Field(examples=["PO-3271-2026W49-C3271041009"])
    order_line_id: UUID
    cooperative_id: UUID
    cooperative_name: str = Field(examples=["KKMP Bantarjati"])
    kitchen_id: UUID
    kitchen_name: str = Field(examples=["SPPG Bantarjati"])
    item_code: str = Field(examples=["RICE-M"])
    item_name: str = Field(examples=["Beras medium"])
    unit: Unit = Field(examples=["g"])
    needed_date: date = Field(description="Cooking day", examples=["2026-11-30"])
    ordered_qty: int = Field(description="Base units", examples=[40_000])
    ordered_price_idr: int = Field(description="Rupiah per kg, litre or piece", examples=[12_600])
    proposed_price_idr: int = Field(description="Rupiah per kg, litre or piece", examples=[13_100])
    remark: str | None = Field(examples=[None])
    status: PriceProposalStatus = Field(examples=["open"])
    decide_by_at: datetime = Field(description="Silence of the kitchen refuses")

    @classmethod
    def showing(cls, shown: ShownProposal) -> PriceProposalOut:
        """Return a proposal as it is shown."""
        return cls.of(
            shown.proposal,
            order_number=shown.order.number,
            cooperative_name=shown.cooperative.name,
            kitchen_name=shown.kitchen.name,
            item_code=shown.item.code,
            item_name=shown.item.name_id,
            unit=shown.item.unit,
            needed_date=shown.line.needed_date,
            ordered_qty=shown.line.ordered_qty,
        )


class PriceProposalsOut(Resource):
    """The proposals that were made, in the order of the lines."""

    items: list[PriceProposalOut]
