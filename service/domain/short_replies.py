"""Short replies from a phone: ``T 12`` takes line 12, ``T 12 50`` takes 50 of it, ``X 12 reason`` declines it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field

from service.domain.answers import LONGEST_REMARK, LineAnswer
from service.domain.local_units import as_typed, metric_factor, unit_name, whole_qty
from service.domain.orders import DeclineReason, OrderLine
from service.domain.tables import UTC_INSTANT, Row
from service.domain.units import Unit

LONGEST_TEXT = 1000
MAY_MEAN_PAST = timedelta(hours=24)
"""For how long after an order's time to answer a reply may still mean it."""
_TAKE = re.compile(r"t\s*(\d{1,4})(?:\s+(\d{1,9}(?:[.,]\d{1,3})?)\s*([a-z]{1,12})?)?", re.IGNORECASE)
_DECLINE = re.compile(r"x\s*(\d{1,4})(?:\s+(.*))?", re.IGNORECASE | re.DOTALL)

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


def understood(text: str) -> ShortReply:
    """Return what a short reply means."""
    words = " ".join(text.replace("\x00", "").split())
    if found := _TAKE.fullmatch(words):
        number = Decimal(found[2].replace(",", ".")) if found[2] else None
        return ShortReply(ReplyKind.TAKE, int(found[1]), number, found[3])
    if found := _DECLINE.fullmatch(words):
        return ShortReply(ReplyKind.DECLINE, int(found[1]), reason=found[2] or "")
    return ShortReply(ReplyKind.HELP)


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
