"""Forecasts: what a kitchen types in, and what comes of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from service.api.schemas.shapes import Day, PriceRupiah, RequestBody, Resource, Text
from service.domain.budgets import BudgetUse
from service.domain.demands import Demand, DemandLine
from service.domain.forecast_entries import ForecastEntry, LineEntry, ServingEntry
from service.domain.forecasts import (
    MOST_WEEKS_BACK,
    Forecast,
    ForecastLine,
    ForecastServing,
    ForecastSource,
    ForecastStatus,
)
from service.domain.items import BudgetLine
from service.domain.price_caps import CapKind, PriceLimit

Portions = Annotated[int, Field(ge=0, le=100_000, description="Portions of the recipe")]
Quantity = Annotated[
    int, Field(gt=0, le=10**12, description="Base units of the item (g, ml, pc), a multiple of its step")
]
Monday = Annotated[Day, Field(description="The Monday of the week", examples=["2026-11-30"])]
Reason = Annotated[Text, Field(max_length=400)]


class ServingIn(RequestBody):
    """Portions of a recipe on a cooking day."""

    recipe_code: Text = Field(max_length=40, examples=["RICE-STEAMED"])
    serving_date: Day = Field(description="A cooking day of the week", examples=["2026-11-30"])
    portions_small: Portions = Field(examples=[1200])
    portions_large: Portions = Field(examples=[1800])


class ForecastLineIn(RequestBody):
    """An item for a cooking day; it arrives the evening before."""

    item_code: Text = Field(max_length=16, examples=["DETERG"])
    needed_date: Day = Field(description="A cooking day of the week", examples=["2026-11-30"])
    demanded_qty: Quantity = Field(examples=[20_000])
    own_max_price_idr: PriceRupiah | None = Field(
        default=None,
        description="The most you want to pay per kg, litre or piece; at most the lawful limit, which holds without it",
        examples=[16_000],
    )
    can_substitute: bool = Field(default=True, description="Whether an accepted substitute may come instead")


class LinesIn(RequestBody):
    """Plain lines; at most one per item and day."""

    lines: list[ForecastLineIn] = Field(min_length=1, max_length=1000)

    def entry(self) -> ForecastEntry:
        """Return what was typed in."""
        return ForecastEntry(lines=tuple(LineEntry(**line.model_dump()) for line in self.lines))


class EntryIn(RequestBody):
    """A menu, plain lines, or both: amounts of the same item and day are added, then rounded up to the step once."""

    servings: list[ServingIn] = Field(default_factory=list, max_length=500, description="The menu")
    lines: list[ForecastLineIn] = Field(default_factory=list, max_length=1000, description="Supplies and other goods")

    def entry(self) -> ForecastEntry:
        """Return what was typed in."""
        return ForecastEntry(
            servings=tuple(ServingEntry(**serving.model_dump()) for serving in self.servings),
            lines=tuple(LineEntry(**line.model_dump()) for line in self.lines),
        )


class ForecastIn(EntryIn):
    """A kitchen's forecast for a week."""

    week_start: Monday


class CopyIn(RequestBody):
    """The week to copy to, and how many weeks before it the copied week is."""

    week_start: Monday
    weeks_back: int = Field(default=1, ge=1, le=MOST_WEEKS_BACK, examples=[1])


class CorrectionIn(EntryIn):
    """All that is right instead, and why."""

    reason: Reason = Field(examples=["A school closes on Tuesday for an examination."])


class WithdrawalIn(RequestBody):
    """Why; needed only for a submitted forecast after the cut-off."""

    reason: Reason | None = Field(default=None, examples=["The kitchen is closed for repairs."])


class DayCostOut(Resource):
    """What is eaten on a cooking day, at expected prices."""

    day: date = Field(examples=["2026-12-03"])
    planned_idr: int = Field(examples=[33_870_155])
    is_over: bool = Field(description="Dearer than a day's budget: allowed, the budget counts over the week")


class BudgetOut(Resource):
    """Use of one budget line over the week."""

    budget_line: BudgetLine
    planned_idr: int = Field(description="At expected prices", examples=[129_812_750])
    most_idr: int = Field(description="At the price limits: what it can cost at most", examples=[146_616_500])
    budget_idr: int = Field(description="Day's budget x cooking days", examples=[138_000_000])
    used_bp: int = Field(description="Planned share of the budget in basis points (9,400 is 94 %)", examples=[9406])
    is_exceeded: bool = Field(description="Such a forecast is not accepted", examples=[False])
    day_budget_idr: int = Field(examples=[27_600_000])
    days: list[DayCostOut]

    @classmethod
    def showing(cls, use: BudgetUse) -> BudgetOut:
        """Return a budget's use as it is shown."""
        return cls(
            budget_line=use.budget_line,
            planned_idr=use.planned_idr,
            most_idr=use.most_idr,
            budget_idr=use.budget_idr,
            used_bp=use.used_bp,
            is_exceeded=use.is_exceeded,
            day_budget_idr=use.day_budget_idr,
            days=[
                DayCostOut(day=day, planned_idr=cost, is_over=day in use.over_days) for day, cost in use.day_costs_idr
            ],
        )


