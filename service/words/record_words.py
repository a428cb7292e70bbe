"""The words for payments and messages; only files say them, so they stand in Indonesian alone."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from service.domain.contacts import Channel
from service.domain.invoices import PaymentKind
from service.domain.notifications import NoticeKind, NotificationStatus
from service.domain.webhooks import EndpointStatus, WebhookDeliveryStatus

PAYMENTS: Final[Mapping[StrEnum, str]] = {
    PaymentKind.PAYMENT: "pembayaran",
    PaymentKind.REVERSAL: "pembatalan",
    PaymentKind.REFUND: "pengembalian uang",
}
CHANNELS: Final[Mapping[StrEnum, str]] = {
    Channel.SCREEN: "layar",
    Channel.PHONE: "telepon",
    Channel.EMAIL: "surel",
}
NOTICES: Final[Mapping[StrEnum, str]] = {
    NoticeKind.NEW_ORDER: "pesanan baru",
    NoticeKind.MOVED_TO_YOU: "pesanan dialihkan ke Anda",
    NoticeKind.REMINDER: "pesanan belum dijawab",
    NoticeKind.ORDER_EXPIRED: "waktu jawab habis",
    NoticeKind.LINE_MOVED: "pemasok berganti",
    NoticeKind.SHORTAGE: "barang kurang",
    NoticeKind.PLAN_HELD_BACK: "rencana menunggu keputusan",
    NoticeKind.DELIVERY_ON_ITS_WAY: "barang di jalan",
    NoticeKind.RECALL: "penarikan barang",
    NoticeKind.INVOICE_DUE: "tagihan hampir jatuh tempo",
    NoticeKind.INVOICE_OVERDUE: "tagihan lewat jatuh tempo",
    NoticeKind.ORDER_LOWERED: "pesanan berkurang",
    NoticeKind.PRICE_PROPOSED: "usulan harga",
    NoticeKind.PRICE_DECIDED: "usulan harga diputuskan",
    NoticeKind.RECALL_REMINDER: "pengingat penarikan barang",
    NoticeKind.RECALL_UNANSWERED: "penarikan belum dijawab",
    NoticeKind.DELIVERY_OVERDUE: "barang terlambat",
    NoticeKind.DELIVERY_UNWEIGHED: "barang belum ditimbang",
    NoticeKind.RECEIPT_UNSIGNED: "berita acara belum ditandatangani",
    NoticeKind.NEW_PURCHASE: "pembelian baru",
    NoticeKind.PURCHASE_CUT: "pembelian dikurangi",
    NoticeKind.DELIVERY_NOT_LEFT: "barang belum berangkat",
    NoticeKind.CREDIT_NOTE: "nota kredit",
    NoticeKind.PURCHASE_OVERDUE: "pembelian lewat jatuh tempo",
    NoticeKind.FORECAST_MISSING: "kebutuhan belum dikirim",
    NoticeKind.OFFER_MISSING: "penawaran belum dikirim",
    NoticeKind.REPAIR_GIVEN_UP: "perbaikan rencana gagal",
    NoticeKind.LINES_UNDECIDED: "baris menunggu keputusan",
    NoticeKind.NEED_UNDECIDED: "kebutuhan menunggu keputusan",
    NoticeKind.DECISION_REMINDER: "pengingat keputusan",
    NoticeKind.REFUND_OVERDUE: "pengembalian uang terlambat",
    NoticeKind.SUPPLY_SHORT: "rencana terbit dengan kekurangan",
    NoticeKind.SUPPLY_REPAIRED: "hasil pencarian pemasok",
}
NOTIFICATION: Final[Mapping[StrEnum, str]] = {
    NotificationStatus.WAITING: "menunggu dikirim",
    NotificationStatus.SENT: "terkirim",
    NotificationStatus.FAILED: "gagal terkirim",
}
WEBHOOK: Final[Mapping[StrEnum, str]] = {
    EndpointStatus.ACTIVE: "aktif",
    EndpointStatus.DISABLED: "dimatikan",
}
WEBHOOK_DELIVERY: Final[Mapping[StrEnum, str]] = {
    WebhookDeliveryStatus.PENDING: "menunggu dikirim",
    WebhookDeliveryStatus.DELIVERED: "sampai",
    WebhookDeliveryStatus.DEAD: "tidak dicoba lagi",
}
