"""The words for the states and reasons of the trade; states with the look of their tag."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from service.domain.deliveries import DeliveryStatus, RestFate
from service.domain.invoices import InvoiceStatus
from service.domain.ledgers import Account
from service.domain.offers import OfferStatus
from service.domain.orders import DeclineReason, OrderLineStatus, OrderStatus
from service.domain.price_proposals import PriceProposalStatus
from service.domain.purchases import CutReason, PurchaseLineStatus, PurchaseStatus
from service.domain.recalls import RecallStatus
from service.domain.receipts import RejectReason, Side
from service.domain.withdrawals import WithdrawalReason, Withdrawer
from service.words.marking import marked as _

ORDER: Final[Mapping[StrEnum, tuple[str, str]]] = {
    OrderStatus.SENT: (_("menunggu jawaban"), "wait"),
    OrderStatus.ANSWERED: (_("sudah dijawab"), "good"),
    OrderStatus.CANCELLED: (_("dibatalkan"), "late"),
}
ORDER_LINE: Final[Mapping[StrEnum, tuple[str, str]]] = {
    OrderLineStatus.AWAITING_ANSWER: (_("belum dijawab"), "wait"),
    OrderLineStatus.ACCEPTED: (_("diambil semua"), "good"),
    OrderLineStatus.ACCEPTED_LESS: (_("diambil sebagian"), "wait"),
    OrderLineStatus.DECLINED: (_("tidak diambil"), "late"),
    OrderLineStatus.CANCELLED: (_("dibatalkan"), "late"),
}
DECLINE_REASONS: Final[Mapping[StrEnum, str]] = {
    DeclineReason.NOT_ENOUGH_GOODS: _("Barang kurang"),
    DeclineReason.PRICE_TOO_LOW: _("Harga terlalu rendah"),
    DeclineReason.NO_TRANSPORT: _("Tidak ada angkutan"),
    DeclineReason.NO_COLD_ROOM: _("Tidak ada tempat dingin"),
    DeclineReason.NO_CASH: _("Modal kurang"),
    DeclineReason.QUALITY: _("Mutu barang tidak cukup"),
    DeclineReason.CLOSED: _("Koperasi tutup"),
    DeclineReason.OTHER: _("Alasan lain"),
}
WITHDRAWAL_REASONS: Final[Mapping[StrEnum, str]] = {
    WithdrawalReason.CROP_FAILED: _("Gagal panen"),
    WithdrawalReason.SPOILED: _("Barang rusak"),
    WithdrawalReason.NO_TRANSPORT: _("Tidak ada angkutan"),
    WithdrawalReason.NO_COLD_ROOM: _("Tidak ada tempat dingin"),
    WithdrawalReason.NO_CASH: _("Modal kurang"),
    WithdrawalReason.NOT_NEEDED: _("Dapur tidak membutuhkannya lagi"),
    WithdrawalReason.SUSPENDED: _("Koperasi ditangguhkan"),
    WithdrawalReason.RECALLED: _("Barang ditarik"),
    WithdrawalReason.OTHER: _("Alasan lain"),
}
WITHDRAWERS: Final[Mapping[StrEnum, str]] = {
    Withdrawer.COOPERATIVE: _("oleh koperasi"),
    Withdrawer.KITCHEN: _("oleh dapur"),
    Withdrawer.CITY: _("oleh kota"),
}
PRICE_PROPOSAL: Final[Mapping[StrEnum, tuple[str, str]]] = {
    PriceProposalStatus.OPEN: (_("menunggu dapur"), "wait"),
    PriceProposalStatus.APPROVED: (_("disetujui dapur"), "good"),
    PriceProposalStatus.REFUSED: (_("ditolak dapur"), "late"),
    PriceProposalStatus.WITHDRAWN: (_("ditarik kembali"), "late"),
    PriceProposalStatus.EXPIRED: (_("lewat waktu"), "late"),
}
DELIVERY: Final[Mapping[StrEnum, tuple[str, str]]] = {
    DeliveryStatus.PLANNED: (_("belum berangkat"), "wait"),
    DeliveryStatus.DISPATCHED: (_("di jalan"), "wait"),
    DeliveryStatus.RECEIVED: (_("sudah diterima"), "good"),
    DeliveryStatus.CANCELLED: (_("dibatalkan"), "late"),
}
PURCHASE: Final[Mapping[StrEnum, tuple[str, str]]] = {
    PurchaseStatus.SENT: (_("menunggu grosir"), "wait"),
    PurchaseStatus.ANSWERED: (_("sudah dijawab"), "good"),
}
PURCHASE_LINE: Final[Mapping[StrEnum, tuple[str, str]]] = {
    PurchaseLineStatus.AWAITING_ANSWER: (_("belum dijawab"), "wait"),
    PurchaseLineStatus.CONFIRMED: (_("dijual semua"), "good"),
    PurchaseLineStatus.CUT: (_("dijual sebagian"), "wait"),
    PurchaseLineStatus.DECLINED: (_("tidak dijual"), "late"),
}
CUT_REASONS: Final[Mapping[StrEnum, str]] = {
    CutReason.OUT_OF_STOCK: _("Stok habis"),
    CutReason.DAMAGED: _("Barang cacat"),
    CutReason.NO_TRANSPORT: _("Tidak ada angkutan"),
    CutReason.BELOW_MINIMUM: _("Di bawah pembelian minimum"),
    CutReason.OTHER: _("Alasan lain"),
    CutReason.SILENCE: _("Tidak dijawab"),
}
OFFER: Final[Mapping[StrEnum, tuple[str, str]]] = {
    OfferStatus.OPEN: (_("masih terbuka"), "good"),
    OfferStatus.WITHDRAWN: (_("sudah ditarik"), "late"),
}
INVOICE: Final[Mapping[StrEnum, tuple[str, str]]] = {
    InvoiceStatus.ISSUED: (_("belum dibayar"), "wait"),
    InvoiceStatus.PARTLY_PAID: (_("dibayar sebagian"), "wait"),
    InvoiceStatus.PAID: (_("lunas"), "good"),
}
RECALL: Final[Mapping[StrEnum, tuple[str, str]]] = {
    RecallStatus.OPEN: (_("masih berjalan"), "late"),
    RecallStatus.CLOSED: (_("selesai"), "good"),
}
REST_FATES: Final[Mapping[StrEnum, str]] = {
    RestFate.CARRIED: _("Menyusul dengan pengantaran lain"),
    RestFate.CLOSED: _("Tidak jadi dikirim"),
}
REJECT_REASONS: Final[Mapping[StrEnum, str]] = {
    RejectReason.WRONG_GOODS: _("Barang salah"),
    RejectReason.DAMAGED: _("Barang cacat"),
    RejectReason.SPOILED: _("Barang rusak"),
    RejectReason.TOO_WARM: _("Terlalu hangat"),
    RejectReason.EXPIRED: _("Kedaluwarsa"),
    RejectReason.UNDERWEIGHT: _("Berat kurang"),
    RejectReason.PAPERS_MISSING: _("Surat tidak lengkap"),
    RejectReason.LATE: _("Terlambat"),
    RejectReason.OTHER: _("Alasan lain"),
}
SIDES: Final[Mapping[StrEnum, str]] = {
    Side.GIVER: _("Yang menyerahkan (koperasi)"),
    Side.RECEIVER: _("Yang menerima (dapur)"),
}
FATES: Final[Mapping[str, str]] = {
    "waiting": _("sebentar lagi diberikan kepada koperasi lain"),
    "kept": _("tetap seperti yang sudah dijawab"),
    "cancelled": _("sudah dibatalkan"),
    "moved_to_standby": _("sudah diberikan kepada koperasi lain"),
    "waiting_for_repair": _("belum ada pemasoknya, sedang dicarikan koperasi lain"),
    "repaired": _("sudah dibagi ulang dalam rencana baru"),
    "left_short": _("tidak mendapat pemasok"),
    "not_needed": _("sudah tidak dibutuhkan dapur"),
}
"""What became of a line whose time to answer is over, by the word of the API."""
ACCOUNTS: Final[Mapping[StrEnum, str]] = {
    Account.RECEIVABLE: _("Piutang"),
    Account.PAYABLE: _("Utang"),
    Account.BANK: _("Bank"),
    Account.SALES: _("Penjualan"),
    Account.PURCHASES: _("Pembelian"),
}
BOOKED: Final[Mapping[str, str]] = {
    "invoice": _("Tagihan"),
    "credit_note": _("Nota kredit"),
    "payment": _("Pembayaran"),
    "purchase": _("Pembelian"),
    "purchase_payment": _("Pembayaran ke grosir"),
}
"""What a movement in the books was for, by the word of the API."""
