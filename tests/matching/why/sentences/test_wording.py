"""How numbers are written in each language."""

import pytest

from service.matching.why.sentences.wording import (
    Language,
    counted,
    listed,
    named,
    number,
    percent,
    price_unit,
    quantity,
    rupiah,
)

ID, EN = Language.INDONESIAN, Language.ENGLISH


@pytest.mark.parametrize(
    ("value", "digits", "indonesian", "english"),
    [(1_250, 0, "1.250", "1,250"), (0.5, 2, "0,5", "0.5"), (1_234.5, 1, "1.234,5", "1,234.5"), (-0.001, 1, "0", "0")],
)
def test_numbers_have_the_points_of_their_language(value, digits, indonesian, english):
    assert (number(value, ID, digits=digits), number(value, EN, digits=digits)) == (indonesian, english)


def test_rupiah_are_whole_and_carry_their_sign_in_front():
    assert (rupiah(1_250.4, ID), rupiah(-1_250, EN), rupiah(-0.2, EN)) == ("Rp 1.250", "-Rp 1,250", "Rp 0")


@pytest.mark.parametrize(
    ("qty", "unit", "indonesian", "english"),
    [
        (120_000, "g", "120 kg", "120 kg"),
        (1_250, "g", "1,25 kg", "1.25 kg"),
        (500, "g", "500 g", "500 g"),
        (2_500, "ml", "2,5 liter", "2.5 litres"),
        (500, "ml", "500 ml", "500 ml"),
        (1_200, "pc", "1.200 buah", "1,200 pieces"),
    ],
)
def test_quantities_are_said_as_people_say_them(qty, unit, indonesian, english):
    assert (quantity(qty, unit, ID), quantity(qty, unit, EN)) == (indonesian, english)


def test_english_counts_agree_with_their_noun():
    assert (counted(1, "delivery", "deliveries"), counted(1_200, "day", "days")) == ("1 delivery", "1,200 days")


def test_lists_shares_prices_and_names():
    assert [listed(words, ID) for words in ((), ("A",), ("A", "B"), ("A", "B", "C"))] == [
        "",
        "A",
        "A dan B",
        "A, B dan C",
    ]
    assert listed(("A", "B"), EN) == "A and B"
    assert (percent(0.934, ID), percent(1, EN)) == ("93,4%", "100%")
    assert [price_unit(unit, language) for unit in ("g", "ml", "pc") for language in (ID, EN)] == [
        "kg", "kg", "liter", "litre", "buah", "piece",
    ]  # fmt: skip
    assert (named("C1", {"C1": "KKMP Sukasari"}), named("C2", {})) == ("KKMP Sukasari", "C2")
