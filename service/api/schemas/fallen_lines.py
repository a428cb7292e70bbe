"""Goods that fell off order lines, and where the city's operator sends them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from service.api.schemas.shapes import RequestBody, Resource
from service.database.queries.fallen_lines import FallenLine
from service.domain.orders import OrderLineStatus
from service.domain.units import Unit
from service.workflows.move_fallen_lines import MovedLines


class FallenLineOut(Resource):
    """A line of which goods were declined, withdrawn or cut, or accepted and not brought, and nobody brings instead."""

    id: UUID = Field(description="Of the order line")
    order_id: UUID
    order_number: str = Field(examples=["PO-3271-2026W49-C3271041009"])
    cooperative_name: str = Field(examples=["KKMP Bantarjati"])
    kitchen_id: UUID
    kitchen_name: str = Field(examples=["SPPG Bantarjati"])
    item_code: str = Field(examples=["RICE-P"])
    item_name: str = Field(examples=["Beras premium"])
    unit: Unit = Field(examples=["g"])
    needed_date: date = Field(description="Cooking day", examples=["2026-11-30"])
    status: OrderLineStatus = Field(examples=["declined"])
    fallen_qty: int = Field(description="Base units", examples=[40_000])
    standby_name: str | None = Field(description="Who would be asked first", examples=["KKMP Tegal Gundil"])

    @classmethod
    def showing(cls, fallen: FallenLine) -> FallenLineOut:
        """Return a fallen line as it is shown."""
        return cls.of(
            fallen.line,
            order_number=fallen.order.number,
            cooperative_name=fallen.cooperative.name,
            kitchen_name=fallen.kitchen.name,
            item_name=fallen.item.name_id,
            unit=fallen.item.unit,
            fallen_qty=fallen.qty,
            standby_name=fallen.standby.name if fallen.standby else None,
        )


class MoveIn(RequestBody):
    """The fallen lines of one order that others are to be asked for."""

    line_ids: list[UUID] = Field(min_length=1, max_length=2000)


class MovedLineOut(Resource):
    """A line and the line of another order that brings its goods instead."""

    replaces_line_id: UUID
    id: UUID
    order_id: UUID
    ordered_qty: int = Field(description="Base units", examples=[40_000])


class MovedOut(Resource):
    """What was sent to standbys; the rest waits for a repair, if any is left."""

    moved: list[MovedLineOut]
    waits_for_repair: bool = Field(examples=[False])

    @classmethod
    def showing(cls, done: MovedLines) -> MovedOut:
        """Return what was moved."""
        return cls(moved=[MovedLineOut.of(line) for line in done.lines], waits_for_repair=done.waits_for_repair)
