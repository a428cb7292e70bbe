"""The file that goes back speaks Indonesian: every fault has words of its own, with the figures that it names."""

import re

import pytest

from service.domain.errors import FieldFault
from service.files.fault_words import UNWORDED, in_indonesian, worded
from tests.files.fault_messages import every_fault

ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
FIGURES = ("2026-11-30", "12345", "TEMPE")
"""What stands in a sentence where its fault names something: a day, a number, a name."""
TOLD_TO_PROGRAMS = {
    "A number, a colon and 64 hexadecimal digits, as verify prints it.",
    "After now ({}), at the latest {}.",
}
IN_BOTH = {"HAP", "HET", "Indonesia", "Lot", "November", "example", "https", "internet", "koperasi", "lot", "menu"} | {
    "rahma", "rupiah", "siti", "tidak", "web",
}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "code", "message", "told"),
    [
        ("packs", "out_of_range", "A whole number between 1 and 5.", "jumlah_kemasan: Bilangan bulat antara 1 dan 5."),
        ("", "repeated", "Row 3 says the same; keep one of them.", "baris: Sama dengan baris 3; sisakan satu saja."),
        (
            "offered_qty",
            "not_a_step",
            "1500 is not a positive multiple of the step of 1000; the nearest: 1000 or 2000.",
            "jumlah: 1.500 bukan kelipatan 1.000; yang terdekat: 1.000 atau 2.000.",
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


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (
            "Rp 32,000 is Rp 2,000 above the HAP of Rp 30,000 for EGG on 2026-11-30 (Perbadan 6/2024, valid from x).",
            "Rp 32.000 untuk dapur melebihi HAP Rp 30.000 sebesar Rp 2.000 pada 30 November 2026 (Perbadan 6/2024).",
        ),
        (
            "The kitchen does not cook on 2026-12-06; its days that week: 2026-11-30, 2026-12-01.",
            "Dapur tidak memasak pada 6 Desember 2026; hari masak minggu itu: 30 November 2026, 1 Desember 2026.",
        ),
        (
            "EGG for 2026-11-30 could be raised until 2026-11-28 17:00; order the rest for a later day.",
            (
                "EGG untuk 30 November 2026 hanya bisa ditambah sampai 28 November 2026 pukul 17.00; "
                "pesan sisanya untuk hari lain."
            ),
        ),
        ("Between -50.0 and 100.0.", "Antara -50 dan 100."),
        ("Between 2 and 1500 packs.", "Antara 2 dan 1.500 kemasan."),
        ("Between Rp 1 and Rp 1000000000000.", "Antara Rp 1 dan Rp 1.000.000.000.000."),
        ("Lot 20261 stands above already.", "Lot 20261 sudah ada di atas; tulis satu kali saja."),
    ],
)
def test_days_rupiah_and_numbers_are_written_as_people_here_write_them(message, told):
    assert worded(FieldFault("", "?", message)) == told


@pytest.mark.parametrize("figure", FIGURES)
def test_no_fault_speaks_english_or_shows_a_day_as_computers_write_it(figure):
    faults = every_fault()
    english = {word for _, message in faults for word in re.findall(r"\b[A-Za-z]{3,}\b", message)}
    told = {(message, worded(FieldFault("", code, message.replace("{}", figure)))) for code, message in faults}
    assert len(told) > 100, "they are found"
    assert [one for one in told if ISO_DAY.search(one[1])] == []
    said = {word for _, words in told for word in re.findall(r"\b[A-Za-z]{3,}\b", words)}
    assert said & english <= IN_BOTH


def test_every_fault_says_what_would_be_right():
    assert {
        message
        for code, message in every_fault()
        if message not in TOLD_TO_PROGRAMS
        and all(worded(FieldFault("", code, message.replace("{}", figure))) == UNWORDED for figure in FIGURES)
    } == set()


def test_what_nobody_worded_still_says_where_to_look():
    assert in_indonesian(FieldFault("x", "new_code", "Something."), {}) == "x: Periksa isian ini. [new_code]"
