"""What a kitchen can still change once its week's orders are out, and what that takes off them.

A cooking day can be changed until noon two days before: then a repair and its answers still fit before the goods leave.
Goods of days for which it is too late are in the kitchen or on their way: needing less of them changes nothing, needing
more is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from service.domain.calendars import local_day
from service.domain.errors import FieldFault, InvalidField
from service.domain.forecasts import ForecastLine
from service.domain.orders import HOLDING_STATUSES, OrderLine, OrderLineStatus, live_qty
from service.domain.units import BP

CHANGED_BEFORE_COOKING_DAY = timedelta(hours=36)
"""How long before a cooking day begins its orders can still be changed."""

LEAST_KEPT_BP = 5_000
"""What a kitchen keeps at least of goods as they were accepted first, unless it calls off the whole day."""

GoodsKey = tuple[str, date]
"""Item and cooking day."""


@dataclass(frozen=True, slots=True)
class GoodsChange:
    """How a kitchen's need of an item for a day changes, in base units."""

    item_code: str
    needed_date: date
    before_qty: int
    after_qty: int

    @property
    def key(self) -> GoodsKey:
        """Item and day."""
        return self.item_code, self.needed_date


@dataclass(frozen=True, slots=True)
class HeldLine:
    """An order line that brings goods for a need: what of it can still be taken off (base units), and what it covers.

    ``covers_bp``: how much of the needed item a unit covers; 10,000 unless it is a substitute. ``answered_at`` is empty
    while nobody has accepted it, and ``lost_qty`` will not come though it was.
    """

    line: OrderLine
    free_qty: int
    covers_bp: int = BP
    answered_at: datetime | None = None
    lost_qty: int = 0

    @property
    def covered_bp(self) -> int:
        """What the line brings for the need, in base units of the needed item times 10,000."""
        return (live_qty(self.line) - self.lost_qty) * self.covers_bp


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Goods for a need that the kitchen itself took off a line after its answer, in base units of the line's item."""

    qty: int
    at: datetime
    covers_bp: int = BP


def changes_until(needed_date: date, *, timezone: str) -> datetime:
    """Return the instant (UTC) until which a cooking day can be changed."""
    begins = datetime.combine(needed_date, time(), ZoneInfo(timezone)).astimezone(UTC)
    return begins - CHANGED_BEFORE_COOKING_DAY


def first_open_day(now: datetime, *, timezone: str) -> date:
    """Return the first cooking day that can still be changed."""
    return local_day(now + CHANGED_BEFORE_COOKING_DAY, timezone=timezone) + timedelta(days=1)


def changes_between(before: Iterable[ForecastLine], after: Iterable[ForecastLine]) -> list[GoodsChange]:
    """Return what differs between two revisions, by day and item."""
    old = {(line.item_code, line.needed_date): line.demanded_qty for line in before}
    new = {(line.item_code, line.needed_date): line.demanded_qty for line in after}
    keys = sorted(old.keys() | new.keys(), key=lambda key: (key[1], key[0]))
    changes = (GoodsChange(*key, old.get(key, 0), new.get(key, 0)) for key in keys)
    return [change for change in changes if change.before_qty != change.after_qty]


def too_late(changes: Iterable[GoodsChange], now: datetime, *, timezone: str) -> list[GoodsChange]:
    """Return the changes of days that can be changed no more."""
    return [change for change in changes if now >= changes_until(change.needed_date, timezone=timezone)]


def keep_on(line: ForecastLine, came_qty: int) -> None:
    """Let a line say what came for it though less is needed now, in base units.

    What nobody typed is the menu's where the menu needs any of it, so that a correction or a copy does not take it for
    goods that the kitchen wants beside its menu.
    """
    if line.menu_qty:
        line.menu_qty += came_qty - line.demanded_qty
    line.demanded_qty = came_qty


def kept_line(line: ForecastLine, forecast_id: UUID, *, line_id: UUID) -> ForecastLine:
    """Return the line that keeps on a revision what came and is needed no more; all the menu's if any of it was."""
    menu_qty = line.demanded_qty if line.menu_qty else 0
    return ForecastLine(**line.model_dump() | {"id": line_id, "forecast_id": forecast_id, "menu_qty": menu_qty})


