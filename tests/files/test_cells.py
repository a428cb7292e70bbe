"""Numbers, prices and days as people type them."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from service.files.cells import CellFault, amount, day, rupiah, words, yes_or_no


@pytest.mark.parametrize(
    ("cell", "number", "unit"),
    [
        ("50", "50", ""),
        ("50 kg", "50", "kg"),
        ("50kg", "50", "kg"),
        ("1,5 kg", "1.5", "kg"),
        ("1.5", "1.5", ""),
        ("1.250,5", "1250.5", ""),
        ("1,250.5", "1250.5", ""),
        ("1.250.000", "1250000", ""),
        ("0,125 Liter", "0.125", "Liter"),
        ("12 250", "12250", ""),
        (12.0, "12", ""),
        (0.1 + 0.2, "0.3", ""),
        (7, "7", ""),
        ("-3", "-3", ""),
    ],
)
def test_a_number_and_its_unit(cell, number, unit):
    assert amount(cell) == (Decimal(number), unit)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1.250", "ambiguous_number"),
        ("12,500 kg", "ambiguous_number"),
        ("x", "not_a_number"),
        ("1e9", None),
        ("1.25.0", "not_a_number"),
        ("1,2,3.4", "not_a_number"),
        ("1.2.3,4", "not_a_number"),
        ("9" * 40, "not_a_number"),
        (float("inf"), "not_a_number"),
        (float("nan"), "not_a_number"),
        (True, "not_a_number"),
        (date(2026, 11, 24), "not_a_number"),
        ("٣", "not_a_number"),
    ],
)
def test_what_is_no_number_or_could_be_two(cell, code):
    if code is None:
        # A letter is a unit, never an exponent: nobody knows the unit "e9".
        with pytest.raises(CellFault):
            amount(cell)
        return
    with pytest.raises(CellFault) as refused:
        amount(cell)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("cell", "price"),
    [
        ("14900", 14_900),
        ("14.900", 14_900),
        ("14,900", 14_900),
        ("Rp 14.900", 14_900),
        ("Rp. 14.900,-", 14_900),
        ("Rp14.900,00", 14_900),
        ("1.250.000", 1_250_000),
        ("IDR 1,250,000.00", 1_250_000),
        (690_000.0, 690_000),
    ],
)
def test_a_price_in_whole_rupiah(cell, price):
    assert rupiah(cell) == price


@pytest.mark.parametrize("cell", ["14.9", "14,95", "Rp", "1.4900", 14_900.5, "-5", "14.900 per kg", "1.250,000"])
def test_what_is_no_price(cell):
    with pytest.raises(CellFault) as refused:
        rupiah(cell)
    assert refused.value.code == "not_a_price"


@pytest.mark.parametrize(
    "cell",
    [
        "2026-11-24",
        "24/11/2026",
        "24-11-2026",
        "24.11.2026",
        "24 November 2026",
        "24 Nov 2026",
        "Selasa, 24 November 2026",
        "2026-11-24 00:00:00",
        date(2026, 11, 24),
        datetime(2026, 11, 24, 7, 0),  # noqa: DTZ001 (cells of a spreadsheet know no zone)
    ],
)
def test_a_day(cell):
    assert day(cell) == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("number", "names"),
    [
        (1, "Januari Jan"),
        (2, "Februari Peb"),
        (5, "Mei May"),
        (8, "Agustus Agt"),
        (10, "Okt Oct"),
        (12, "Desember Dec"),
    ],
)
def test_months_have_indonesian_and_english_names(number, names):
    assert {day(f"5 {name} 2026").month for name in names.split()} == {number}


@pytest.mark.parametrize(
    "cell", ["31/02/2026", "24/11/26", "11/24/2026", "besok", 45_985, "24 Brumaire 2026", "1/1/1999"]
)
def test_what_is_no_day(cell):
    with pytest.raises(CellFault) as refused:
        day(cell)
    assert refused.value.code == "not_a_date"


def test_yes_and_no_in_both_languages():
    assert [yes_or_no(cell) for cell in ("Ya", "yes", True, "TIDAK", "no", False, 0.0)] == [True] * 3 + [False] * 4
    with pytest.raises(CellFault):
        yes_or_no("mungkin")


def test_whole_numbers_are_words_without_a_point():
    assert [words(cell) for cell in (12.0, 1.5, " x ", None)] == ["12", "1.5", "x", ""]
