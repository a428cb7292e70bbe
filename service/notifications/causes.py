"""Why goods do not come, as people are told it after "karena": in Indonesian, by stable codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CAUSES: Final[Mapping[str, str]] = {
    "not_needed": "dapur membutuhkan lebih sedikit",
    "suspended": "keikutsertaan salah satu pihak dihentikan sementara",
    "recalled": "barangnya sedang ditarik",
}
"""Why an order became smaller, by the reason of the withdrawal."""

FALLS: Final[Mapping[str, str]] = {
    "not_enough_goods": "barang koperasi semula tidak cukup",
    "price_too_low": "harganya tidak disepakati",
    "no_transport": "koperasi semula tidak ada angkutan",
    "no_cold_room": "koperasi semula tidak ada tempat dingin",
    "no_cash": "modal koperasi semula tidak cukup",
    "quality": "mutu barang koperasi semula tidak cukup",
    "closed": "koperasi semula tutup",
    "crop_failed": "panennya gagal",
    "spoiled": "barang koperasi semula rusak",
    "suspended": "keikutsertaan pemasok semula dihentikan sementara",
    "recalled": "barangnya sedang ditarik",
    "expired": "koperasi semula tidak menjawab",
    "wholesaler_out_of_stock": "stok grosir habis",
    "wholesaler_damaged": "barang grosir cacat",
    "wholesaler_no_transport": "grosir tidak ada angkutan",
    "wholesaler_below_minimum": "jumlahnya di bawah pembelian minimum grosir",
    "wholesaler_other": "grosir tidak sanggup",
    "wholesaler_silence": "grosir tidak menjawab",
}
"""Why a line lost its supplier: what a cooperative, a wholesaler or the city said, or whose silence it was."""

SOME_FALL: Final = "koperasi semula tidak sanggup"
"""Where no reason was given, or none that is a reason."""


def cause_of_fall(code: str | None) -> str:
    """Return why a line lost its supplier."""
    return FALLS.get(code or "", SOME_FALL)
