"""Why goods that were planned do not come: what a cooperative, a wholesaler or the city said, or whose silence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from service.domain.orders import DeclineReason
from service.domain.withdrawals import WithdrawalReason
from service.words.marking import marked as _

SOME_FALL: Final = _("Koperasi tidak menyanggupi.")
"""Where no reason was given, or none that is a reason."""
FALLS: Final[Mapping[str, str]] = {
    DeclineReason.NOT_ENOUGH_GOODS.value: _("Koperasi tidak punya cukup barang."),
    DeclineReason.PRICE_TOO_LOW.value: _("Harganya terlalu rendah bagi koperasi."),
    DeclineReason.NO_TRANSPORT.value: _("Koperasi tidak punya angkutan."),
    DeclineReason.NO_COLD_ROOM.value: _("Koperasi tidak punya tempat dingin."),
    DeclineReason.NO_CASH.value: _("Modal koperasi tidak cukup."),
    DeclineReason.QUALITY.value: _("Mutu barang tidak cukup baik."),
    DeclineReason.CLOSED.value: _("Koperasi tutup pada hari itu."),
    DeclineReason.OTHER.value: SOME_FALL,
    WithdrawalReason.CROP_FAILED.value: _("Panennya gagal."),
    WithdrawalReason.SPOILED.value: _("Barangnya rusak sebelum dikirim."),
    WithdrawalReason.SUSPENDED.value: _("Koperasi sedang ditangguhkan."),
    WithdrawalReason.RECALLED.value: _("Barangnya ditarik."),
    "expired": _("Koperasi tidak menjawab sampai batas waktunya."),
    "wholesaler_out_of_stock": _("Stok grosir habis."),
    "wholesaler_damaged": _("Barang dari grosir cacat."),
    "wholesaler_no_transport": _("Grosir tidak punya angkutan."),
    "wholesaler_below_minimum": _("Jumlahnya di bawah pembelian minimum grosir."),
    "wholesaler_other": _("Grosir tidak menyanggupi."),
    "wholesaler_silence": _("Grosir tidak menjawab sampai batas waktunya."),
}
"""By the code that a shortage holds."""
