"""An answer that comes too late: it is refused, saying what has become of every line that it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from service.domain.errors import RespondByPassed
from service.domain.orders import Order, OrderLine, OrderLineStatus, fallen_qty, live_qty
from service.domain.units import BP, Unit


class Fate(StrEnum):
    """What has become of a line."""

    WAITING = "waiting"
    """Nothing yet: silence is about to decline it."""
    KEPT = "kept"
    """It was accepted whole."""
    CANCELLED = "cancelled"
    MOVED_TO_STANDBY = "moved_to_standby"
    """Others were asked for all that it gave back, and nobody of them gave it back again."""
    WAITING_FOR_REPAIR = "waiting_for_repair"
    REPAIRED = "repaired"
    """A plan that was published since gave all of it to others."""
    LEFT_SHORT = "left_short"
    """A plan that was published since found nobody for some of it, or its day has come."""
    NOT_NEEDED = "not_needed"
    """Nobody was asked instead, and the kitchen lacks nothing."""


@dataclass(frozen=True, slots=True)
class DemandPart:
    """A line for some demand, with what tells its part in it.

    ``covers_bp`` is what its goods cover of the demand, ``planned_at`` when the plan of its order was published,
    ``fell_at`` when it last gave something back, and ``lost_qty`` what will not come though it was accepted.
    """

    line: OrderLine
    cooperative: str
    item_name: str
    unit: Unit
    covers_bp: int
    planned_at: datetime
    fell_at: datetime | None
    lost_qty: int = 0

    @property
    def coming_qty(self) -> int:
        """What it holds for the demand, in base units."""
        return live_qty(self.line) - self.lost_qty


@dataclass(frozen=True, slots=True)
class DemandNow:
    """A demand as it stands: every line that was ordered for it, and what its kitchen needs (base units).

    ``repaired_at`` is when the plan in force was published; from the day on (``is_over``) nobody is asked any more.
    """

    parts: Sequence[DemandPart]
    demanded_qty: int
    repaired_at: datetime | None
    is_over: bool


@dataclass(frozen=True, slots=True)
class Taker:
    """Who has part of a line's goods now, base units; asked only until ``is_accepted``."""

    cooperative: str
    item_name: str
    unit: Unit
    qty: int
    is_accepted: bool


@dataclass(frozen=True, slots=True)
class LineFate:
    """A line with what became of it: who has its goods now, and what nobody brings yet (its base units)."""

    line: OrderLine
    fate: Fate
    takers: tuple[Taker, ...] = ()
    short_qty: int = 0


def fate_of(line: OrderLine, demand: DemandNow | None) -> LineFate:
    """Tell what has become of a line.

    Parameters
    ----------
    demand
        What the line was ordered for; needed only if it gave something back.
    """
    if line.status is OrderLineStatus.AWAITING_ANSWER:
        return LineFate(line, Fate.WAITING)
    if line.status is OrderLineStatus.CANCELLED:
        return LineFate(line, Fate.CANCELLED)
    if not fallen_qty(line):
        return LineFate(line, Fate.KEPT)
    if demand is None:
        return LineFate(line, Fate.NOT_NEEDED)
    return _fallen(next(part for part in demand.parts if part.line.id == line.id), demand)


def _fallen(own: DemandPart, demand: DemandNow) -> LineFate:
    heirs = list(_heirs(own, demand.parts))
    mine = {own.line.id, *(part.line.id for part in heirs)}
    planned = [part for part in demand.parts if part.line.id not in mine and _is_after(part, own)]
    rest = fallen_qty(own.line) - sum(part.coming_qty for part in heirs)
    short = min(rest, _open_qty(own, demand))
    moved = [_taker(part, part.coming_qty) for part in heirs if part.coming_qty]
    shared = list(_shared(planned, rest - short, own.covers_bp))
    fate = Fate.REPAIRED if shared else Fate.MOVED_TO_STANDBY if moved else Fate.NOT_NEEDED
    if short:
        falls = [part.fell_at for part in (own, *heirs, *planned) if part.fell_at and fallen_qty(part.line)]
        was_repaired = demand.repaired_at is not None and demand.repaired_at > max(falls, default=own.planned_at)
        fate = Fate.LEFT_SHORT if was_repaired or demand.is_over else Fate.WAITING_FOR_REPAIR
    return LineFate(own.line, fate, tuple(_added([*moved, *shared])), short)


