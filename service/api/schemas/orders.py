"""Orders, their lines, answers; what publishing a plan made; how far a kitchen's week is covered."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from service.api.schemas.shapes import RequestBody, Resource, Text
from service.database.queries.answers import GivenAnswer
from service.database.queries.coverage import DayCoverage, LineCoverage
from service.database.queries.orders import OrderSummary, ShownLine
from service.domain.answers import LONGEST_REMARK, LineAnswer
from service.domain.orders import DeclineReason, OrderLineStatus, OrderOrigin, OrderStatus
from service.domain.plans import PlanStatus, Shortage, ShortageCause
from service.domain.units import Unit, value_idr
from service.workflows.publish_plan import PublishedPlan


class PublishedPlanOut(Resource):
    """A published plan and how many orders it made; `Location` leads to them."""

    plan_id: UUID
    version: int = Field(description="Of the plan, also the ETag", examples=[2])
    status: PlanStatus = Field(examples=["published"])
    published_at: datetime
    order_count: int = Field(description="One for each cooperative with deliveries", examples=[68])
    line_count: int = Field(examples=[10_080])

    @classmethod
    def showing(cls, done: PublishedPlan) -> PublishedPlanOut:
        """Return what publishing made."""
        plan = done.plan
        return cls.of(plan, plan_id=plan.id, order_count=len(done.orders), line_count=done.line_count)


class OrderOut(Resource):
    """An order to a cooperative. A kitchen sees the totals of its own lines only."""

    id: UUID
    version: int = Field(description="Also the ETag; rises with every answer", examples=[1])
    created_at: datetime
    number: str = Field(examples=["PO-3271-2026W49-C3271041009"])
    week_start: date = Field(examples=["2026-11-30"])
    plan_id: UUID | None = Field(description="Null: made before Pasok")
    cooperative_id: UUID
    cooperative_code: str = Field(examples=["C3271041009"])
    cooperative_name: str = Field(examples=["KKMP Bantarjati"])
    status: OrderStatus = Field(examples=["sent"])
    respond_by_at: datetime | None = Field(
        description="Until when it can be answered; silence is a decline", examples=["2026-11-27T05:00:00Z"]
    )
    origin: OrderOrigin = Field(description="plan, or standby: another cooperative did not take it", examples=["plan"])
    remind_at: datetime | None = Field(
        description="When whoever is silent is reminded", examples=["2026-11-27T03:00:00Z"]
    )
    line_count: int = Field(examples=[148])
    waiting_count: int = Field(description="Lines that wait for an answer", examples=[148])
    ordered_value_idr: int = Field(description="Rupiah", examples=[91_250_000])
    accepted_value_idr: int = Field(description="Rupiah", examples=[0])

    @classmethod
    def showing(cls, summary: OrderSummary, **more: object) -> OrderOut:
        """Return an order as it is shown."""
        return cls.of(
            summary.order,
            cooperative_code=summary.cooperative.code,
            cooperative_name=summary.cooperative.name,
            line_count=summary.line_count,
            waiting_count=summary.waiting_count,
            ordered_value_idr=summary.ordered_value_idr,
            accepted_value_idr=summary.accepted_value_idr,
            **more,
        )


class OrderLineOut(Resource):
    """Goods for one kitchen and cooking day."""

    id: UUID
    position: int = Field(examples=[1])
    kitchen_id: UUID
    kitchen_code: str = Field(examples=["K0001"])
    kitchen_name: str = Field(examples=["SPPG Bantarjati"])
    item_code: str = Field(examples=["RICE-P"])
    item_name: str = Field(description="Indonesian", examples=["Beras premium"])
    unit: Unit = Field(examples=["g"])
    step_qty: int = Field(description="Accept multiples of this", examples=[1000])
    needed_date: date = Field(description="Cooking day; goods arrive the evening before", examples=["2026-11-30"])
    ordered_qty: int = Field(description="Base units of the item", examples=[120_000])
    price_idr: int = Field(description="Rupiah per kg, litre or piece", examples=[14_500])
    value_idr: int = Field(description="Of what is ordered, rupiah", examples=[1_740_000])
    status: OrderLineStatus = Field(examples=["awaiting_answer"])
    accepted_qty: int | None = Field(description="Null until answered", examples=[None])
    expired_at: datetime | None = Field(description="When silence declined it; null if it did not", examples=[None])
    replaces_line_id: UUID | None = Field(
        description="The line of another order whose goods this one brings instead", examples=[None]
    )
    forecast_line_id: UUID | None = Field(description="The demand line it covers")
    offer_id: UUID | None = Field(description="The own offer it comes from")
    stock_id: UUID | None = Field(description="Or the wholesaler's stock it is bought from")
    standby_cooperative_id: UUID | None = Field(description="Who could serve the line too, to be asked first")
    standby_name: str | None = Field(examples=["KKMP Tegal Gundil"])

    @classmethod
    def showing(cls, shown: ShownLine) -> OrderLineOut:
        """Return a line as it is shown."""
        line, item = shown.line, shown.item
        return cls.of(
            line,
            kitchen_code=shown.kitchen.code,
            kitchen_name=shown.kitchen.name,
            item_name=item.name_id,
            unit=item.unit,
            step_qty=item.step_qty,
            value_idr=value_idr(qty=line.ordered_qty, price_idr=line.price_idr, unit=item.unit),
            standby_name=shown.standby.name if shown.standby else None,
        )


class OrderDetailOut(OrderOut):
    """An order with its lines by day, kitchen and item; a kitchen sees its own."""

    lines: list[OrderLineOut]


class AnswerIn(RequestBody):
    """A cooperative's word on one line: all of it, less, or nothing (0)."""

    line_id: UUID
    accepted_qty: int = Field(
        ge=0, le=10**12, description="Base units, a multiple of the item's step, at most what is ordered", examples=[0]
    )
    reason: DeclineReason | None = Field(
        default=None, description="Needed if less than ordered is taken", examples=["no_transport"]
    )
    remark: Text | None = Field(default=None, max_length=LONGEST_REMARK, examples=["Truk rusak sampai Rabu"])