def least_kept_qty(held: Iterable[HeldLine], taken_back: Iterable[TakenBack]) -> int:
    """Return what a kitchen keeps at least of a need, in base units of the needed item.

    Measured against what was accepted first: what is held now and what the kitchen took back from it before, so that
    many small corrections take no more than a large one. What was taken back before anything of this was accepted, as
    of a day that was called off and is cooked after all, is of other goods. Never more than what is held now.

    Parameters
    ----------
    held, taken_back
        Of one need.
    """
    accepted = [one for one in held if one.line.status in HOLDING_STATUSES]
    held_bp = sum(one.covered_bp for one in accepted)
    since = min((one.answered_at for one in accepted if one.answered_at), default=None)
    taken_bp = sum(one.qty * one.covers_bp for one in taken_back if since and one.at >= since)
    first_qty = (held_bp + taken_bp) // BP
    return min(held_bp // BP, -(-first_qty * LEAST_KEPT_BP // BP))


def require_possible(
    changes: Sequence[GoodsChange],
    late: Collection[GoodsChange],
    *,
    least_qty: Mapping[GoodsKey, int],
    cooked_days: Collection[date],
    timezone: str,
) -> None:
    """Refuse a change that comes too late or takes too much from cooperatives that have accepted.

    Parameters
    ----------
    late
        Those of the changes that ``too_late`` names.
    least_qty
        What is kept at least of each need that cooperatives accepted (``least_kept_qty``).
    cooked_days
        Days for which the changed week needs anything at all; another day is called off as a whole.

    Raises
    ------
    InvalidField
        With one fault for each item and day, naming what would be valid.
    """
    faults = []
    for change in changes:
        what = f"{change.item_code} for {change.needed_date}"
        least = least_qty.get(change.key, 0)
        if change in late:
            if change.after_qty > change.before_qty:
                until = changes_until(change.needed_date, timezone=timezone).astimezone(ZoneInfo(timezone))
                words = f"{what} could be raised until {until:%Y-%m-%d %H:%M}; order the rest for a later day."
                faults.append(FieldFault("lines", "too_late", words))
        elif change.after_qty < least and change.needed_date in cooked_days:
            words = f"Cooperatives accepted {what}: keep at least {least}, or call off the whole day."
            faults.append(FieldFault("lines", "accepted_goods", words))
    if faults:
        raise InvalidField(f"{len(faults)} changes are not possible; nothing was changed.", faults=tuple(faults))


def spared_qty(
    change: GoodsChange, held: Sequence[HeldLine], *, step_qty: Mapping[str, int], least_qty: int = 0
) -> dict[UUID, int]:
    """Return what order lines lose because a kitchen needs less, in base units by line.

    What nobody brings yet is given up first. Then unanswered lines go, then the largest, so that few cooperatives are
    touched; a line keeps a multiple of its item's step, or nothing.

    Parameters
    ----------
    held
        The lines that bring goods for this need.
    step_qty
        By item code, base units.
    least_qty
        What is kept of accepted goods (``least_kept_qty``), though what nobody accepted yet would cover the need.
    """
    surplus_bp = sum(one.covered_bp for one in held) - change.after_qty * BP
    accepted_bp = sum(one.covered_bp for one in held if one.line.status in HOLDING_STATUSES) - least_qty * BP
    spared = {}
    for one in sorted(held, key=_first_to_go):
        is_accepted = one.line.status in HOLDING_STATUSES
        most_bp = min(surplus_bp, accepted_bp) if is_accepted else surplus_bp
        if most_bp <= 0:
            break
        qty = one.free_qty
        if qty * one.covers_bp > most_bp:
            step = step_qty[one.line.item_code]
            qty = most_bp // one.covers_bp // step * step
        if qty:
            spared[one.line.id] = qty
            surplus_bp -= qty * one.covers_bp
            accepted_bp -= qty * one.covers_bp if is_accepted else 0
    return spared


def _first_to_go(held: HeldLine) -> tuple[bool, int, UUID]:
    return held.line.status is not OrderLineStatus.AWAITING_ANSWER, -held.free_qty, held.line.id
