"""The city's policy in numbered versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from pydantic import Field

from service.api.schemas.shapes import RequestBody, Resource, Text
from service.domain.policies import PolicyValues

EXAMPLE_VALUES: Final[dict[str, Any]] = {
    "cut_off_weekday": 3,
    "cut_off_minute": 720,
    "respond_within_minutes": 720,
    "undo_minutes": 5,
    "ingredient_idr_per_small_portion": 8_000,
    "ingredient_idr_per_large_portion": 10_000,
    "operations_idr_per_portion": 3_000,
    "drop_idr": 25_000,
    "drop_idr_per_km": 3_000,
    "carry_idr_per_kg_km": 20,
    "freight_idr_per_kg_km": 10,
    "tier_kelurahan_idr_per_kg": 0,
    "tier_kecamatan_idr_per_kg": 50,
    "tier_city_idr_per_kg": 150,
    "wholesale_idr_per_kg": 300,
    "fairness_bp": 1_000,
    "fair_need_share_bp": 3_000,
    "trial_share_bp": 1_000,
    "share_bp": 500,
    "supplier_gap_idr": 50_000,
    "supplier_min_value_idr": 100_000,
    "change_idr_per_kg": 200,
    "shortage_steps": [{"above_bp": 0, "factor_bp": 10_000}, {"above_bp": 5_000, "factor_bp": 15_000}],
    "shortage_factor_bp": {
        "staple": 80_000,
        "animal": 60_000,
        "plant": 50_000,
        "spice": 40_000,
        "vegetable": 40_000,
        "fruit": 30_000,
        "supply": 30_000,
    },
    "invoice_due_days": 14,
    "late_reject_days": 3,
    "late_reject_keeping_days": 14,
    "cash_bp": 5_000,
}


class PolicyIn(RequestBody):
    """A new version: all values, and what it is about."""

    note: Text = Field(max_length=400, examples=["Answer within 12 hours instead of 24"])
    values: PolicyValues = Field(examples=[EXAMPLE_VALUES])


class PolicyOut(Resource):
    """A version; the highest number is in force."""

    id: UUID
    number: int = Field(examples=[2])
    note: str = Field(examples=["Answer within 12 hours instead of 24"])
    values: PolicyValues = Field(examples=[EXAMPLE_VALUES])
    published_by: UUID | None
    created_at: datetime
