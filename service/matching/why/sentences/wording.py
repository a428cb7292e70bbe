"""Numbers, money, quantities and lists the way people of each language write them."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.matching.problem import Unit

THOUSAND: Final = 1000
NO_NAMES: Final[Mapping[str, str]] = {}
"""Ids speak for themselves where nobody hands in names."""

_INDONESIAN_MONTHS = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"
_ENGLISH_MONTHS = "January February March April May June July August September October November December"


class Language(StrEnum):
    """A language of the sentences."""

    INDONESIAN = "id"
    ENGLISH = "en"


_DAYS_AND_MONTHS: Final = {
    Language.INDONESIAN: ("Senin Selasa Rabu Kamis Jumat Sabtu Minggu", _INDONESIAN_MONTHS),
    Language.ENGLISH: ("Monday Tuesday Wednesday Thursday Friday Saturday Sunday", _ENGLISH_MONTHS),
}


def number(value: float, language: Language, *, digits: int = 0) -> str:
    """Write a number with at most so many digits after the point, without idle zeros."""
    text = f"{value:,.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if float(text.replace(",", "")) == 0:
        text = "0"
    return text.translate(str.maketrans(",.", ".,")) if language is Language.INDONESIAN else text


def rupiah(idr: float, language: Language) -> str:
    """Write whole rupiah: Rp 1.250 in Indonesian, Rp 1,250 in English."""
    amount = f"Rp {number(abs(idr), language)}"
    return f"-{amount}" if round(idr) < 0 else amount


def quantity(qty: float, unit: Unit, language: Language) -> str:
    """Write a quantity in base units as people say it: kilograms, litres or pieces."""
    if unit == "pc":
        return f"{number(qty, language)} {'buah' if language is Language.INDONESIAN else 'pieces'}"
    if 0 < abs(qty) < THOUSAND:
        return f"{number(qty, language)} {unit}"
    large = {"g": "kg", "ml": "liter" if language is Language.INDONESIAN else "litres"}[unit]
    return f"{number(qty / THOUSAND, language, digits=2)} {large}"


def price_unit(unit: Unit, language: Language) -> str:
    """Name what a price speaks of: a kilogram, a litre or a piece."""
    indonesian, english = {"g": ("kg", "kg"), "ml": ("liter", "litre"), "pc": ("buah", "piece")}[unit]
    return indonesian if language is Language.INDONESIAN else english


def day(date: str, language: Language) -> str:
    """Write an ISO date with its weekday: Senin, 30 November 2026."""
    parsed = dt.date.fromisoformat(date)
    weekdays, months = _DAYS_AND_MONTHS[language]
    return f"{weekdays.split()[parsed.weekday()]}, {parsed.day} {months.split()[parsed.month - 1]} {parsed.year}"


def percent(share: float, language: Language) -> str:
    """Write a share of 0..1 as a percentage with one digit."""
    return f"{number(share * 100, language, digits=1)}%"


def counted(count: int, one: str, many: str) -> str:
    """Write an English count with its noun."""
    return f"{number(count, Language.ENGLISH)} {one if count == 1 else many}"


def listed(words: Sequence[str], language: Language) -> str:
    """Join words as in speech: A, B dan C."""
    if len(words) <= 1:
        return "".join(words)
    word = "dan" if language is Language.INDONESIAN else "and"
    return f"{', '.join(words[:-1])} {word} {words[-1]}"


def named(name: str, names: Mapping[str, str]) -> str:
    """Return what people call a thing; its id where nobody said."""
    return names.get(name, name)
