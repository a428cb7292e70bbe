"""Who was reminded to post for a week."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from service.api.schemas.shapes import RequestBody, Resource
from service.workflows.remind_week import RemindedWeek


class WeekReminderIn(RequestBody):
    """The week that is not posted for yet."""

    week_start: date = Field(description="Its Monday", examples=["2026-12-07"])


class WeekReminderOut(Resource):
    """How many were told now; whoever was told today before is not told again."""

    week_start: date = Field(examples=["2026-12-07"])
    kitchens: int = Field(description="Without a submitted forecast", examples=[12])
    cooperatives: int = Field(description="Without an open offer", examples=[3])

    @classmethod
    def showing(cls, done: RemindedWeek) -> WeekReminderOut:
        """Return how many were told."""
        return cls(week_start=done.week_start, kitchens=done.kitchens, cooperatives=done.cooperatives)
