"""What a kitchen's pages call states, reasons and kinds; each state with the look of its tag."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from service.domain.deliveries import DeliveryStatus
from service.domain.orders import OrderLineStatus
from service.domain.receipts import RejectReason
from service.matching.why.sentences.wording import Language
from service.web.kitchen_weeks import WeekState
from service.web.shortage_words import sentence_of
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


def why(codes: Iterable[str], language: Language) -> list[str]:
    """Return in sentences why goods are short; what several codes say alike is told once."""
    return list(dict.fromkeys(sentence_of(code, language) for code in codes))
