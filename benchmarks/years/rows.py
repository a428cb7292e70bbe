"""Of which size a city of the benchmarks is, and how a row's number ``n`` becomes its id, week and members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

REGION = "99.71"
"""Of a city that is none of the facts': so a real one can be lived beside it."""
KITCHENS, COOPERATIVES, WHOLESALERS, ITEMS = 144, 68, 24, 49
LINES_PER_ORDER = 424
DROPS, PURCHASES, OFFERS, STOCKS, PROPOSALS, CREDITS = 3600, 400, 680, 288, 40, 100
"""Of a week."""
OWN_ITEMS = OFFERS // COOPERATIVES
"""What a cooperative offers itself; the rest of an order are wholesalers' goods."""
EVENTS, AUDITS, NOTICES = 10_000, 15_000, 5_000
FIRST_MONDAY = "DATE '2024-12-02'"
LINES_PER_WEEK = COOPERATIVES * LINES_PER_ORDER


@dataclass(frozen=True)
class Rows:
    """How many rows a week leaves in a table, and what their columns hold; others hold the least of their type."""

    per_week: int
    columns: Mapping[str, str]
    last_weeks: int | None = None
    """Of lines that are read of one week only, so many weeks are enough; all weeks if not said."""


def monday(week: str) -> str:
    """Return the Monday of a week, counted from the first."""
    return f"({FIRST_MONDAY} + 7 * ({week})::int)"


def key(table: str, number: str) -> str:
    """Return the id of a row by its number."""
    return f"md5('{table}' || ({number}))::uuid"


def weekly(per_week: int) -> dict[str, str]:
    """Return the columns that tell the week of every n-th row."""
    week = f"n / {per_week}"
    return {
        "region_code": f"'{REGION}'",
        "week_start": monday(week),
        "created_at": f"{monday(week)} + interval '1 second' * (n % {per_week})",
        "cooperative_id": key("cooperative", f"n % {COOPERATIVES}"),
        "kitchen_id": key("kitchen", f"n % {KITCHENS}"),
        "item_code": f"'I' || n % {ITEMS}",
        "number": "'X-' || n",
        "sequence": "n",
    }