class PriceLimitOut(Resource):
    """The cap behind a price limit."""

    kind: CapKind
    limit_idr: int = Field(description="Rupiah per kg, litre or piece, exceptions counted", examples=[14_900])
    source: str = Field(examples=["Keputusan Kepala Bapanas 299/2025"])
    valid_from: date = Field(examples=["2025-08-22"])

    @classmethod
    def showing(cls, limit: PriceLimit) -> PriceLimitOut:
        """Return a limit as it is shown."""
        return cls(kind=limit.kind, limit_idr=limit.limit_idr, source=limit.source, valid_from=limit.valid_from)


class ForecastLineOut(Resource):
    """A line of a forecast: menu and plain lines added up."""

    item_code: str = Field(examples=["RICE-P"])
    needed_date: date = Field(examples=["2026-11-30"])
    demanded_qty: int = Field(description="Base units", examples=[1_020_000])
    menu_qty: int = Field(description="The part that comes from the menu, base units", examples=[1_020_000])
    max_price_idr: int = Field(description="Price limit, rupiah per kg, litre or piece", examples=[14_900])
    own_max_price_idr: int | None = Field(description="The kitchen's own limit, if it set one", examples=[None])
    budget_line: BudgetLine
    can_substitute: bool


class StoredLineOut(ForecastLineOut):
    """A line with the id that plans and orders name it by."""

    id: UUID


class PreviewLineOut(ForecastLineOut):
    """A line as it would be, with the cap behind its price limit and the price that planning counts with."""

    expected_price_idr: int = Field(description="Rupiah per kg, litre or piece", examples=[14_450])
    price_cap: PriceLimitOut | None = Field(description="Null where no cap is known: the catalogue's upper price holds")

    @classmethod
    def showing(cls, line: DemandLine) -> PreviewLineOut:
        """Return a line as it is shown."""
        return cls(
            item_code=line.item.code,
            needed_date=line.needed_date,
            demanded_qty=line.demanded_qty,
            menu_qty=line.menu_qty,
            max_price_idr=line.max_price_idr,
            own_max_price_idr=line.own_max_price_idr,
            budget_line=line.item.budget_line,
            can_substitute=line.can_substitute,
            expected_price_idr=line.expected_idr,
            price_cap=PriceLimitOut.showing(line.cap) if line.cap else None,
        )


class PreviewOut(Resource):
    """What a forecast would be and cost; nothing is kept."""

    week_start: Monday
    lines: list[PreviewLineOut]
    budget: list[BudgetOut]

    @classmethod
    def showing(cls, week_start: date, demand: Demand) -> PreviewOut:
        """Return a demand as it is shown."""
        return cls(
            week_start=week_start,
            lines=[PreviewLineOut.showing(line) for line in demand.lines],
            budget=[BudgetOut.showing(use) for use in demand.budget],
        )


class ServingOut(Resource):
    """Portions of a recipe on a cooking day."""

    recipe_code: str = Field(examples=["RICE-STEAMED"])
    serving_date: date = Field(examples=["2026-11-30"])
    portions_small: int = Field(examples=[1200])
    portions_large: int = Field(examples=[1800])


class ForecastOut(Resource):
    """A revision of a kitchen's forecast; at most one of a week is submitted, at most one a draft."""

    id: UUID
    version: int = Field(description="Also the ETag", examples=[1])
    kitchen_id: UUID
    week_start: Monday
    revision: int = Field(examples=[1])
    status: ForecastStatus
    source: ForecastSource
    is_correction: bool = Field(description="Sent after the cut-off, with a reason", examples=[False])
    correction_reason: str | None = Field(examples=[None])
    created_at: datetime
    submitted_at: datetime | None
    budget: list[BudgetOut]

    @classmethod
    def showing(cls, forecast: Forecast) -> ForecastOut:
        """Return a revision as lists show it."""
        return cls(**_told(forecast))


class ForecastDetailOut(ForecastOut):
    """A revision with its menu and lines."""

    servings: list[ServingOut]
    lines: list[StoredLineOut]


class CopyOut(ForecastDetailOut):
    """The new draft, where it comes from, and the days left out because the kitchen is closed."""

    copied_from_id: UUID
    skipped_dates: list[date] = Field(examples=[["2026-12-04"]])


def content_out(
    forecast: Forecast, servings: list[ForecastServing], lines: list[ForecastLine], recipe_codes: dict[UUID, str]
) -> ForecastDetailOut:
    """Return a revision as it is shown alone."""
    return ForecastDetailOut(
        **_told(forecast),
        servings=[
            ServingOut(
                recipe_code=recipe_codes[serving.recipe_id],
                serving_date=serving.serving_date,
                portions_small=serving.portions_small,
                portions_large=serving.portions_large,
            )
            for serving in servings
        ],
        lines=[StoredLineOut.model_validate(line) for line in lines],
    )


def _told(forecast: Forecast) -> dict[str, object]:
    names = [name for name in ForecastOut.model_fields if name != "budget"]
    budget = [BudgetOut.showing(BudgetUse.from_json(kept)) for kept in forecast.budget]
    return {**{name: getattr(forecast, name) for name in names}, "budget": budget}
