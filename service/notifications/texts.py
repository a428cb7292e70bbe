"""What people are told, in Indonesian: one subject and one text for each kind of message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from service.domain.local_units import as_typed
from service.domain.notifications import LONGEST_SUBJECT, LONGEST_TEXT, NoticeKind
from service.domain.units import Unit
from service.notifications.filling import filled

LISTED_AT_MOST: Final = 25
DAYS: Final = ("Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min")
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
ZONES: Final = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}

_HOW_TO_REPLY: Final = (
    "Balas (kode pesanan ini {code}):\n"
    "T {code} 1 = sanggup semua baris 1\n"
    "T {code} 1 50 = sanggup 50 saja dari baris 1\n"
    "X {code} 1 alasan = tidak sanggup baris 1\n"
    "? = bantuan"
)

TEXTS: Final[Mapping[NoticeKind, tuple[str, str]]] = {
    NoticeKind.NEW_ORDER: (
        "Pesanan baru {number}",
        (
            "Pesanan baru {number}, minggu {week}: {count} baris.\n{listing}\nMohon dijawab sebelum {answer_by}. "
            "Tanpa jawaban, pesanan dianggap ditolak.\n{reply}{link}"
        ),
    ),
    NoticeKind.MOVED_TO_YOU: (
        "Pesanan dialihkan ke Anda: {number}",
        (
            "Pesanan {number}, semula untuk koperasi lain, dialihkan ke Anda: {count} baris.\n{listing}\n"
            "Mohon dijawab sebelum {answer_by}. Tanpa jawaban, pesanan dianggap ditolak.\n{reply}{link}"
        ),
    ),
    NoticeKind.REMINDER: (
        "Belum dijawab: {number}",
        (
            "Pesanan {number} belum dijawab: {count} baris menunggu.\n{listing}\nBatas jawaban {answer_by}. "
            "Tanpa jawaban, pesanan dianggap ditolak.\n{reply}{link}"
        ),
    ),
    NoticeKind.ORDER_EXPIRED: (
        "Waktu jawab habis: {number}",
        (
            "Waktu jawab pesanan {number} sudah habis. Baris yang belum dijawab dianggap ditolak dan dicarikan "
            "koperasi lain. Barangnya tidak perlu dikirim."
        ),
    ),
    NoticeKind.ORDER_LOWERED: (
        "Pesanan berkurang: {number}",
        (
            "{count} baris pesanan {number} dikurangi atau dibatalkan, karena {cause}. Barang itu tidak perlu "
            "disiapkan lagi. Jumlah yang baru ada di Pasok."
        ),
    ),
    NoticeKind.PRICE_PROPOSED: (
        "Usulan harga: {item}",
        (
            "{cooperative} sanggup mengirim {item} {qty} untuk {day} dengan harga Rp {proposed} per {unit} "
            "(harga pesanan Rp {ordered}). Setujui atau tolak di Pasok sebelum {answer_by}. Tanpa keputusan, "
            "barang dicarikan koperasi lain."
        ),
    ),
    NoticeKind.PRICE_DECIDED: (
        "Usulan harga {outcome}: {item}",
        "Usulan harga Rp {proposed} per {unit} untuk {item} {qty}, {day}: {outcome}.",
    ),
    NoticeKind.LINE_MOVED: (
        "Pemasok berganti: {item}",
        "{item} {qty} untuk {day} sekarang diminta dari {cooperative}, karena {cause}.",
    ),
    NoticeKind.SHORTAGE: (
        "Belum ada pemasok: {item}",
        (
            "{item} {qty} untuk {day} belum ada pemasoknya, karena {cause}. "
            "{seeker} penggantinya; Anda diberi tahu hasilnya."
        ),
    ),
    NoticeKind.SUPPLY_SHORT: (
        "Ada barang yang kurang: minggu {week}",
        "Rencana minggu {week} sudah terbit, tetapi belum semua kebutuhan dapur Anda ada pemasoknya.{short}{link}",
    ),
    NoticeKind.SUPPLY_REPAIRED: (
        "Hasil pencarian pemasok: minggu {week}",
        "Hasil pencarian pemasok untuk dapur Anda, minggu {week}.{covered}{short}{link}",
    ),
    NoticeKind.NEW_PURCHASE: (
        "Pembelian baru {number}",
        (
            "Ada pembelian baru {number}: {lines} barang. Mohon dijawab di Pasok sebelum {answer_by}. Tanpa "
            "jawaban, barang dibeli di tempat lain."
        ),
    ),
    NoticeKind.PURCHASE_CUT: (
        "Grosir tidak sanggup semua: {number}",
        (
            "{cut_lines} barang dari pembelian {number} dikurangi atau ditolak grosir. Barang yang kurang "
            "dicarikan dari koperasi lain; sisanya tetap dikirim."
        ),
    ),
    NoticeKind.PLAN_HELD_BACK: (
        "Rencana perbaikan perlu diperiksa",
        "Rencana perbaikan tidak dapat diterbitkan sendiri ({code}). Mohon diperiksa di Pasok.",
    ),
    NoticeKind.REPAIR_GIVEN_UP: (
        "Perbaikan rencana gagal: minggu {week}",
        (
            "Perbaikan otomatis untuk minggu {week} sudah {tries} kali gagal: {cause} {lines} baris masih tanpa "
            "pemasok. Mohon diperiksa di Pasok, lalu jalankan pencocokan lagi."
        ),
    ),
    NoticeKind.LINES_UNDECIDED: (
        "Menunggu keputusan Anda: {number}",
        (
            "{lines} baris pesanan {number} dari {cooperative} tidak ada pemasoknya lagi, paling awal untuk masak "
            "{day}. Menurut kebijakan kota Anda yang memutuskan. Mohon dialihkan di Pasok, di Baris yang jatuh.{link}"
        ),
    ),
    NoticeKind.NEED_UNDECIDED: (
        "Menunggu keputusan Anda: {kitchen}",
        (
            "{kitchen} membutuhkan lebih banyak dari yang dipesan, paling awal untuk masak {day}. Menurut kebijakan "
            "kota Anda yang memutuskan. Mohon jalankan pencocokan minggu {week} di Pasok.{link}"
        ),
    ),
    NoticeKind.DECISION_REMINDER: (
        "Belum diputuskan: {subject}",
        (
            "{subject} masih menunggu keputusan Anda, paling awal untuk masak {day}. "
            "Bila tidak diputuskan sekarang, barangnya mungkin tidak sampai.{link}"
        ),
    ),
    NoticeKind.DELIVERY_ON_ITS_WAY: (
        "Barang dalam perjalanan: {number}",
        "Kiriman {number} sedang dalam perjalanan ke dapur. Mohon siapkan timbangan dan petugas penerima.{left_behind}",
    ),
    NoticeKind.DELIVERY_NOT_LEFT: (
        "Belum berangkat: {number}",
        (
            "Kiriman {number} untuk masak {day} belum tercatat berangkat. Barang harus sampai di dapur malam ini. "
            "Bila tidak bisa dikirim, mohon segera dikabari."
        ),
    ),
    NoticeKind.DELIVERY_OVERDUE: (
        "Belum dikirim: {number}",
        (
            "Kiriman {number} untuk masak {day} belum berangkat, padahal seharusnya sudah tiba. "
            "Mohon segera dikirim atau dikabari."
        ),
    ),
    NoticeKind.DELIVERY_UNWEIGHED: (
        "Belum ditimbang: {number}",
        (
            "Kiriman {number} untuk masak {day} sudah dikirim, tetapi belum ada timbangannya di Pasok. "
            "Mohon ditimbang dan dicatat."
        ),
    ),
    NoticeKind.RECEIPT_UNSIGNED: (
        "Berita acara belum ditandatangani: {number}",
        (
            "Penerimaan kiriman {number} sudah ditimbang, tetapi belum ditandatangani kedua pihak. Tanpa tanda "
            "tangan, tagihan tidak dapat dibuat."
        ),
    ),
    NoticeKind.RECALL: (
        "PENARIKAN BARANG: {goods}",
        (
            "PENTING: ada penarikan barang: {goods}. Jangan dikirim, dimasak atau dibagikan. Pisahkan "
            "barangnya. Dapur yang menerimanya melaporkan di Pasok berapa yang tersisa. Sebab: {reason}"
        ),
    ),
    NoticeKind.RECALL_REMINDER: (
        "BELUM DILAPORKAN: penarikan {goods}",
        (
            "PENTING: dapur Anda belum melaporkan barang yang ditarik: {goods}. Jangan dimasak dan jangan dibagikan. "
            "Mohon laporkan sekarang di Pasok berapa yang sudah dimakan, masih disimpan dan dibuang. Sebab: {reason}"
        ),
    ),
    NoticeKind.RECALL_UNANSWERED: (
        "Dapur belum melapor: {kitchen}",
        (
            "{kitchen} sudah diingatkan tetapi belum melaporkan barang yang ditarik: {goods}. "
            "Mohon dapurnya dihubungi langsung. Sebab: {reason}"
        ),
    ),
    NoticeKind.FORECAST_MISSING: (
        "Belum dikirim: kebutuhan minggu {week}",
        (
            "Dapur Anda belum mengirim kebutuhan untuk minggu {week}. Batasnya {answer_by}. Yang tidak dikirim tidak "
            "ikut direncanakan. Buka Pasok, isi menunya, lalu kirim."
        ),
    ),
    NoticeKind.OFFER_MISSING: (
        "Belum ada penawaran untuk minggu {week}",
        (
            "Koperasi Anda belum menawarkan barang untuk minggu {week}. Batasnya {answer_by}. Buka Pasok untuk melihat "
            "apa yang dicari di sekitar Anda, lalu tawarkan yang ada."
        ),
    ),
    NoticeKind.INVOICE_DUE: (
        "Tagihan {number}",
        "Tagihan {number} sebesar Rp {total} jatuh tempo pada {day}. Mohon dibayar sebelum hari itu.",
    ),
    NoticeKind.CREDIT_NOTE: (
        "Nota kredit {number}",
        (
            "Dapur melaporkan barang yang ternyata rusak setelah diterima. Tagihan {invoice_number} dikurangi "
            "Rp {total} dengan nota kredit {number}. Bila sudah dibayar, mohon kelebihannya dikembalikan."
        ),
    ),
    NoticeKind.REFUND_OVERDUE: (
        "Belum dikembalikan: tagihan {number}",
        (
            "Kelebihan bayar tagihan {number} sebesar Rp {open} seharusnya dikembalikan koperasi kepada dapur paling "
            "lambat {day}. Mohon dikembalikan dan dicatat di Pasok."
        ),
    ),
    NoticeKind.PURCHASE_OVERDUE: (
        "Terlambat: pembelian {number}",
        "Pembelian {number} jatuh tempo pada {day} dan belum lunas. Sisa yang harus dibayar: Rp {open}.",
    ),
    NoticeKind.INVOICE_OVERDUE: (
        "Terlambat: tagihan {number}",
        "Tagihan {number} jatuh tempo pada {day} dan belum lunas. Sisa yang harus dibayar: Rp {open}.",
    ),
}


OUTCOMES: Final[Mapping[str, str]] = {
    "approved": "disetujui, silakan disiapkan",
    "refused": "ditolak, barang dicarikan koperasi lain",
    "expired": "tidak diputuskan dapur, barang dicarikan koperasi lain",
}
"""What became of a counter-price, by its status."""

PRICED_BY: Final[Mapping[Unit, str]] = {Unit.GRAM: "kg", Unit.MILLILITRE: "liter", Unit.PIECE: "buah"}


def text_of(kind: NoticeKind, facts: Mapping[str, str]) -> tuple[str, str]:
    """Return subject and text of a message."""
    subject, text = TEXTS[kind]
    return filled(subject, facts, LONGEST_SUBJECT), filled(text, facts, LONGEST_TEXT)


def how_to_reply(code: str) -> str:
    """Return how an order is answered with short messages, each with the order's code."""
    return _HOW_TO_REPLY.format(code=code)


def listing(lines: list[str], at_most: int = LISTED_AT_MOST) -> str:
    """Return lines one below the other; of very many only the first."""
    rest = len(lines) - at_most
    return "\n".join([*lines[:at_most], *([f"... dan {rest} baris lagi"] if rest > 0 else [])])


def amount(qty: int, unit: Unit) -> str:
    """Return a quantity as people say it: ``40 kg``, ``300 buah``."""
    number, word = as_typed(qty, unit)
    return f"{number:,}".replace(",", ".") + f" {word}"


def rupiah(value: int) -> str:
    """Return whole rupiah as people write them: ``1.250.000``."""
    return f"{value:,}".replace(",", ".")


def day(value: date) -> str:
    """Return a day as people say it: ``Sen 30 Nov``."""
    return f"{DAYS[value.weekday()]} {value.day} {MONTHS[value.month - 1]}"


def moment(value: datetime, timezone: str) -> str:
    """Return an instant as people of a region say it: ``Rab 25 Nov 10.00 WIB``."""
    local = value.astimezone(ZoneInfo(timezone))
    return f"{day(local.date())} {local:%H.%M} {ZONES.get(timezone, '')}".strip()