class AnswersIn(RequestBody):
    """Answers to some lines or all; the rest can follow until the respond-by time."""

    answers: list[AnswerIn] = Field(min_length=1, max_length=2000)

    def said(self) -> tuple[LineAnswer, ...]:
        """Return the answers as the workflow takes them."""
        return tuple(
            LineAnswer(answer.line_id, answer.accepted_qty, answer.reason, answer.remark) for answer in self.answers
        )


class AnswerOut(Resource):
    """What was said to a line, by whom and when."""

    line_id: UUID
    position: int = Field(examples=[1])
    kitchen_id: UUID
    item_code: str = Field(examples=["RICE-P"])
    needed_date: date = Field(examples=["2026-11-30"])
    ordered_qty: int = Field(description="Base units", examples=[120_000])
    accepted_qty: int = Field(description="Base units", examples=[80_000])
    status: OrderLineStatus = Field(examples=["accepted_less"])
    reason: DeclineReason | None = Field(examples=["not_enough_goods"])
    remark: str | None = Field(examples=[None])
    answered_at: datetime
    answered_by: str = Field(description="Full name", examples=["Siti Aminah"])
    undo_until: datetime | None = Field(description="Until when it can be taken back", examples=[None])

    @classmethod
    def showing(cls, given: GivenAnswer) -> AnswerOut:
        """Return an answer as it is shown."""
        answer = given.answer
        return cls.of(
            given.line,
            answer,
            line_id=given.line.id,
            answered_at=answer.created_at,
            answered_by=given.answered_by,
        )


class AnswersOut(Resource):
    """All answers to an order so far, in the order of its lines."""

    items: list[AnswerOut]


class SubstituteOut(Resource):
    """What may stand in for goods that are short, and how much of it covers them."""

    item_code: str = Field(examples=["RICE-M"])
    item_name: str = Field(description="Indonesian", examples=["Beras medium"])
    unit: Unit = Field(examples=["g"])
    qty: int = Field(description="Base units, whole steps", examples=[200_000])


class LineCoverageOut(Resource):
    """An item on a cooking day: quantities in its base unit, told in the item that was asked for."""

    item_code: str = Field(examples=["RICE-P"])
    item_name: str = Field(description="Indonesian", examples=["Beras premium"])
    unit: Unit = Field(examples=["g"])
    needed_date: date = Field(examples=["2026-11-30"])
    demanded_qty: int = Field(description="Of the submitted forecast", examples=[1_020_000])
    ordered_qty: int = Field(examples=[1_020_000])
    accepted_qty: int = Field(examples=[820_000])
    awaiting_qty: int = Field(description="Ordered and not answered yet", examples=[0])
    lost_qty: int = Field(
        description="Accepted, but left behind, missing or rejected on arrival, or found bad before the cooking day",
        examples=[0],
    )
    sought_qty: int = Field(
        description="What of it others are asked for: known two days before the cooking day or earlier, whole steps",
        examples=[0],
    )
    short_qty: int = Field(description="Demanded, and not brought, accepted or awaiting an answer", examples=[200_000])
    substitutes: list[SubstituteOut] = Field(description="Of what is short, where the kitchen takes any")


class DayCoverageOut(Resource):
    """The totals of a cooking day, by weight."""

    needed_date: date = Field(examples=["2026-11-30"])
    lines: int = Field(examples=[14])
    short_lines: int = Field(examples=[1])
    demanded_g: int = Field(examples=[2_140_000])
    accepted_g: int = Field(examples=[1_940_000])
    awaiting_g: int = Field(examples=[0])
    short_g: int = Field(examples=[200_000])


class WeekShortageOut(Resource):
    """What is missing to a demand line and why: found when the plan was made, or given back by a cooperative."""

    id: UUID
    forecast_line_id: UUID
    order_line_id: UUID | None = Field(description="The order line that was given back")
    cause: ShortageCause = Field(examples=["declined"])
    item_code: str = Field(examples=["RICE-P"])
    needed_date: date = Field(examples=["2026-11-30"])
    short_qty: int = Field(description="Base units", examples=[200_000])
    reason_codes: list[str] = Field(description="Stable codes, the weightiest first", examples=[["no_transport"]])

    @classmethod
    def showing(cls, shortage: Shortage) -> WeekShortageOut:
        """Return a shortage as the kitchen sees it."""
        return cls.of(shortage, reason_codes=[reason["code"] for reason in shortage.reasons])


class CoverageOut(Resource):
    """How far a kitchen's week is covered, by line and by day, and what is short for which reason."""

    kitchen_id: UUID
    week_start: date = Field(examples=["2026-11-30"])
    lines: list[LineCoverageOut]
    days: list[DayCoverageOut]
    shortages: list[WeekShortageOut]

    @classmethod
    def showing(
        cls,
        kitchen_id: UUID,
        week_start: date,
        lines: list[LineCoverage],
        days: list[DayCoverage],
        shortages: list[Shortage],
    ) -> CoverageOut:
        """Return the coverage as it is shown."""
        return cls(
            kitchen_id=kitchen_id,
            week_start=week_start,
            lines=[LineCoverageOut.model_validate(line) for line in lines],
            days=[DayCoverageOut.model_validate(day) for day in days],
            shortages=[WeekShortageOut.showing(shortage) for shortage in shortages],
        )
