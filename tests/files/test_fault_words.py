"""The file that goes back speaks Indonesian: every fault has words of its own, with the figures that it names."""

import re
from pathlib import Path

import pytest

from service.domain.errors import FieldFault
from service.files.fault_words import WORDS, in_indonesian

ROOT = Path(__file__).resolve().parents[2] / "service"


@pytest.mark.parametrize(
    ("field", "code", "message", "told"),
    [
        ("packs", "out_of_range", "A whole number between 1 and 5.", "jumlah_kemasan: Bilangan bulat antara 1 dan 5."),
        ("", "repeated", "Row 3 says the same; keep one of them.", "baris: Sama dengan baris 3; sisakan satu saja."),
        (
            "offered_qty",
            "not_a_step",
            "1500 is not a positive multiple of the step of 1000; the nearest: 1000 or 2000.",
            "jumlah: 1500 bukan kelipatan 1000; yang terdekat: 1000 2000.",
        ),
        (
            "unit",
            "unknown_unit",
            "How much is one karung of RICE-P? Fill in isi_satuan, for example 25 kg. Always known: g, kg.",
            "satuan: Berapa isi satu karung RICE-P? Isi kolom isi_satuan, misalnya 25 kg. Selalu dikenal: g, kg.",
        ),
        (
            "item_code",
            "unknown",
            "No item BERAS. Known codes like it: RICE-P, RICE-M.",
            "kode_barang: Barang BERAS tidak dikenal. Kode yang mirip: RICE-P, RICE-M.",
        ),
        ("lots.0.expires_date", "expires_too_early", "?", "kedaluwarsa: Kedaluwarsa sebelum hari masak terakhir."),
    ],
)
def test_a_fault_keeps_its_figures_and_names_the_column_as_the_file_does(field, code, message, told):
    assert in_indonesian(FieldFault(field, code, message), {}) == f"{told} [{code}]"


def test_every_code_that_reading_can_give_has_words():
    found = set()
    for name in ("rows", "cells", "entries", "lots_together"):
        text = (ROOT / "files" / f"{name}.py").read_text("utf-8")
        found |= set(re.findall(r'(?:CellFault\(|_note\([\w"]+, |add\([\w"]+, |FieldFault\([\w"]+, )"(\w+)"', text))
    assert found
    assert found <= set(WORDS)


def test_what_nobody_worded_still_says_where_to_look():
    assert in_indonesian(FieldFault("x", "new_code", "Something."), {}) == "x: Periksa isian ini. [new_code]"
