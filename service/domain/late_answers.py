"""An answer that comes too late: it is refused, saying what has become of every line that it names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from service.domain.errors import RespondByPassed
from service.domain.orders import Order, OrderLine, OrderLineStatus, fallen_qty


class Fate(StrEnum):
    """What has become of a line."""

    WAITING = "waiting"
    """Nothing yet: silence is about to decline it."""
    KEPT = "kept"
    """It was accepted whole, or cancelled."""
    MOVED_TO_STANDBY = "moved_to_standby"
    WAITING_FOR_REPAIR = "waiting_for_repair"
    REPAIRED = "repaired"
    """A plan that was published since says who brings the goods."""


@dataclass(frozen=True, slots=True)
class LineFate:
    """A line with what became of it; ``standby_name`` is the cooperative that has it now."""

    line: OrderLine
    fate: Fate
    standby_name: str | None = None


def fate_of(line: OrderLine, *, standby_name: str | None, repaired_at: datetime | None, fell_at: datetime) -> Fate:
    """Tell what has become of a line.

    Parameters
    ----------
    standby_name
        Who was asked for its goods instead, if anybody was.
    repaired_at
        When the plan in force was published.
    fell_at
        When the line was given back.
    """
    if line.status is OrderLineStatus.AWAITING_ANSWER:
        return Fate.WAITING
    if not fallen_qty(line):
        return Fate.KEPT
    if standby_name is not None:
        return Fate.MOVED_TO_STANDBY
    return Fate.REPAIRED if repaired_at is not None and repaired_at > fell_at else Fate.WAITING_FOR_REPAIR


def require_in_time(order: Order, now: datetime, fates: Sequence[LineFate] = ()) -> UUID:
    """Refuse an answer after the respond-by time, and return the plan that the order was made from.

    An answer that began in time but finds lines expired lost the race with the clock and is late too.

    Raises
    ------
    RespondByPassed
        With the deadline and the lines; an order made before Pasok has none and was answered then.
    """
    if order.plan_id is None or order.respond_by_at is None:
        raise RespondByPassed("This order was made before Pasok and answered then.", respond_by_at=None)
    has_expired = any(entry.line.expired_at for entry in fates)
    if now >= order.respond_by_at or has_expired:
        until = order.respond_by_at.isoformat()
        raise RespondByPassed(
            f"The time to answer ended at {until}; silence is a decline. {_sentence(fates)}".rstrip(),
            respond_by_at=until,
            lines=[_state(entry) for entry in fates],
        )
    return order.plan_id


def _sentence(fates: Sequence[LineFate]) -> str:
    """Tell the fate of the first line in words, since most late answers name one."""
    if not fates:
        return ""
    first = fates[0]
    words = {
        Fate.WAITING: "The line is about to be given to others.",
        Fate.KEPT: "The line stays as it was answered.",
        Fate.MOVED_TO_STANDBY: f"The line was given to {first.standby_name}.",
        Fate.WAITING_FOR_REPAIR: "The line waits for a repair of the plan.",
        Fate.REPAIRED: "The plan was repaired since; its orders say who brings the goods.",
    }
    return words[first.fate]


def _state(entry: LineFate) -> dict[str, object]:
    line = entry.line
    return {
        "line_id": str(line.id),
        "status": line.status.value,
        "accepted_qty": line.accepted_qty,
        "expired_at": line.expired_at.isoformat() if line.expired_at else None,
        "fate": entry.fate.value,
        "standby_name": entry.standby_name,
    }
