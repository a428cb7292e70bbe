"""Short replies from a phone: ``T 49B 12`` takes line 12 of order 49B, ``T 49B 12 50`` 50 of it, ``X 49B 12`` declines.

The code keeps a reply from another order than the one that its writer reads: a standby's order that is newer, or last
week's that is over. Without it a reply is taken only where it can mean one order alone.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field

from service.domain.answers import LONGEST_REMARK, LineAnswer
from service.domain.local_units import as_typed, metric_factor, unit_name, whole_qty
from service.domain.orders import DeclineReason, Order, OrderLine, OrderStatus
from service.domain.publishing import order_number
from service.domain.tables import UTC_INSTANT, Row
from service.domain.units import Unit

LONGEST_TEXT = 1000
MAY_MEAN_PAST = timedelta(hours=24)
"""For how long after an order's time to answer a reply without a code may still mean it."""
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Those of an order's code: without the two that look like digits."""
_LINE = r"\s*(?:([0-9]{1,2}[a-z]{1,2})\s*)?(\d{1,4})"
_QTY = r"(?:\s+(\d{1,9}(?:[.,]\d{1,3})?)\s*([a-z]{1,12})?)?"
_TAKE = re.compile(rf"(?:t|sanggup){_LINE}{_QTY}", re.IGNORECASE)
_DECLINE = re.compile(rf"(?:x|tolak){_LINE}(?:\s+(.*))?", re.IGNORECASE | re.DOTALL)

REASON_WORDS: dict[DeclineReason, tuple[str, ...]] = {
    DeclineReason.NO_COLD_ROOM: ("dingin", "kulkas", "freezer"),
    DeclineReason.NOT_ENOUGH_GOODS: ("habis", "kosong", "stok", "kurang", "panen"),
    DeclineReason.PRICE_TOO_LOW: ("harga", "murah", "rugi"),
    DeclineReason.NO_TRANSPORT: ("mobil", "motor", "angkut", "kirim", "kendaraan", "sopir"),
    DeclineReason.NO_CASH: ("uang", "modal", "kas", "dana"),
    DeclineReason.QUALITY: ("mutu", "kualitas", "busuk", "rusak", "jelek"),
    DeclineReason.CLOSED: ("tutup", "libur"),
}
"""Words by which a typed reason is understood; any other is kept as a remark."""


class InboundMessage(Row, table=True):
    """A message that the gateway brought us, by its own id, and our reply: a repeated one has no second effect."""

    id: str = Field(primary_key=True, max_length=120)
    received_at: datetime = Field(sa_type=UTC_INSTANT)
    user_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    """Empty: nobody we know; then nothing of the message is kept."""
    text: str | None = Field(default=None, max_length=LONGEST_TEXT)
    reply: str | None = Field(default=None, max_length=LONGEST_TEXT)


class ReplyKind(StrEnum):
    TAKE = "take"
    DECLINE = "decline"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class ShortReply:
    """What somebody typed, understood; whatever is not becomes a call for help."""

    kind: ReplyKind
    position: int = 0
    number: Decimal | None = None
    unit_word: str | None = None
    reason: str = ""
    code: str | None = None
    """The code of the order that is meant, if it was typed."""


def understood(text: str) -> ShortReply:
    """Return what a short reply means."""
    words = " ".join(text.replace("\x00", "").split())
    if found := _TAKE.fullmatch(words):
        number = Decimal(found[3].replace(",", ".")) if found[3] else None
        return ShortReply(ReplyKind.TAKE, int(found[2]), number, found[4], code=_typed_code(found[1]))
    if found := _DECLINE.fullmatch(words):
        return ShortReply(ReplyKind.DECLINE, int(found[2]), reason=found[3] or "", code=_typed_code(found[1]))
    return ShortReply(ReplyKind.HELP)


def _typed_code(typed: str | None) -> str | None:
    if typed is None:
        return None
    week = week_of_code(typed)
    return f"{week}{typed.strip(string.digits).upper()}"


def week_of_code(code: str) -> int:
    """Return the ISO week that a code names."""
    return int(code.strip(string.ascii_letters))


def code_of(order: Order, cooperative_code: str) -> str:
    """Return the code by which replies name an order: its week, and a letter for each order of its cooperative in it.

    ``49A`` is the first of week 49, as ``PO-3271-2026W49-C3271041009`` says, ``49B`` that with ``-2`` at its end.
    """
    first = order_number(region_code=order.region_code, week_start=order.week_start, cooperative_code=cooperative_code)
    again = order.number.removeprefix(first).removeprefix("-")
    place = int(again) if again.isascii() and again.isdecimal() else 1
    letters = ""
    while place:
        place, letter = divmod(place - 1, len(_LETTERS))
        letters = _LETTERS[letter] + letters
    return f"{order.week_start.isocalendar().week}{letters}"


def named_order(orders: Iterable[Order], code: str, cooperative_code: str) -> Order | None:
    """Return the order of a cooperative that a code means: the latest of that code, and nothing if that is not one."""
    named = [order for order in orders if code_of(order, cooperative_code) == code]
    latest = max((order.week_start for order in named), default=None)
    of_week = [order for order in named if order.week_start == latest]
    return of_week[0] if len(of_week) == 1 else None


def is_waiting(order: Order, now: datetime) -> bool:
    """Tell whether an order still takes answers."""
    return order.status is OrderStatus.SENT and order.respond_by_at is not None and now < order.respond_by_at


def reason_for(words: str) -> DeclineReason:
    """Return the reason that somebody's words mean."""
    typed = words.casefold()
    found = (reason for reason, known in REASON_WORDS.items() if any(word in typed for word in known))
    return next(found, DeclineReason.OTHER)


def taken_qty(reply: ShortReply, line: OrderLine, unit: Unit) -> int | None:
    """Return how much of a line a reply takes, in base units; ``None`` if that is no whole number of them.

    A number without a unit means the unit in which the line was told: 50 of "40 kg" are kilograms.
    """
    if reply.kind is ReplyKind.DECLINE:
        return 0
    if reply.number is None:
        return line.ordered_qty
    word = unit_name(reply.unit_word) if reply.unit_word else as_typed(line.ordered_qty, unit)[1]
    factor = metric_factor(word, unit)
    return None if factor is None else whole_qty(reply.number, factor)


def answer_of(reply: ShortReply, line: OrderLine, qty: int) -> LineAnswer:
    """Return the answer that a reply means: taking less, without more words, is for want of goods."""
    if qty >= line.ordered_qty:
        return LineAnswer(line.id, qty)
    if reply.kind is ReplyKind.DECLINE:
        return LineAnswer(line.id, qty, reason_for(reply.reason), reply.reason[:LONGEST_REMARK] or None)
    return LineAnswer(line.id, qty, DeclineReason.NOT_ENOUGH_GOODS)
