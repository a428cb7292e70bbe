"""How reliable cooperatives are: every figure of the formula, week by week, and the fair share beside what they got."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from service.api.schemas.shapes import Resource
from service.database.queries.reliability import KnownCooperative
from service.domain.reliability import FIGURES, PRIOR_LINES, Record, total_of

FORMULA = (
    "own = (accepted - withdrawn) / ordered x on_time / due x (taken - late_rejected) / weighed; "
    f"reliability = (lines x own + {PRIOR_LINES} x city) / (lines + {PRIOR_LINES})"
)


class RecordOut(Resource):
    """What was asked and what became of it, rupiah at order prices."""

    lines: int = Field(description="Lines that were answered or expired", examples=[40])
    ordered_idr: int = Field(examples=[98_000_000])
    accepted_idr: int = Field(description="As answered", examples=[93_000_000])
    expired_idr: int = Field(description="Of what was ordered: fell by silence", examples=[2_000_000])
    withdrawn_idr: int = Field(description="Of what was accepted: taken back by itself", examples=[1_000_000])
    received_idr: int = Field(description="What its orders hold today", examples=[92_000_000])
    due_idr: int = Field(description="On delivery notes whose cooking day has come", examples=[92_000_000])
    shipped_idr: int = Field(examples=[91_500_000])
    on_time_idr: int = Field(description="Left by 20:00 of the evening before cooking", examples=[88_000_000])
    weighed_idr: int = Field(description="Of notes that kitchens weighed", examples=[91_500_000])
    taken_idr: int = Field(description="Taken by kitchens", examples=[90_600_000])
    late_rejected_idr: int = Field(description="Of what was taken: rejected after signing", examples=[300_000])
    rejected_idr: int = Field(description="Refused by kitchens, at once or late, or missing", examples=[1_200_000])
    fair_idr: int = Field(description="Fair share of what all cooperatives received", examples=[94_000_000])

    @classmethod
    def showing(cls, record: Record, fair_idr: int) -> RecordOut:
        """Return a record beside the fair share."""
        return cls.model_validate({**_figures(record), "fair_idr": fair_idr})


class WeekRecordOut(RecordOut):
    """One week of the ledger."""

    week_start: date = Field(examples=["2026-11-23"])


class ReliabilityOut(Resource):
    """A cooperative's reliability before a week: the formula, its parts, and the weeks behind it."""

    cooperative_id: UUID
    cooperative_code: str = Field(examples=["C3271041009"])
    cooperative_name: str = Field(examples=["KKMP Bantarjati"])
    week_start: date = Field(description="The week that the reliability is for", examples=["2026-11-30"])
    is_new: bool = Field(description="Asked in too few weeks to be known: due its trial share at least")
    kept_bp: int = Field(description="Accepted and not withdrawn, of ordered", examples=[9_387])
    on_time_bp: int = Field(description="Left in time, of due", examples=[9_565])
    taken_bp: int = Field(description="Taken and not rejected late, of weighed", examples=[9_869])
    own_bp: int = Field(description="The three multiplied", examples=[8_861])
    city_bp: int = Field(description="The same of all cooperatives together", examples=[9_120])
    reliability_bp: int = Field(description="What counts in the next run", examples=[8_891])
    formula: str = Field(examples=[FORMULA])
    total: RecordOut
    owed_idr: int = Field(description="Fair share less what it received", examples=[2_000_000])
    weeks: list[WeekRecordOut] = Field(description="The remembered weeks, the oldest first")

    @classmethod
    def showing(cls, known: KnownCooperative) -> ReliabilityOut:
        """Return what is known of a cooperative."""
        found, total = known.reliability, total_of(known.weeks.values())
        fair_idr = sum(known.fair_idr.values())
        return cls(
            cooperative_id=known.cooperative.id,
            cooperative_code=known.cooperative.code,
            cooperative_name=known.cooperative.name,
            week_start=known.week_start,
            is_new=known.is_new,
            kept_bp=found.kept_bp,
            on_time_bp=found.on_time_bp,
            taken_bp=found.taken_bp,
            own_bp=found.own_bp,
            city_bp=found.city_bp,
            reliability_bp=found.reliability_bp,
            formula=FORMULA,
            total=RecordOut.showing(total, fair_idr),
            owed_idr=fair_idr - total.received_idr,
            weeks=[
                WeekRecordOut.model_validate({**_figures(record), "fair_idr": known.fair_idr[week], "week_start": week})
                for week, record in known.weeks.items()
            ],
        )


def _figures(record: Record) -> dict[str, int]:
    return {**{name: getattr(record, name) for name in FIGURES}, "rejected_idr": record.rejected_idr}
