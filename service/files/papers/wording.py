"""How days, amounts and quantities are written on Indonesian papers."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Final

from service.domain.units import PRICED_PER, Unit
from service.words.weekdays import DAYS

MONTHS: Final = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
SOLD_BY: Final = {Unit.GRAM: "kg", Unit.MILLILITRE: "liter", Unit.PIECE: "buah"}
_ENCODING: Final = "latin-1"
_ALIKE: Final = str.maketrans({"—": "-", "–": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "..."})


def long_date(day: date) -> str:
    """Return a day as in "27 November 2026"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def weekday_and_date(day: date) -> str:
    """Return a day as in "Jumat, 27 November 2026"."""
    return f"{DAYS[day.weekday()]}, {long_date(day)}"


def short_date(day: date) -> str:
    """Return a day for a narrow column, as in "27-11-2026"."""
    return f"{day:%d-%m-%Y}"


def thousands(number: int) -> str:
    """Return a whole number with dots between thousands, as in "1.234.567"."""
    return f"{number:,}".replace(",", ".")


def rupiah(amount_idr: int) -> str:
    """Return an amount as in "Rp 1.234.567"."""
    return f"Rp {thousands(amount_idr)}"


def quantity(qty: int, unit: Unit) -> str:
    """Return base units as people order them, as in "37,5 kg" or "1.200 buah"."""
    whole, rest = divmod(qty, PRICED_PER[unit])
    if not rest:
        return f"{thousands(whole)} {SOLD_BY[unit]}"
    decimals = f"{rest:0{len(str(PRICED_PER[unit])) - 1}d}".rstrip("0")
    return f"{thousands(whole)},{decimals} {SOLD_BY[unit]}"


def temperature(tenths: int | None) -> str:
    """Return tenths of a degree as in "-18,0 °C"; a dash where nothing was measured."""
    return "-" if tenths is None else f"{tenths / 10:.1f} °C".replace(".", ",")


def printable(text: str) -> str:
    """Return text in the letters that a paper's font has: marks that it lacks are left off, other letters are "?".

    Control characters, which would break a line out of its cell, become spaces.
    """
    plain = "".join(" " if unicodedata.category(letter).startswith("C") else letter for letter in text)
    letters = "".join(_letter(letter) for letter in plain.translate(_ALIKE))
    # The number of pages is filled in where these letters stand; a name that has them keeps them apart.
    return letters.replace("{nb}", "{ nb }")


def _letter(letter: str) -> str:
    for known in (letter, unicodedata.normalize("NFKD", letter)[0]):
        try:
            known.encode(_ENCODING)
        except UnicodeEncodeError:
            continue
        return known
    return "?"
