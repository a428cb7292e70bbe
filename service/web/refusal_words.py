"""What a refusal says on a page: a title and what to do, in plain Indonesian; in English the API's own words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from service.api.problems import kind_of, kinds_by_code
from service.domain.errors import DomainError, FieldFault, InvalidField, PriceAboveCap
from service.domain.units import Unit
from service.files.fault_words import worded
from service.matching.why.sentences.wording import Language, quantity

_AGAIN: Final = "Muat ulang halaman ini, lihat keadaannya sekarang, lalu putuskan lagi."
_OURS: Final = "Kesalahan ada pada kami dan sudah tercatat. Coba lagi sebentar lagi; yang Anda ketik masih ada."

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "action_id_reused": ("Tindakan ini sudah pernah dikirim", "Muat ulang halaman, lalu ulangi tindakannya."),
    "after_cut_off": (
        "Batas waktu minggu ini sudah lewat",
        "Perubahan masih bisa dikirim sebagai koreksi: isi alasannya.",
    ),
    "already_answered": (
        "Baris ini sudah dijawab",
        "Jawaban yang pertama yang berlaku. Muat ulang untuk melihat apa yang sudah dijawab.",
    ),
    "already_exists": ("Sudah ada yang sama", "Pilih kode, nama, hari atau nomor yang lain."),
    "already_reversed": ("Pembayaran ini sudah dibatalkan sebelumnya", "Tidak ada yang perlu dilakukan lagi."),
    "answer_unavailable": ("Perhitungan belum selesai", "Banyak yang bertanya saat ini. Coba lagi sebentar lagi."),
    "bad_request": ("Permintaan tidak terbaca", "Kembali ke halaman sebelumnya dan coba sekali lagi."),
    "before_cut_off": ("Batas waktu belum lewat", "Kirim kebutuhan seperti biasa; koreksi baru perlu setelah batas."),
    "body_not_json": ("Permintaan tidak terbaca", "Kembali ke halaman sebelumnya dan coba sekali lagi."),
    "body_too_large": ("Berkas terlalu besar", "Paling besar 5 MB. Perkecil fotonya atau pecah berkasnya."),
    "budget_exceeded": ("Melebihi anggaran", "Kurangi porsi atau pilih menu yang lebih murah pada hari termahal."),
    "cannot_undo": (
        "Jawaban ini tidak bisa ditarik lagi",
        "Waktunya lewat, atau barangnya sudah dicarikan koperasi lain. Barang yang tidak jadi ada bisa ditarik.",
    ),
    "challenge_over": (
        "Masuk lagi dari kata sandi",
        "Kode harus diketik dalam lima menit setelah kata sandi. Waktunya habis, atau akun Anda berubah sejak itu.",
    ),
    "clock_wrong": ("Jam ponsel ini tidak tepat", "Atur tanggal dan jam ponsel ke otomatis, lalu kirim lagi."),
    "conflict": ("Keadaan sudah berubah", _AGAIN),
    "csrf_refused": (
        "Permintaan datang dari situs lain",
        "Demi keamanan tidak kami jalankan. Buka Pasok langsung, lalu ulangi di sana.",
    ),
    "database_busy": ("Pasok sedang sibuk", "Coba lagi beberapa detik lagi; yang Anda ketik masih ada."),
    "storage_full": (
        "Ruang penyimpanan Pasok penuh",
        "Belum ada yang tersimpan. Beri tahu kantor kota, lalu coba lagi.",
    ),
    "domain_error": ("Tidak bisa dilakukan", _AGAIN),
    "draft_exists": ("Sudah ada konsep untuk minggu ini", "Lanjutkan konsep yang ada, kirim, atau tarik dulu."),
    "draining": ("Pasok sedang dimulai ulang", "Coba lagi beberapa detik lagi; yang Anda ketik masih ada."),
    "goods_promised": (
        "Sebagian barang sudah dijanjikan",
        "Pesanan memegang sebagian barang ini. Tarik sisanya, lalu tawarkan sisanya sebagai penawaran baru.",
    ),
    "idempotency_key_in_use": ("Kiriman pertama masih diproses", "Tunggu sebentar, lalu muat ulang halaman."),
    "idempotency_key_invalid": ("Formulir tidak lengkap", "Muat ulang halaman, lalu kirim lagi."),
    "idempotency_key_missing": ("Formulir tidak lengkap", "Muat ulang halaman, lalu kirim lagi."),
    "idempotency_key_reused": (
        "Formulir ini sudah pernah dikirim dengan isi lain",
        "Kiriman yang pertama sudah tersimpan. Muat ulang halaman untuk melihatnya.",
    ),
    "if_match_invalid": ("Formulir tidak lengkap", "Muat ulang halaman, lalu kirim lagi."),
    "if_match_missing": ("Formulir tidak lengkap", "Muat ulang halaman, lalu kirim lagi."),
    "illegal_transition": ("Tidak bisa lagi pada tahap ini", _AGAIN),
    "internal_error": ("Ada yang tidak beres pada Pasok", _OURS),
    "invalid_field": ("Periksa isian yang ditandai", "Yang Anda ketik masih ada; perbaiki yang ditandai saja."),
    "invalid_request": ("Periksa isian yang ditandai", "Yang Anda ketik masih ada; perbaiki yang ditandai saja."),
    "item_not_for_kitchens": ("Barang ini tidak boleh untuk dapur", "Barang subsidi rumah tangga; pilih barang lain."),
    "kept_out": ("Barang ini tidak ikut dihitung", "Aturan menahannya sebelum rencana dibuat; lihat alasannya."),
    "lot_already_offered": ("Lot ini sudah ditawarkan", "Tarik dulu penawaran yang memuat lot itu."),
    "method_not_allowed": ("Alamat ini tidak bisa dipakai begitu", "Kembali ke beranda dan mulai dari sana."),
    "money_refunded": ("Uangnya sudah dikembalikan", "Koperasi sudah mengembalikan uang itu; lihat tagihannya."),
    "no_plan_file": ("Perhitungan rencana ini tidak disimpan", "Jalankan pencocokan sekali lagi."),
    "not_authenticated": ("Nama atau kata sandi salah", "Periksa huruf besar dan kecil, lalu coba lagi."),
    "not_dispatched": ("Barang belum berangkat", "Timbang setelah koperasi mengirim barangnya."),
    "not_found": (
        "Tidak ditemukan",
        "Halaman ini tidak ada, atau bukan milik organisasi Anda. Periksa alamatnya atau mulai dari beranda.",
    ),
    "not_permitted": (
        "Bukan wewenang Anda",
        "Peran Anda tidak mencakup tindakan ini. Hubungi operator kota bila menurut Anda ini keliru.",
    ),
    "not_signed": ("Belum ditandatangani kedua pihak", "Timbang ulang barisnya saja."),
    "not_weighed": ("Masih ada baris yang belum ditimbang", "Timbang semua baris, lalu tanda tangani."),
    "organisation_inactive": (
        "Organisasi tidak aktif",
        "Operator kota yang menerima organisasi dan mencabut penangguhan; hubungi operator kota.",
    ),
    "other_reader": (
        "Formulir ini dibuka oleh pengguna lain",
        "Tidak ada yang dikirim atas nama Anda. Isiannya tersimpan di perangkat ini sampai pengguna itu masuk lagi.",
    ),
    "plan_outdated": ("Rencana sudah tidak sesuai keadaan", "Ada yang berubah sejak dihitung: jalankan lagi."),
    "price_above_cap": ("Harga di atas batas HET/HAP", "Turunkan harganya, atau minta pengecualian ke dinas pangan."),
    "request_timeout": ("Kiriman terhenti di tengah jalan", "Coba lagi saat sinyal lebih baik."),
    "receipt_signed": (
        "Berita acara sudah ditandatangani",
        "Selama pihak lain belum tanda tangan, tanda tangannya bisa dicabut lalu barang ditimbang ulang.",
    ),
    "respond_by_passed": (
        "Batas waktu menjawab sudah lewat",
        "Tanpa jawaban berarti ditolak. Apa yang terjadi dengan barangnya tertulis di halaman pesanan.",
    ),
    "route_not_found": ("Halaman tidak ada", "Periksa alamatnya, atau mulai dari beranda."),
    "rows_refused": ("Ada baris yang salah", "Perbaiki baris yang ditandai, atau ambil baris yang benar saja."),
    "rule_broken": ("Aturan tidak membolehkan", "Periksa angka dan pilihannya, lalu kirim lagi."),
    "run_active": ("Pencocokan minggu ini sedang berjalan", "Tunggu sampai selesai, atau batalkan dulu."),
    "code_refused": (
        "Kodenya salah, terlalu lama atau sudah dipakai",
        "Ketik kode yang sekarang tampil di ponsel, atau satu kode cadangan yang belum dipakai.",
    ),
    "second_factor_needed": ("Kode dari ponsel diperlukan", "Ketik kode dari aplikasi autentikator."),
    "second_factor_required": ("Peran Anda bekerja dengan kode dari ponsel", "Pasang dulu di Akun saya."),
    "stale_version": (
        "Sudah diubah orang lain",
        "Bandingkan isian Anda dengan keadaan terbaru, lalu kirim lagi.",
    ),
    "superseded": ("Sudah ada yang lebih baru", "Tidak ada yang berubah dan tidak ada yang perlu dilakukan."),
    "supply_exhausted": ("Barangnya sudah habis dijanjikan", "Jalankan pencocokan sekali lagi."),
    "too_many_logins": ("Terlalu banyak percobaan masuk", "Tunggu beberapa menit, lalu coba lagi."),
    "too_many_webhooks": ("Webhook organisasi Anda sudah terlalu banyak", "Hapus satu yang tidak dipakai lagi."),
    "too_many_lists": (
        "Terlalu banyak daftar sedang dibaca",
        "Coba lagi beberapa detik lagi: pilih filenya sekali lagi, lalu kirim.",
    ),
    "too_many_what_ifs": ("Sudah terlalu banyak pertanyaan menunggu", "Tunggu satu selesai, atau batalkan satu."),
    "unsupported_media_type": ("Jenis berkas ini tidak bisa dibaca", "Kirim berkas XLSX atau CSV."),
    "week_planned": ("Rencana minggu ini sudah terbit", "Kirim koreksi dengan alasannya."),
    "weighed_since": ("Ditimbang ulang setelah Anda tanda tangan", "Baca hasil barunya, lalu tanda tangani lagi."),
}

_MENDED_IN_A_FIELD: Final = frozenset({"supply_exhausted", "goods_promised"})
"""Whoever divides goods by hand, and is told a field that holds too many or too few, only types another number."""

_NOT_TYPED_BACK: Final = frozenset({"password", "old_password", "new_password"})
"""Fields that a refused form shows empty."""
_RETYPE: Final = "Perbaiki yang ditandai. Demi keamanan, kata sandi dikosongkan: ketik lagi."

_OF_AMOUNTS: Final = frozenset({"out_of_range", "not_a_step", "sum"})
_BASE_UNITS: Final = re.compile(r"(?<![\w.,])[1-9]\d*(?![\w]|[.,]\d)")
"""A count of base units in a sentence; 0 needs no unit."""


def title_of(error: DomainError, language: Language) -> str:
    """Return what happened, in a few words."""
    if language is Language.INDONESIAN:
        return WORDS[_code_of(error)][0]
    return kind_of(type(error)).title


def advice_on(error: DomainError, language: Language) -> str:
    """Return what the reader can do."""
    if language is not Language.INDONESIAN:
        return error.detail
    if any(fault.field in _NOT_TYPED_BACK for fault in error.faults):
        return _RETYPE
    words = WORDS[_code_of(error)][1]
    if isinstance(error, PriceAboveCap):
        limit = f"{error.facts['limit_idr']:,}".replace(",", ".")
        return f"Paling tinggi Rp {limit} ({error.facts['cap_kind']}, {error.facts['source']}). {words}"
    return words


def _code_of(error: DomainError) -> str:
    return InvalidField.code if error.faults and error.code in _MENDED_IN_A_FIELD else error.code


def beside_field(fault: FieldFault, language: Language) -> str:
    """Return what is wrong with a field and what would be right."""
    return worded(fault) if language is Language.INDONESIAN else fault.message


def in_its_unit(fault: FieldFault, unit: Unit, language: Language) -> FieldFault:
    """Return a fault of an amount with its figures as people say them: 25 kg, where rules speak of 25000 g."""
    if fault.code not in _OF_AMOUNTS:
        return fault
    told = _BASE_UNITS.sub(
        lambda qty: quantity(int(qty[0]), unit.value, language).replace(" ", "\u00a0"), fault.message
    )
    return FieldFault(fault.field, fault.code, told)


def words_of_code(code: str, language: Language) -> tuple[str, str]:
    """Return title and advice of a refusal that is known by its code alone."""
    if language is Language.INDONESIAN:
        return WORDS[code]
    kind = kinds_by_code()[code]
    return kind.title, kind.advice
