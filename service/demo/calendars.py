"""When the demo happens: fixed days, so that two runs print the same plan whatever the machine's clock says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

WEEK_START: Final = date(2026, 11, 30)
"""Monday of the week that is matched."""

COOKING_DAYS: Final = 5
"""Monday to Friday; no national holiday falls into the demo's weeks."""

PAST_WEEK_STARTS: Final = tuple(WEEK_START - timedelta(weeks=back) for back in (4, 3, 2, 1))

DEMO_NOW: Final = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
"""Thursday 10:00 in Bogor, two hours before the cut-off: everything of the week has been posted by now."""

TODAY: Final = DEMO_NOW.date()


def cooking_days(week_start: date) -> tuple[date, ...]:
    """Return the days of a week on which kitchens cook."""
    return tuple(week_start + timedelta(days=offset) for offset in range(COOKING_DAYS))