def _heirs(own: DemandPart, parts: Sequence[DemandPart]) -> Iterator[DemandPart]:
    """Yield who was asked instead, then who was asked instead of that one, and so on."""
    by_replaced = {part.line.replaces_line_id: part for part in parts if part.line.replaces_line_id}
    heir = by_replaced.get(own.line.id)
    while heir is not None:
        yield heir
        heir = by_replaced.get(heir.line.id)


def _is_after(part: DemandPart, own: DemandPart) -> bool:
    return own.fell_at is not None and part.planned_at > own.fell_at


def _open_qty(own: DemandPart, demand: DemandNow) -> int:
    """Return what no order holds of a demand, in base units of a line's goods, rounded up."""
    held_bp = sum(part.coming_qty * part.covers_bp for part in demand.parts)
    return max(0, -(-(demand.demanded_qty * BP - held_bp) // own.covers_bp))


def _shared(planned: Iterable[DemandPart], qty: int, covers_bp: int) -> Iterator[Taker]:
    """Yield who brings a quantity by a later plan: what a demand's lines hold beyond it is for others' goods."""
    for part in planned:
        taken = min(part.coming_qty, -(-qty * covers_bp // part.covers_bp))
        if taken > 0:
            qty -= taken * part.covers_bp // covers_bp
            yield _taker(part, taken)


def _taker(part: DemandPart, qty: int) -> Taker:
    is_accepted = part.line.status is not OrderLineStatus.AWAITING_ANSWER
    return Taker(part.cooperative, part.item_name, part.unit, qty, is_accepted)


def _added(takers: Iterable[Taker]) -> Iterable[Taker]:
    """Return one taker for each cooperative, item and state."""
    added: dict[tuple[str, str, bool], Taker] = {}
    for one in takers:
        key = (one.cooperative, one.item_name, one.is_accepted)
        added[key] = replace(one, qty=one.qty + (added[key].qty if key in added else 0))
    return added.values()


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
    takers = ", ".join(f"{one.cooperative} ({one.qty} {one.unit.value} {one.item_name})" for one in first.takers)
    with_others = f" The rest was given to {takers}." if takers else ""
    short = f"{first.short_qty} base units of the line"
    words = {
        Fate.WAITING: "The line is about to be given to others.",
        Fate.KEPT: "The line stays as it was answered.",
        Fate.CANCELLED: "The line was cancelled.",
        Fate.MOVED_TO_STANDBY: f"The line was given to {takers}.",
        Fate.WAITING_FOR_REPAIR: f"Nobody brings {short}, which waits for a repair of the plan.{with_others}",
        Fate.REPAIRED: f"The plan was repaired since: the line was given to {takers}.",
        Fate.LEFT_SHORT: f"Nobody was found who brings {short}.{with_others}",
        Fate.NOT_NEEDED: "The kitchen lacks nothing of it any more.",
    }
    return words[first.fate]


def _state(entry: LineFate) -> dict[str, object]:
    line, is_moved = entry.line, entry.fate is Fate.MOVED_TO_STANDBY
    return {
        "line_id": str(line.id),
        "status": line.status.value,
        "accepted_qty": line.accepted_qty,
        "expired_at": line.expired_at.isoformat() if line.expired_at else None,
        "fate": entry.fate.value,
        "standby_name": entry.takers[-1].cooperative if is_moved else None,
        "takers": [
            {
                "cooperative_name": one.cooperative,
                "item_name": one.item_name,
                "unit": one.unit.value,
                "qty": one.qty,
                "is_accepted": one.is_accepted,
            }
            for one in entry.takers
        ],
        "short_qty": entry.short_qty,
    }
