"""What is wrong with a row, in Indonesian: the words of the file that goes back; the API's own stay English.

A sentence with figures is known by its English form and keeps them, written as people here write them; any other is
worded by its stable code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from babel.dates import format_date

from service.domain.errors import FieldFault
from service.files.columns import FORECAST_COLUMNS, OFFER_COLUMNS, STOCK_COLUMNS, plain_name
from service.files.fault_sentences import SENTENCES
from service.files.tables import Table

_A_DAY: Final = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)")
_AN_INSTANT: Final = re.compile(r"(\w+ \d{4})[ T](\d\d):(\d\d)")
_A_FIGURE: Final = re.compile(r"((?:Rp )?-?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?")
_COLUMNS: Final = (*STOCK_COLUMNS, *OFFER_COLUMNS, *FORECAST_COLUMNS)
_TITLES: Final = {column.name: column.title for column in _COLUMNS} | {
    # These stand in columns of other names in another kind of file.
    "lot_qty": "jumlah",
    "lots": "kode_lot",
}
WORDS: Final = {
    "above_quotes": "Tidak ada harga pembanding setinggi itu.",
    "accepted_goods": "Koperasi sudah menyanggupinya; jangan dikurangi sebanyak itu.",
    "already_open": "Sudah ada; ubah yang lama.",
    "ambiguous_number": "Angka ini bisa berarti dua hal; tulis 1250 atau 1,25.",
    "another_week": "Bandingkan dengan rencana minggu yang sama.",
    "bad_username": "3 sampai 80 huruf, angka, titik atau garis, misalnya siti.rahma.",
    "beyond_own_rights": "Anda sendiri tidak berhak melakukannya; pilih yang lain.",
    "closed_day": "Dapur tidak memasak pada hari itu.",
    "common_password": "Banyak orang memakai yang seperti ini. Pakai tiga atau empat kata yang tidak berhubungan.",
    "differs": "Tidak sama dengan baris lain dari penawaran yang sama.",
    "duplicate": "Disebut dua kali; sisakan satu saja.",
    "expired": "Ada lot yang lewat tanggal: tolak semuanya.",
    "expires_too_early": "Kedaluwarsa sebelum hari masak terakhir.",
    "future_week": "Hanya minggu yang sudah mulai.",
    "holds_name": "Jangan memakai nama Anda.",
    "invalid_email": "Isi alamat surel, misalnya siti@koperasi.example.id.",
    "invalid_phone": "Isi nomor dengan kode negara, misalnya +628123456789; 08… berarti Indonesia.",
    "invalid_url": "Isi alamat web yang mulai dengan https://, tanpa nama pengguna dan tanpa #.",
    "item_not_for_kitchens": "Barang ini tidak boleh untuk dapur.",
    "lifts_nothing": "Harus di atas HAP.",
    "lot_already_offered": "Lot ini sudah ditawarkan.",
    "missing": "Harus diisi.",
    "no_change": "Ubah paling sedikit satu nilai.",
    "no_effect": "Nilai ini tidak memengaruhi rencana; biarkan seperti semula.",
    "not_a_date": "Bukan tanggal; tulis 24/11/2026 atau 24 November 2026.",
    "not_a_monday": "Minggu mulai pada hari Senin.",
    "not_a_number": "Bukan angka; tulis 1250 atau 1,5.",
    "not_a_photo": "Ini bukan foto; pilih gambar JPEG, PNG atau WebP.",
    "not_a_price": "Bukan harga dalam rupiah bulat; tulis 14900 atau Rp 14.900.",
    "not_a_step": "Bukan kelipatan yang dijual.",
    "not_accepted": "Hanya yang sudah disanggupi bisa ditarik; yang belum dijawab ditolak saja.",
    "not_an_amount": "Tulis angka dan satuan, misalnya 25 kg.",
    "not_finished": "Belum semua dapur membuang barangnya.",
    "not_kept": "Berkas itu sudah tidak disimpan; pilih sekali lagi.",
    "not_left": "Belum ada barang itu yang berangkat dengan surat jalan ini; sebutkan lot, produsen atau barangnya.",
    "not_more": "Isi harga yang lebih tinggi daripada harga pesanan.",
    "not_needed": "Semua diterima; kosongkan alasannya.",
    "not_text": "Ada huruf tersembunyi; ketik ulang.",
    "not_waiting": "Baris ini tidak menunggu jawaban lagi; muat ulang halaman.",
    "not_whole": "Bukan bilangan bulat dalam satuan barang.",
    "not_yes_or_no": "Tulis ya atau tidak.",
    "not_yours": "Pilih alasan dari daftar.",
    "nothing_changed": "Ubah paling sedikit satu nilai.",
    "nothing_chosen": "Isi paling sedikit satu baris.",
    "nothing_shipped": "Isi paling sedikit satu baris; bila tidak ada yang dikirim, tarik barisnya.",
    "number_taken": "Nomor ini sudah dipakai pesanan lain.",
    "out_of_range": "Di luar batas yang boleh.",
    "outside_days": "Di luar hari rencana asalnya.",
    "outside_week": "Di luar minggu ini.",
    "part_refused": "Baris lain dari penawaran yang sama ditolak.",
    "past": "Minggu itu sudah lewat.",
    "price_above_cap": "Harga melebihi batas HET/HAP.",
    "private_url": "Isi nama lengkap mesin di internet umum.",
    "recalled": "Barang ini sedang ditarik: tolak semuanya.",
    "repeated": "Sudah ada di baris lain.",
    "role_does_not_fit": "Organisasi ini tidak punya peran itu; pilih yang lain.",
    "sum": "Ketiganya harus berjumlah sama dengan yang diterima.",
    "sum_differs": "Jumlah lot tidak sama dengan jumlah yang ditawarkan.",
    "too_early": "Tanggalnya terlalu awal.",
    "too_few": "Terlalu sedikit; tambah lagi.",
    "too_large": "Terlalu besar; perkecil dulu.",
    "too_late": "Waktunya sudah lewat.",
    "too_long": "Terlalu panjang.",
    "too_many": "Fotonya sudah cukup: paling banyak lima tiap baris.",
    "too_many_lots": "Lebih dari 5.000 lot sudah berangkat: sebutkan hari masaknya, lalu tarik bagian demi bagian.",
    "too_short": "Terlalu pendek.",
    "too_warm": "Terlalu hangat: tolak semuanya, atau ukur lagi.",
    "twice": "Disebut dua kali; sisakan satu saja.",
    "unchanged": "Pakai yang lain dari sebelumnya.",
    "unexpected": "Sanggup semua tidak perlu alasan; atau jumlahnya memang kurang?",
    "unknown": "Tidak dikenal.",
    "unknown_line": "Baris ini tidak ada lagi; muat ulang halaman.",
    "unknown_reference": "Ini tidak ada dalam rencana asalnya.",
    "unknown_unit": "Satuan tidak dikenal; isi kolom isi_satuan, misalnya 25 kg.",
    "unreadable": "Berkas ini tidak terbaca; simpan sebagai XLSX atau CSV, lalu pilih lagi.",
    "worthless": "Isi barang yang nilainya paling sedikit satu rupiah.",
    "wrong_code": "Kodenya salah, terlalu lama atau sudah dipakai. Lihat kode yang sekarang di ponsel.",
    "wrong_password": "Bukan kata sandi Anda.",
}
"""By the code of a fault."""
UNWORDED: Final = "Periksa isian ini."


def headers_of(table: Table) -> dict[str, str]:
    """Return what a file itself calls the columns that any list knows."""
    words = {column.name: {column.name, column.title, *column.aliases} for column in _COLUMNS}
    return {name: header for header in table.header for name, known in words.items() if plain_name(header) in known}


def in_indonesian(fault: FieldFault, headers: Mapping[str, str]) -> str:
    """Return a fault as the file tells it: the column, what is wrong, and the code for whoever helps."""
    name = fault.field.rpartition(".")[2]
    place = headers.get(name) or _TITLES.get(name, name) or "baris"
    return f"{place}: {worded(fault)} [{fault.code}]"


def worded(fault: FieldFault) -> str:
    """Return what is wrong with a value, in Indonesian."""
    for english, indonesian in SENTENCES:
        found = english.fullmatch(fault.message)
        if found is not None:
            return _filled(indonesian, found)
    return WORDS.get(fault.code, UNWORDED)


def _filled(indonesian: str, found: re.Match[str]) -> str:
    words = re.sub(r"\\(\d)", lambda place: _figure(found[int(place[1])]), indonesian)
    return _AN_INSTANT.sub(_instant, _A_DAY.sub(_day, words))


def _figure(text: str) -> str:
    """Return a number or rupiah with the point and the comma where people here set them; any other text as it is."""
    found = _A_FIGURE.fullmatch(text)
    if found is None:
        return text
    before, whole, rest = found[1], int(found[2].replace(",", "")), (found[3] or "").rstrip("0")
    return f"{before}{whole:,}".replace(",", ".") + (f",{rest}" if rest else "")


def _day(found: re.Match[str]) -> str:
    return format_date(date.fromisoformat(found[0]), "d MMMM y", "id")


def _instant(found: re.Match[str]) -> str:
    return f"{found[1]} pukul {found[2]}.{found[3]}"
