"""What a kitchen's pages call states, reasons and kinds; each state with the look of its tag."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from service.domain.deliveries import DeliveryStatus
from service.domain.orders import DeclineReason, OrderLineStatus
from service.domain.receipts import RejectReason
from service.domain.withdrawals import WithdrawalReason
from service.matching.why.sentences.short_line import REASONS
from service.matching.why.sentences.wording import Language
from service.web.kitchen_weeks import WeekState
from service.web.templating import catalogue
from service.words.marking import marked as _

WEEK: Final[Mapping[WeekState, tuple[str, str]]] = {
    WeekState.EMPTY: (_("belum dikirim"), "wait"),
    WeekState.DRAFT: (_("masih konsep"), "wait"),
    WeekState.SUBMITTED: (_("sudah dikirim"), "good"),
    WeekState.MISSED: (_("terlewat"), "late"),
    WeekState.PLANNING: (_("sedang direncanakan"), "wait"),
    WeekState.PUBLISHED: (_("pesanan sudah keluar"), "good"),
    WeekState.RUNNING: (_("sedang berjalan"), "good"),
    WeekState.OVER: (_("sudah lewat"), ""),
}
ORDER_LINE: Final[Mapping[OrderLineStatus, tuple[str, str]]] = {
    OrderLineStatus.AWAITING_ANSWER: (_("menunggu jawaban koperasi"), "wait"),
    OrderLineStatus.ACCEPTED: (_("disanggupi"), "good"),
    OrderLineStatus.ACCEPTED_LESS: (_("disanggupi sebagian"), "wait"),
    OrderLineStatus.DECLINED: (_("tidak disanggupi, dicarikan koperasi lain"), "late"),
    OrderLineStatus.CANCELLED: (_("dibatalkan"), "late"),
}
DELIVERY: Final[Mapping[DeliveryStatus, tuple[str, str]]] = {
    DeliveryStatus.PLANNED: (_("belum berangkat"), "wait"),
    DeliveryStatus.DISPATCHED: (_("di jalan"), "wait"),
    DeliveryStatus.RECEIVED: (_("sudah diterima"), "good"),
    DeliveryStatus.CANCELLED: (_("dibatalkan"), "late"),
}
REJECT_REASONS: Final[Mapping[RejectReason, str]] = {
    RejectReason.UNDERWEIGHT: _("Kurang timbangan atau jumlah"),
    RejectReason.DAMAGED: _("Rusak"),
    RejectReason.SPOILED: _("Busuk atau basi"),
    RejectReason.TOO_WARM: _("Terlalu hangat"),
    RejectReason.EXPIRED: _("Lewat tanggal"),
    RejectReason.WRONG_GOODS: _("Bukan barang yang dipesan"),
    RejectReason.PAPERS_MISSING: _("Surat tidak lengkap"),
    RejectReason.LATE: _("Datang terlambat"),
    RejectReason.OTHER: _("Alasan lain"),
}
_GIVEN_BACK: Final[Mapping[str, str]] = {
    DeclineReason.NOT_ENOUGH_GOODS: _("Koperasi tidak punya cukup barang."),
    DeclineReason.PRICE_TOO_LOW: _("Harganya terlalu rendah bagi koperasi."),
    DeclineReason.NO_TRANSPORT: _("Koperasi tidak punya angkutan."),
    DeclineReason.NO_COLD_ROOM: _("Koperasi tidak punya tempat dingin."),
    DeclineReason.NO_CASH: _("Modal koperasi tidak cukup."),
    DeclineReason.QUALITY: _("Mutu barang tidak cukup baik."),
    DeclineReason.CLOSED: _("Koperasi tutup pada hari itu."),
    DeclineReason.OTHER: _("Koperasi tidak menyanggupi."),
    WithdrawalReason.CROP_FAILED: _("Panennya gagal."),
    WithdrawalReason.SPOILED: _("Barangnya rusak sebelum dikirim."),
    WithdrawalReason.SUSPENDED: _("Koperasi sedang ditangguhkan."),
    WithdrawalReason.RECALLED: _("Barangnya ditarik."),
}
_UNKNOWN: Final = _("Koperasi tidak menjawab sampai batas waktunya.")


def spoken(words: str, language: Language) -> str:
    """Return words in the reader's language."""
    return words if language is Language.INDONESIAN else catalogue(language).get(words, words)


def why(codes: Iterable[str], language: Language) -> list[str]:
    """Return in sentences why goods are short: the plan's reasons, or what a cooperative said."""
    which = 0 if language is Language.INDONESIAN else 1
    known = {code.value: pair[which] for code, pair in REASONS.items()}
    return [known.get(code) or spoken(_GIVEN_BACK.get(code, _UNKNOWN), language) for code in dict.fromkeys(codes)]
