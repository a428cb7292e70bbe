"""What people are answered who reply from a phone or tap a link, in Indonesian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from service.domain.items import Item
from service.domain.late_answers import Fate, LineFate
from service.notifications.texts import HOW_TO_REPLY, amount

HELP: Final = (
    "Pasok - jawab pesanan lewat pesan.\n" + HOW_TO_REPLY + "\nNomor baris ada di pesan pesanan. Yang dijawab adalah "
    "pesanan terbaru yang masih menunggu."
)
NOT_FOR_YOU: Final = "Hanya petugas koperasi yang dapat menjawab pesanan lewat pesan."
NO_OPEN_ORDER: Final = "Tidak ada pesanan yang menunggu jawaban Anda."
NO_SUCH_LINE: Final = "Baris {position} tidak ada di pesanan {number}. Baris yang menunggu: {waiting}."
BAD_QUANTITY: Final = "Jumlah itu tidak dapat dibaca untuk {goods}. Contoh: T {position} 50"
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
    Fate.REPAIRED: "sudah dibagi ulang dalam rencana baru: {takers}.",
    Fate.LEFT_SHORT: "{short} tidak mendapat pemasok.",
    Fate.NOT_NEEDED: "sudah tidak dibutuhkan dapur.",
}


def became(entry: LineFate, item: Item) -> str:
    """Return what became of a line that is answered too late: who has it now, or what nobody brings."""
    takers = ", ".join(
        f"{one.cooperative} {amount(one.qty, one.unit)}{'' if one.item_name == item.name_id else ' ' + one.item_name}"
        f"{'' if one.is_accepted else ' (belum menjawab)'}"
        for one in entry.takers
    )
    line = entry.line
    told = _BECAME[entry.fate].format(takers=takers, short=amount(entry.short_qty, item.unit))
    if entry.short_qty and takers:
        told += f" Lainnya sudah diberikan kepada {takers}."
    return f"Baris {line.position}, {item.name_id} {amount(line.ordered_qty, item.unit)}: {told}"
