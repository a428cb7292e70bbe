"""Amounts in Indonesian words, as papers of money must have them (terbilang)."""

from __future__ import annotations

from typing import Final

_SMALL: Final = (
    "nol",
    "satu",
    "dua",
    "tiga",
    "empat",
    "lima",
    "enam",
    "tujuh",
    "delapan",
    "sembilan",
    "sepuluh",
    "sebelas",
)
_TEEN, _TEN, _HUNDRED = 12, 20, 100
_GROUPS: Final = ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"), (1000, "ribu"))
MOST: Final = 10**15 - 1
"""The largest number that has words here."""


def in_words(number: int) -> str:
    """Return a whole number in Indonesian words: 1,250 is "seribu dua ratus lima puluh".

    Raises
    ------
    ValueError
        Below 0, or from a thousand trillions on.
    """
    if not 0 <= number <= MOST:
        message = f"{number} has no words here: 0 to {MOST}"
        raise ValueError(message)
    return " ".join(_words(number)) or _SMALL[0]


def rupiah_in_words(amount_idr: int) -> str:
    """Return an amount as it is written on a kuitansi: "Lima ratus dua puluh ribu rupiah"."""
    return f"{in_words(amount_idr)} rupiah".capitalize()


def _words(number: int) -> list[str]:
    """Return the words of a number, none of zero."""
    words: list[str] = []
    for size, name in _GROUPS:
        count, number = divmod(number, size)
        if count == 1 and size == _GROUPS[-1][0]:
            words.append("seribu")
        elif count:
            words += [*_below_thousand(count), name]
    return words + _below_thousand(number)


def _below_thousand(number: int) -> list[str]:
    hundreds, rest = divmod(number, _HUNDRED)
    words = ["seratus"] if hundreds == 1 else [_SMALL[hundreds], "ratus"] if hundreds else []
    if rest >= _TEN:
        tens, ones = divmod(rest, 10)
        return [*words, _SMALL[tens], "puluh", *([_SMALL[ones]] if ones else [])]
    if rest >= _TEEN:
        return [*words, _SMALL[rest - 10], "belas"]
    return [*words, _SMALL[rest]] if rest else words
