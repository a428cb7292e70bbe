"""A week lived at random by everybody at once, from a stage to which some deeds have led."""

import uuid
from collections.abc import Iterable
from itertools import count
from typing import Any
from unittest import mock

from tests.workflows.timers import undecided
from tests.workflows.town import Town, a_town

STEPS = 120
TO_NOTES = (("answer", 10), ("wait", 3), ("expire", 4), ("prepare", 4), ("sell", 8), ("prepare", 4))
TO_RECEIPTS = (*TO_NOTES, ("dispatch", 8), ("receive", 10), ("sign", 14))
LEADS = {
    "orders": (("propose", 5), ("decide", 4)),
    "receipts": TO_RECEIPTS,
    "money": (*TO_RECEIPTS, ("pay", 10), ("reject_late", 8), ("refund", 6), ("reverse", 2)),
    "repair": (("answer", 5), ("undo", 4), *3 * (("wait", 1), ("ask_for_repair", 3), ("repair", 2), ("publish", 2))),
    "recall": (*TO_RECEIPTS, ("call_back", 4), ("account", 8), ("end_recall", 8), ("clear", 4)),
}
"""What is done to bring a week to each stage, if it is not refused, and how often."""


def the_same_ids() -> Any:
    """Give the things of a week ids in turn: the same course of things must find the same things, in the same order."""
    return mock.patch("uuid.uuid4", side_effect=(uuid.UUID(int=n << 96) for n in count(1)))


async def begun(work, clock, seed, lead: Iterable[tuple[str, int]]) -> Town:
    """Return the town of a week that has come on by some deeds."""
    town = await a_town(work, clock, seed)
    for deed in (deed for deed, turns in lead for _ in range(turns)):
        await town.act(deed)
    return town


async def live_a_week(work, clock, seed, steps=STEPS) -> Town:
    """Live a week from one of the stages in turn and examine the books after every step; return what came of it."""
    town = await begun(work, clock, seed, list(LEADS.values())[seed % len(LEADS)])
    for _ in range(steps):
        await town.act()
        await town.require_right()
    assert await undecided(town.work.session) == []
    assert town.outcomes["done"] > steps // 12
    assert len(town.outcomes) > 2, "a week without refusals and crashes proves little"
    return town
