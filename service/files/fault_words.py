"""What is wrong with a row, in Indonesian: the words of the file that goes back; the API's own stay English.

A sentence with figures is known by its English form and keeps them; any other is worded by its stable code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from service.domain.errors import FieldFault
from service.files.columns import FORECAST_COLUMNS, OFFER_COLUMNS, STOCK_COLUMNS, plain_name
from service.files.tables import Table

_COLUMNS: Final = (*STOCK_COLUMNS, *OFFER_COLUMNS, *FORECAST_COLUMNS)
_TITLES: Final = {column.name: column.title for column in _COLUMNS} | {
    # These stand in columns of other names in another kind of file.
    "lot_qty": "jumlah",
    "lots": "kode_lot",
}
_SENTENCES: Final = tuple(
    (re.compile(english, re.DOTALL), indonesian)
    for english, indonesian in (
        (r"Between (?:Rp )?(.+) and the offered (.+)\.", r"Antara \1 dan jumlah yang ditawarkan (\2)."),
        (r"Between (.+) and (.+): the kitchen is registered for (.+)\.",
         r"Antara \1 dan \2; dapur terdaftar untuk \3."),
        (r"Between (.+) and (.+)\.", r"Antara \1 dan \2."),
        (r"Answer at least one line\.", r"Pilih jawaban untuk paling sedikit satu baris."),
        (r"Accept a multiple of (\d+)\.", r"Isi kelipatan \1."),
        (r"A whole number between (.+) and (.+)\.", r"Bilangan bulat antara \1 dan \2."),
        (r"(\S+) is not a positive multiple of the step of (\d+); the nearest: (\d+)(?: or (\d+))?\.",
         r"\1 bukan kelipatan \2; yang terdekat: \3 \4."),
        (r"(.+) on (\S+) stands in .+ already; write it once\.", r"Sudah ada pada hari itu; tulis satu kali saja."),
        (r"A serving needs at least one portion, small or large\.", r"Isi porsi kecil atau porsi besar."),
        (r"0, or a multiple of the step of (\d+)\.", r"0 atau kelipatan \1."),
        (r"(\S+) is no whole number of (\w+)\.", r"\1 bukan bilangan bulat dalam \2."),
        (r"The first day can be (\S+) at the earliest\.", r"Hari pertama paling awal \1."),
        (r"The last day is on or after (\S+)\.", r"Hari terakhir paling awal \1."),
        (r"At most (\d+) days, so (\S+) at the latest\.", r"Paling lama \1 hari, jadi paling akhir \2."),
        (r"All three add up to (.+), not (.+)\.", r"Jumlah ketiganya harus \1, bukan \2 (satuan dasar)."),
        (r"At least (\d+) characters\.", r"Paling sedikit \1 huruf."),
        (r"At most (\d+) characters\.", r"Paling banyak \1 huruf."),
        (r"Row (\d+) says the same; keep one of them\.", r"Sama dengan baris \1; sisakan satu saja."),
        (r"No item (.+)\. Known codes like it: (.+)\.", r"Barang \1 tidak dikenal. Kode yang mirip: \2."),
        (r"How much is one (.+) of (\S+)\? Fill in isi_satuan, for example 25 kg\. Always known: (.+)\.",
         r"Berapa isi satu \1 \2? Isi kolom isi_satuan, misalnya 25 kg. Selalu dikenal: \3."),
        (r"Name the unit of .+\. Always known: (.+)\.", r"Isi satuannya. Selalu dikenal: \1."),
        (r"A number and a unit, for example 25 kg\. Units: (.+)\.", r"Angka dan satuan, misalnya 25 kg. Satuan: \1."),
        (r"Rp ([\d,]+) is Rp ([\d,]+) above the (\w+) of Rp ([\d,]+) for (\S+) on (\S+) \((.+), valid from .+\)\.",
         r"Rp \1 untuk dapur melebihi \3 Rp \4 sebesar Rp \2 pada \6 (\7)."),
        (r"The kitchen does not cook on (\S+); its days that week: (.+)\.",
         r"Dapur tidak memasak pada \1; hari masak minggu itu: \2."),
        (r"(\S+) is not in the week of (\S+); its days: (.+)\.", r"\1 di luar minggu \2; harinya: \3."),
        (r"The lot expires on (\S+), before the offer's last cooking day (\S+)\.",
         r"Lot kedaluwarsa \1, sebelum hari masak terakhir \2."),
        (r"Lot (.+) stands in the open offer (\S+); withdraw that one first\.",
         r"Lot \1 ada di penawaran \2 yang masih buka; tarik dahulu yang itu."),
        (r"The stock ends on (\S+), before this branch can deliver\.",
         r"Stok ini berakhir \1, sebelum cabang ini bisa mengirim."),
        (r"Could not be sold in its region: .+", r"Cabang ini belum boleh menjual barang ini di daerahnya."),
        (r"It is offered already, as (\S+); change that\.", r"Sudah ditawarkan (\1); ubah yang itu."),
        (r"It is on the shelf already, as stock (\S+); change that\.", r"Sudah ada di stok (\1); ubah yang itu."),
        (r"Row (\d+) of the same offer says otherwise; say the same\.",
         r"Baris \1 dari penawaran yang sama berisi lain; samakan."),
        (r"Row (\d+) of the same offer is not valid\.", r"Baris \1 dari penawaran yang sama ditolak."),
        (r"Rows of one offer are its lots; name the lot of each\.",
         r"Baris-baris satu penawaran adalah lotnya; isi lot di tiap baris."),
        (r"(“.+”) could be .+", r"\1 bisa berarti dua hal; tulis tanpa titik atau koma ribuan."),
    )
)  # fmt: skip
WORDS: Final = {
    "already_open": "Sudah ada; ubah yang lama.",
    "nothing_chosen": "Isi paling sedikit satu baris.",
    "not_a_photo": "Ini bukan foto; pilih gambar JPEG, PNG atau WebP.",
    "not_needed": "Semua diterima; kosongkan alasannya.",
    "expired": "Ada lot yang lewat tanggal: tolak semuanya.",
    "too_warm": "Terlalu hangat: tolak semuanya, atau ukur lagi.",
    "too_many": "Fotonya sudah cukup: paling banyak lima tiap baris.",
    "too_large": "Terlalu besar; perkecil dulu.",
    "too_many_lots": "Lebih dari 5.000 lot sudah berangkat: sebutkan hari masaknya, lalu tarik bagian demi bagian.",
    "too_late": "Waktunya sudah lewat.",
    "recalled": "Barang ini sedang ditarik: tolak semuanya.",
    "sum": "Ketiganya harus berjumlah sama dengan yang diterima.",
    "ambiguous_number": "Angka ini bisa berarti dua hal; tulis 1250 atau 1,25.",
    "closed_day": "Dapur tidak memasak pada hari itu.",
    "differs": "Tidak sama dengan baris lain dari penawaran yang sama.",
    "expires_too_early": "Kedaluwarsa sebelum hari masak terakhir.",
    "item_not_for_kitchens": "Barang ini tidak boleh untuk dapur.",
    "lot_already_offered": "Lot ini sudah ditawarkan.",
    "missing": "Harus diisi.",
    "not_kept": "Berkas itu sudah tidak disimpan; pilih sekali lagi.",
    "not_a_date": "Bukan tanggal; tulis 24/11/2026 atau 24 November 2026.",
    "not_a_number": "Bukan angka; tulis 1250 atau 1,5.",
    "not_a_price": "Bukan harga dalam rupiah bulat; tulis 14900 atau Rp 14.900.",
    "not_a_step": "Bukan kelipatan yang dijual.",
    "not_an_amount": "Tulis angka dan satuan, misalnya 25 kg.",
    "not_text": "Ada huruf tersembunyi; ketik ulang.",
    "not_whole": "Bukan bilangan bulat dalam satuan barang.",
    "common_password": "Banyak orang memakai yang seperti ini. Pakai tiga atau empat kata yang tidak berhubungan.",
    "holds_name": "Jangan memakai nama Anda.",
    "too_short": "Terlalu pendek.",
    "unchanged": "Pakai yang lain dari sebelumnya.",
    "wrong_code": "Kodenya salah, terlalu lama atau sudah dipakai. Lihat kode yang sekarang di ponsel.",
    "wrong_password": "Bukan kata sandi Anda.",
    "not_yes_or_no": "Tulis ya atau tidak.",
    "out_of_range": "Di luar batas yang boleh.",
    "outside_week": "Di luar minggu ini.",
    "part_refused": "Baris lain dari penawaran yang sama ditolak.",
    "price_above_cap": "Harga melebihi batas HET/HAP.",
    "repeated": "Sudah ada di baris lain.",
    "sum_differs": "Jumlah lot tidak sama dengan jumlah yang ditawarkan.",
    "too_early": "Tanggalnya terlalu awal.",
    "too_long": "Terlalu panjang.",
    "unknown": "Tidak dikenal.",
    "unknown_unit": "Satuan tidak dikenal; isi kolom isi_satuan, misalnya 25 kg.",
}
"""By the code of a fault; a code without words is told by itself."""


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
    for english, indonesian in _SENTENCES:
        found = english.fullmatch(fault.message)
        if found is not None:
            words = re.sub(r" +([.;])", r"\1", found.expand(indonesian))
            return re.sub(r"Rp [\d,]+", lambda amount: amount[0].replace(",", "."), words)
    return WORDS.get(fault.code, "Periksa isian ini.")
