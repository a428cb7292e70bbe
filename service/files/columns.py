"""Which column of a file is which: names in Indonesian and English, in any order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from service.domain.faults import Faults
from service.files.tables import Table

OUTCOME: Final = "hasil"
PROBLEMS: Final = "kesalahan"
ADDED: Final = frozenset({OUTCOME, PROBLEMS})
"""The columns that an answer adds; a file that comes back with them loses them."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column's name in the API, the name that exports give it, and what else people call it."""

    name: str
    title: str
    aliases: tuple[str, ...] = ()
    is_required: bool = False


ITEM: Final = Column(
    "item_code",
    "kode_barang",
    ("kode", "barang", "item", "nama_barang", "komoditas", "produk", "product"),
    is_required=True,
)
UNIT: Final = Column("unit", "satuan", ("uom", "units"))
UNIT_FACTOR: Final = Column("unit_factor", "isi_satuan", ("isi_per_satuan", "setara", "one_unit_is"))
FROM_DATE: Final = Column(
    "from_date", "tanggal_mulai", ("mulai", "dari", "dari_tanggal", "from", "start_date"), is_required=True
)
TO_DATE: Final = Column(
    "to_date",
    "tanggal_akhir",
    ("sampai", "sampai_tanggal", "akhir", "hingga", "to", "until", "end_date"),
    is_required=True,
)

STOCK_COLUMNS: Final = (
    ITEM,
    Column("packs", "jumlah_kemasan", ("kemasan", "jumlah", "qty", "stok", "stock", "jumlah_pack"), is_required=True),
    Column("pack_qty", "isi_kemasan", ("isi", "ukuran_kemasan", "pack_size")),
    UNIT,
    UNIT_FACTOR,
    Column(
        "price_idr",
        "harga_kemasan",
        ("harga", "harga_rp", "price", "harga_per_kemasan", "pack_price"),
        is_required=True,
    ),
    FROM_DATE,
    TO_DATE,
)
OFFER_COLUMNS: Final = (
    ITEM,
    Column("offered_qty", "jumlah", ("qty", "kuantitas", "quantity", "jumlah_tawaran", "volume"), is_required=True),
    UNIT,
    UNIT_FACTOR,
    Column("price_idr", "harga", ("harga_rp", "harga_satuan", "price", "harga_per_kg"), is_required=True),
    FROM_DATE,
    TO_DATE,
    Column("min_qty", "jumlah_minimum", ("minimum", "minimal", "min", "minimum_qty")),
    Column("cash_bp", "porsi_tunai_bp", ("tunai_bp",)),
    Column("origin_producer", "produsen", ("asal", "petani", "peternak", "producer", "origin")),
    Column("lot_code", "kode_lot", ("lot", "nomor_lot", "batch")),
    Column("expires_date", "kedaluwarsa", ("kadaluarsa", "kadaluwarsa", "exp", "expiry", "expires", "expiry_date")),
    Column("offer_key", "penawaran", ("kunci_penawaran", "nomor_penawaran", "offer")),
)
FORECAST_COLUMNS: Final = (
    ITEM,
    Column(
        "needed_date",
        "tanggal_masak",
        ("tanggal", "hari", "date", "cooking_day", "tanggal_kebutuhan"),
        is_required=True,
    ),
    Column(
        "demanded_qty", "jumlah", ("qty", "kuantitas", "quantity", "kebutuhan", "jumlah_kebutuhan"), is_required=True
    ),
    UNIT,
    UNIT_FACTOR,
    Column("own_max_price_idr", "harga_maksimum", ("harga_maks", "batas_harga", "max_price", "harga")),
    Column("can_substitute", "boleh_diganti", ("boleh_ganti", "substitusi", "substitute")),
)


_TITLES: Final = {column.name: column.title for column in (*STOCK_COLUMNS, *OFFER_COLUMNS, *FORECAST_COLUMNS)}

_ENGLISH: Final = {
    "price_idr": "price",
    "own_max_price_idr": "highest price",
    "offered_qty": "quantity",
    "lot_qty": "quantity of the lot",
}
"""What English readers call columns whose names only programs read with ease."""


def column_words(name: str, *, indonesian: bool) -> str:
    """Return what a column is called beside a fault of it: as in the files that people fill in, but readable."""
    return (_TITLES if indonesian else _ENGLISH).get(name, name).replace("_", " ")


def plain_name(header: str) -> str:
    """Return a header as it is compared: lower case, one underscore between words, no unit in brackets."""
    bare = re.sub(r"\(.*?\)", " ", header.casefold())
    return re.sub(r"[^a-z0-9]+", "_", bare).strip("_")


def places_of(table: Table, columns: Sequence[Column]) -> Mapping[str, int]:
    """Return where each known column stands; columns that nobody knows are let be.

    Raises
    ------
    InvalidField
        Naming what is missing or there twice, and the names that would be valid.
    """
    by_word = {word: column for column in reversed(columns) for word in (column.name, column.title, *column.aliases)}
    faults = Faults()
    places: dict[str, int] = {}
    for place, header in enumerate(table.header):
        column = by_word.get(plain_name(header))
        if column is None:
            continue
        if column.name in places:
            other = table.header[places[column.name]]
            faults.add(f"columns.{column.name}", "repeated", f"“{other}” and “{header}” mean the same column.")
        places[column.name] = place
    for column in columns:
        if column.is_required and column.name not in places:
            names = ", ".join((column.title, column.name, *column.aliases[:3]))
            faults.add(f"columns.{column.name}", "missing", f"A column is missing. Name it one of: {names}.")
    faults.raise_any()
    return places
