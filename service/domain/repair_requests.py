"""A week that waits for a repair: what fell away is collected for a minute, so that one run serves several declines."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlmodel import Field

from service.domain.tables import UTC_INSTANT, Row

COLLECTED_FOR = timedelta(minutes=1)
"""How long after the first decline the repair begins; declines during the wait join it."""

MOST_TRIES = 3
"""A week's repair that cannot be published, or fails, is made again so often; then the city's operator has to look."""


def wait_after(failed: int) -> timedelta:
    """Return how long after so many repairs in a row have failed the next begins: what failed may mend meanwhile."""
    return COLLECTED_FOR * int(5 ** (failed - 1))


class RepairRequest(Row, table=True):
    """A repair that is to start at ``due_at``; gone once its run is queued."""

    region_code: str = Field(primary_key=True, foreign_key="region.code")
    week_start: date = Field(primary_key=True)
    due_at: datetime = Field(sa_type=UTC_INSTANT, index=True)
