"""Amounts in words: read back word by word they are the number again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.terbilang import MOST, in_words, rupiah_in_words

WORDS = "nol satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas"
UNITS = {word: number for number, word in enumerate(WORDS.split(" "))}
GROUPS = {"ribu": 10**3, "juta": 10**6, "miliar": 10**9, "triliun": 10**12}


def read(words):
    """Read number words as a person does, from left to right."""
    total = group = last = 0
    for word in words.split():
        if word in {"seratus", "seribu"}:
            total, group, last = (total, group + 100, 0) if word == "seratus" else (total + 1000, 0, 0)
        elif word == "belas":
            group, last = group + 10 + last, 0
        elif word in {"puluh", "ratus"}:
            group, last = group + last * {"puluh": 10, "ratus": 100}[word], 0
        elif word in GROUPS:
            total, group, last = total + (group + last) * GROUPS[word], 0, 0
        else:
            group, last = group + last, UNITS[word]
    return total + group + last


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "nol"),
        (11, "sebelas"),
        (12, "dua belas"),
        (21, "dua puluh satu"),
        (100, "seratus"),
        (1000, "seribu"),
        (1_100, "seribu seratus"),
        (2_000, "dua ribu"),
        (100_000, "seratus ribu"),
        (1_000_000, "satu juta"),
        (1_234_567, "satu juta dua ratus tiga puluh empat ribu lima ratus enam puluh tujuh"),
        (10**12, "satu triliun"),
    ],
)
def test_numbers_in_words(number, words):
    assert in_words(number) == words


@given(st.integers(0, MOST))
def test_words_read_back_are_the_number(number):
    assert read(in_words(number)) == number


def test_an_amount_begins_with_a_capital_and_ends_with_rupiah():
    assert rupiah_in_words(520_000) == "Lima ratus dua puluh ribu rupiah"


@pytest.mark.parametrize("number", [-1, MOST + 1])
def test_what_has_no_words_is_refused(number):
    with pytest.raises(ValueError, match="has no words"):
        in_words(number)
