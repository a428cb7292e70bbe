"""What a kitchen reads of its supply: who brings what anew, what is short and why, what could stand in, what stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.database.queries.catalogue import find_items
from service.database.queries.plans import organisations_of
from service.domain.eligibility import Ineligibility
from service.domain.events import Event
from service.domain.items import Item
from service.matching.why.reasons import ReasonCode
from service.notifications.texts import amount, day, listing
from service.words.spoken import word_of

LISTED_AT_MOST: Final = 8
"""Lines of each kind in a message: a phone shows a dozen."""
SUBSTITUTES_AT_MOST: Final = 3
REST_FATES: Final = {"carried": "menyusul dengan pengantaran lain", "closed": "tidak jadi dikirim"}
NO_REASON: Final = "belum ada pemasok yang bisa mengirim"
"""Also where all who could bring the goods have declined them."""
TOO_LATE: Final = "sudah terlambat untuk mencari pemasok lain"


async def supply_words(session: AsyncSession, event: Event) -> dict[str, str]:
    """Return the words of a message about a kitchen's supply."""
    covered, short = event.facts.get("covered", []), event.facts.get("short", [])
    codes = {row["item_code"] for row in [*covered, *short]} | {code for row in short for code in row["substitutes"]}
    items = await find_items(session, codes)
    givers = await organisations_of(session, {UUID(row["cooperative_id"]) for row in covered})
    names = {str(key): organisation.name for key, organisation in givers.items()}
    return {
        "week": day(date.fromisoformat(event.facts["week_start"])),
        "covered": _below(
            "Sudah diminta dari pemasok lain:",
            [f"- {_goods(row, row['qty'], items)}: {names[row['cooperative_id']]}" for row in covered],
        ),
        "short": _below("Masih kurang:", [_short(row, items) for row in short]),
    }


async def left_behind_words(session: AsyncSession, event: Event) -> dict[str, str]:
    """Return the words of a message about goods on their way: what did not leave with them."""
    rows = event.facts.get("left_behind", [])
    items = await find_items(session, {row["item_code"] for row in rows})
    lines = [f"- {_goods(row, row['qty'], items)}: {REST_FATES[row['rest']]} ({row['reason']})." for row in rows]
    return {"number": str(event.facts.get("number", "")), "left_behind": _below("Tidak ikut dikirim:", lines)}


def first_day(event: Event) -> date:
    """Return the first cooking day that a message about a kitchen's supply speaks of."""
    rows = [*event.facts["covered"], *event.facts["short"]]
    return min(date.fromisoformat(row["needed_date"]) for row in rows)


def _below(title: str, lines: list[str]) -> str:
    return f"\n{title}\n{listing(lines, LISTED_AT_MOST)}" if lines else ""


def _goods(row: Mapping[str, Any], qty: int, items: Mapping[str, Item]) -> str:
    item = items[row["item_code"]]
    return f"{item.name_id} {amount(qty, item.unit)}, {day(date.fromisoformat(row['needed_date']))}"


def _short(row: Mapping[str, Any], items: Mapping[str, Item]) -> str:
    said = f"- {_goods(row, row['short_qty'], items)}: {_reason(row['reason'])}."
    swaps: Sequence[str] = row["substitutes"][:SUBSTITUTES_AT_MOST]
    return f"{said} Bisa diganti: {', '.join(items[code].name_id for code in swaps)}." if swaps else said


def _reason(code: str | None) -> str:
    """Return the words of what keeps goods from the kitchen, within a sentence."""
    if code == Ineligibility.DAY_BEGUN:
        return TOO_LATE
    if code is None or code not in set(ReasonCode) or code == ReasonCode.NO_ELIGIBLE_SUPPLY:
        return NO_REASON
    words = word_of(ReasonCode(code))
    return words[0].lower() + words[1:]
