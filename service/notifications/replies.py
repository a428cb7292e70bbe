"""What people are answered who reply from a phone or tap a link, in Indonesian."""

from __future__ import annotations

from typing import Final

from service.notifications.texts import HOW_TO_REPLY

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

REFUSED: Final = {
    "respond_by_passed": "Maaf, waktu jawab pesanan {number} sudah habis; barangnya dicarikan koperasi lain.",
    "already_answered": "Baris {position} pesanan {number} sudah dijawab sebelumnya. Jawaban tidak dapat diubah.",
    "not_permitted": NOT_FOR_YOU,
}
REFUSED_OTHERWISE: Final = "Maaf, jawaban untuk baris {position} pesanan {number} tidak dapat diterima. {hint}"
STEP_HINT: Final = "Jumlah harus 0 sampai {goods}, dan sesuai kelipatan barangnya."
