"""The city's published policy: every choice that is not law, priced or dated, in numbered versions.

A plan names the version it was made with. Values come from the facts of the region, never from code.
"""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import ConfigDict
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from service.domain.errors import InvalidField
from service.domain.items import BudgetLine, Item, NeedClass
from service.domain.tables import Entity
from service.domain.units import BP, round_rupiah


class FallenLines(StrEnum):
    """What becomes of goods that a cooperative does not take: moved at once, or left to the city's operator."""

    AUTOMATIC = "automatic"
    ASK_OPERATOR = "ask_operator"


class ShortageStepValues(SQLModel):
    """Shortage above ``above_bp`` of a line counts ``factor_bp`` of the item's shortage price."""

    model_config = ConfigDict(extra="forbid")  # type: ignore[assignment]

    above_bp: int = Field(ge=0, lt=10_000)
    factor_bp: int = Field(ge=0, le=1_000_000)


class PolicyValues(SQLModel):
    """The values of one version; money in rupiah, shares in basis points, times in the region's local time."""

    model_config = ConfigDict(extra="forbid")  # type: ignore[assignment]

    cut_off_weekday: int = Field(ge=0, le=6)
    cut_off_minute: int = Field(ge=0, lt=24 * 60)
    respond_within_minutes: int = Field(gt=0, le=7 * 24 * 60)
    remind_before_minutes: int = Field(default=120, gt=0, le=24 * 60)
    """Who has not answered is reminded this long before the time to answer ends, or at half of it if it is short."""
    undo_minutes: int = Field(default=0, ge=0, le=60)
    """For so long an answer to an order can be taken back; what is built on it waits until then. 0: not at all."""
    fallen_lines: FallenLines = FallenLines.AUTOMATIC
    """Whether declined goods go to the standby or into a repair by themselves."""
    ingredient_idr_per_small_portion: int = Field(ge=0)
    ingredient_idr_per_large_portion: int = Field(ge=0)
    operations_idr_per_portion: int = Field(ge=0)
    drop_idr: int = Field(ge=0)
    drop_idr_per_km: int = Field(ge=0)
    carry_idr_per_kg_km: int = Field(ge=0)
    freight_idr_per_kg_km: int = Field(ge=0)
    tier_kelurahan_idr_per_kg: int = Field(ge=0)
    tier_kecamatan_idr_per_kg: int = Field(ge=0)
    tier_city_idr_per_kg: int = Field(ge=0)
    wholesale_idr_per_kg: int = Field(ge=0)
    fairness_bp: int = Field(ge=0, le=10_000)
    fair_need_share_bp: int = Field(ge=0, le=10_000)
    """Share of the city's need that is meant to reach cooperatives' own sales when fair values are set."""
    trial_share_bp: int = Field(default=1_000, ge=0, le=10_000)
    """A new cooperative is due at least this share of the mean fair value, so that it can show what it can do."""
    share_bp: int = Field(ge=0, le=10_000)
    supplier_gap_idr: int = Field(ge=0)
    supplier_min_value_idr: int = Field(ge=0)
    change_idr_per_kg: int = Field(ge=0)
    shortage_steps: list[ShortageStepValues] = Field(min_length=1)
    shortage_factor_bp: dict[str, int]
    """For each need class: the shortage price as a share of the item's reference price (80,000 is eight times)."""
    invoice_due_days: int = Field(default=14, ge=1, le=90)
    """A kitchen's money is late when its invoice is older than this; what is issued keeps its day."""
    late_reject_days: int = Field(default=3, ge=1, le=30)
    """For so long after signing goods can still be rejected, and photos of them be added."""
    late_reject_keeping_days: int = Field(default=14, ge=1, le=60)
    """The same for goods that keep, which a kitchen opens later."""
    cash_bp: int = Field(ge=0, le=10_000)
    """Share of an own offer's value that a cooperative pays before it is paid, unless the offer says otherwise."""


class Policy(Entity, table=True):
    """A numbered, unchangeable version of a region's policy; the highest number is in force."""

    __table_args__ = (
        sa.UniqueConstraint("region_code", "number"),
        sa.CheckConstraint("number > 0", name="number_positive"),
    )
    region_code: str = Field(foreign_key="region.code")
    number: int
    note: str = Field(max_length=400)
    values: dict[str, Any] = Field(sa_type=JSONB)
    published_by: UUID | None = Field(default=None, foreign_key="app_user.id")


def values_of(policy: Policy) -> PolicyValues:
    """Return the typed values of a version."""
    return PolicyValues.model_validate(policy.values)


def shortage_price_idr(values: PolicyValues, item: Item) -> int:
    """Return what the city pays for each kg, litre or piece that is missing: reference price x factor of the need.

    The reference price is the middle of the item's usual price range, in rupiah.
    """
    factor_bp = values.shortage_factor_bp[item.need_class.value]
    return round_rupiah(Fraction((item.price_low_idr + item.price_high_idr) * factor_bp, 2 * BP))


def day_budget_idr(values: PolicyValues, *, portions_small: int, portions_large: int) -> dict[BudgetLine, int]:
    """Return what a kitchen may spend per cooking day on each budget line, rupiah."""
    ingredient = (
        portions_small * values.ingredient_idr_per_small_portion
        + portions_large * values.ingredient_idr_per_large_portion
    )
    operations = (portions_small + portions_large) * values.operations_idr_per_portion
    return {BudgetLine.INGREDIENT: ingredient, BudgetLine.OPERATIONS: operations}


def require_sound_values(values: PolicyValues) -> None:
    """Refuse values that leave a question open.

    Raises
    ------
    InvalidField
        If not every need class has its shortage price, one is not known, the shortage steps do not rise from 0, or
        goods that keep can be rejected for a shorter time than others.
    """
    known = {need_class.value for need_class in NeedClass}
    given = set(values.shortage_factor_bp)
    if given != known:
        wrong = ", ".join(sorted(given ^ known))
        raise InvalidField.at("values.shortage_factor_bp", f"Name each of {', '.join(sorted(known))}: see {wrong}.")
    starts = [step.above_bp for step in values.shortage_steps]
    factors = [step.factor_bp for step in values.shortage_steps]
    if starts[0] != 0 or starts != sorted(set(starts)) or factors != sorted(factors):
        raise InvalidField.at("values.shortage_steps", "The first step is above 0; steps and their factors rise.")
    if values.late_reject_keeping_days < values.late_reject_days:
        least = f"At least {values.late_reject_days}, as for goods that do not keep."
        raise InvalidField.at("values.late_reject_keeping_days", least)
