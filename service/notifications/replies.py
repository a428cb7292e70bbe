"""What people are answered who reply from a phone or tap a link, in Indonesian."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from service.domain.items import Item
from service.domain.late_answers import Fate, LineFate
from service.notifications.texts import amount, how_to_reply, moment

HELP: Final = (
    "Pasok - jawab pesanan lewat pesan.\n"
    + how_to_reply("49A").replace("kode pesanan ini 49A", "49A hanya contoh kode pesanan")
    + "\nKode pesanan dan nomor baris ada di pesan pesanan."
)
NOT_FOR_YOU: Final = "Hanya petugas koperasi yang dapat menjawab pesanan lewat pesan."
NO_OPEN_ORDER: Final = "Tidak ada pesanan yang menunggu jawaban Anda."
WHICH_ORDER: Final = "Belum dicatat: pesanan yang mana? Tulis juga kodenya, misalnya {example}\n{orders}"
UNKNOWN_CODE: Final = "Belum dicatat: tidak ada pesanan dengan kode {code}.\n{orders}"
NO_SUCH_LINE: Final = "Baris {position} tidak ada di pesanan {number}. Baris yang menunggu: {waiting}."
BAD_QUANTITY: Final = "Jumlah itu tidak dapat dibaca untuk {goods}. Contoh: T {code} {position} 50"
TAKEN: Final = "Baik. Pesanan {number} baris {position}: {goods} disanggupi semua. {rest}"
TAKEN_LESS: Final = "Baik. Pesanan {number} baris {position}: disanggupi {qty} dari {goods}. {rest}"
DECLINED: Final = "Dicatat. Pesanan {number} baris {position}: {goods} ditolak. {rest}"
NONE_LEFT: Final = "Semua baris sudah dijawab. Terima kasih."
SOME_LEFT: Final = "Masih {count} baris belum dijawab."

TOO_LATE: Final = "Maaf, waktu jawab pesanan {number} sudah habis. {became}"

REFUSED: Final = {
    "already_answered": "Baris {position} pesanan {number} sudah dijawab sebelumnya. Jawaban tidak dapat diubah.",
    "not_permitted": NOT_FOR_YOU,
}
REFUSED_OTHERWISE: Final = "Maaf, jawaban untuk baris {position} pesanan {number} tidak dapat diterima. {hint}"
STEP_HINT: Final = "Jumlah harus 0 sampai {goods}, dan sesuai kelipatan barangnya."

_BECAME: Final[Mapping[Fate, str]] = {
    Fate.WAITING: "sebentar lagi dicarikan koperasi lain. Tidak perlu dikirim.",
    Fate.KEPT: "tetap seperti yang sudah dijawab: disanggupi.",
    Fate.CANCELLED: "sudah dibatalkan. Tidak perlu dikirim.",
    Fate.MOVED_TO_STANDBY: "sudah diberikan kepada {takers}.",
    Fate.WAITING_FOR_REPAIR: "{short} belum ada pemasoknya, sedang dicarikan koperasi lain.",
    Fate.REPAIRED: "sudah dibagi ulang dalam rencana baru kepada {takers}.",
    Fate.LEFT_SHORT: "{short} tidak mendapat pemasok.",
    Fate.NOT_NEEDED: "sudah tidak dibutuhkan dapur.",
}


@dataclass(frozen=True, slots=True)
class NamedOrder:
    """An order with its code, how many of its lines wait, and until when."""

    number: str
    code: str
    waiting: int
    answer_by: datetime


def named_orders(orders: Sequence[NamedOrder], now: datetime, timezone: str) -> str:
    """Return the orders that a reply may mean, one below the other: that wait, are answered, and whose time is over."""
    if not orders:
        return NO_OPEN_ORDER
    return "\n".join(f"{one.code} = pesanan {one.number}, {_state(one, now, timezone)}" for one in orders)


def _state(one: NamedOrder, now: datetime, timezone: str) -> str:
    if now >= one.answer_by:
        return f"waktu jawab habis {moment(one.answer_by, timezone)}"
    if not one.waiting:
        return "semua baris sudah dijawab"
    return f"{one.waiting} baris menunggu sampai {moment(one.answer_by, timezone)}"


def became(entry: LineFate, item: Item, *, names_takers: bool = True) -> str:
    """Return what became of a line that is answered too late: who has it now, or what nobody brings.

    Parameters
    ----------
    names_takers
        Whether the reader may know which cooperatives have the goods, and how much.
    """
    takers = _named(entry, item) if names_takers else "koperasi lain" if entry.takers else ""
    line = entry.line
    told = _BECAME[entry.fate].format(takers=takers, short=amount(entry.short_qty, item.unit))
    if entry.short_qty and takers:
        told += f" Lainnya sudah diberikan kepada {takers}."
    if line.accepted_qty and entry.fate is not Fate.KEPT:
        told = f"tetap disanggupi {amount(line.accepted_qty, item.unit)}; sisanya: {told}"
    return f"Baris {line.position}, {item.name_id} {amount(line.ordered_qty, item.unit)}: {told}"


def _named(entry: LineFate, item: Item) -> str:
    return ", ".join(
        f"{one.cooperative} {amount(one.qty, one.unit)}{'' if one.item_name == item.name_id else ' ' + one.item_name}"
        f"{'' if one.is_accepted else ' (belum menjawab)'}"
        for one in entry.takers
    )
