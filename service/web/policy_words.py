"""What the values of the policy are called on the pages, and in which unit they are typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from service.words.marking import marked as _

RUPIAH, PERCENT, MINUTES, DAYS, WEEKDAY = "idr", "percent", "minutes", "days", "weekday"

VALUES: Final[Mapping[str, tuple[str, str]]] = {
    "cut_off_weekday": (_("Hari batas kirim kebutuhan (0 Senin sampai 6 Minggu)"), WEEKDAY),
    "cut_off_minute": (_("Jam batas, dalam menit sejak tengah malam"), MINUTES),
    "respond_within_minutes": (_("Waktu koperasi menjawab pesanan"), MINUTES),
    "remind_before_minutes": (_("Pengingat sebelum waktu jawab habis"), MINUTES),
    "undo_minutes": (_("Jawaban pesanan bisa ditarik selama"), MINUTES),
    "ingredient_idr_per_small_portion": (_("Anggaran bahan per porsi kecil"), RUPIAH),
    "ingredient_idr_per_large_portion": (_("Anggaran bahan per porsi besar"), RUPIAH),
    "operations_idr_per_portion": (_("Anggaran operasional per porsi"), RUPIAH),
    "drop_idr": (_("Biaya sekali antar"), RUPIAH),
    "drop_idr_per_km": (_("Biaya antar per km"), RUPIAH),
    "carry_idr_per_kg_km": (_("Biaya angkut per kg dan km"), RUPIAH),
    "freight_idr_per_kg_km": (_("Biaya angkut dari grosir per kg dan km"), RUPIAH),
    "tier_kelurahan_idr_per_kg": (_("Tambahan per kg dari kelurahan yang sama"), RUPIAH),
    "tier_kecamatan_idr_per_kg": (_("Tambahan per kg dari kecamatan yang sama"), RUPIAH),
    "tier_city_idr_per_kg": (_("Tambahan per kg dari bagian kota yang lain"), RUPIAH),
    "wholesale_idr_per_kg": (_("Tambahan per kg barang grosir"), RUPIAH),
    "fairness_bp": (_("Harga ketidakadilan: bagian dari nilai wajar yang tidak sampai"), PERCENT),
    "fair_need_share_bp": (_("Bagian kebutuhan kota yang ditujukan untuk koperasi"), PERCENT),
    "trial_share_bp": (_("Bagian percobaan koperasi baru"), PERCENT),
    "share_bp": (_("Harga bila satu koperasi menguasai satu dapur"), PERCENT),
    "supplier_gap_idr": (_("Harga bila pemasok dapur kurang beragam"), RUPIAH),
    "supplier_min_value_idr": (_("Nilai paling sedikit agar dihitung pemasok"), RUPIAH),
    "change_idr_per_kg": (_("Harga mengubah rencana yang sudah terbit, per kg"), RUPIAH),
    "invoice_due_days": (_("Waktu dapur membayar tagihan"), DAYS),
    "late_reject_days": (_("Waktu menolak barang setelah diterima"), DAYS),
    "late_reject_keeping_days": (_("Waktu menolak barang yang tahan lama"), DAYS),
    "cash_bp": (_("Bagian nilai barang sendiri yang dibayar di muka"), PERCENT),
}
"""Every whole number of `PolicyValues`, in the order of the form."""
