"""Cells into numbers, days and words, as people of both languages type them."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Final

from service.files.bounds import Cell, is_empty

LONGEST_NUMBER: Final = 24
QUOTED_AT_MOST: Final = 40
EARLIEST_DAY, LATEST_DAY = date(2020, 1, 1), date(2099, 12, 31)
_MONTHS: Final = (
    ("januari", "january", "jan"),
    ("februari", "february", "feb", "peb"),
    ("maret", "march", "mar"),
    ("april", "apr"),
    ("mei", "may"),
    ("juni", "june", "jun"),
    ("juli", "july", "jul"),
    ("agustus", "august", "agu", "agt", "aug"),
    ("september", "sep", "sept"),
    ("oktober", "october", "okt", "oct"),
    ("november", "nov", "nop"),
    ("desember", "december", "des", "dec"),
)
_MONTH_NUMBERS: Final = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?", re.ASCII)
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})", re.ASCII)
_IN_WORDS: Final = re.compile(r"(?:[a-z']+,\s*)?(\d{1,2})[\s\-]+([a-z]+)\.?[\s\-]+(\d{4})", re.ASCII)
_AMOUNT: Final = re.compile(r"([+\-]?[\d.,\s]*\d)\s*([^\d\s.,+\-][^\d]*)?", re.ASCII)
_TWO_FACED: Final = re.compile(r"[+\-]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
"""``1.250``: a thousand and more, or one and a quarter."""
_YES: Final = frozenset({"ya", "y", "yes", "boleh", "true", "1", "benar"})
_NO: Final = frozenset({"tidak", "t", "no", "n", "jangan", "false", "0", "salah"})


class CellFault(Exception):
    """A cell that cannot be read: a stable code, and what would be valid."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def words(cell: Cell) -> str:
    """Return a cell as text; a whole number without a point, nothing as an empty text."""
    if is_empty(cell):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def amount(cell: Cell) -> tuple[Decimal, str]:
    """Return the number in a cell and the unit behind it, if any: ``1.250,5 kg``.

    Raises
    ------
    CellFault
        If there is no number, or it could be read in two ways.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _exact(cell), ""
    found = _AMOUNT.fullmatch(words(cell))
    if found is None or len(found[1]) > LONGEST_NUMBER:
        raise CellFault("not_a_number", f"{_quoted(cell)} is no number; write 1250 or 1,5.")
    return _decimal(found[1].replace(" ", "")), found[2] or ""


def rupiah(cell: Cell) -> int:
    """Return whole rupiah: ``Rp 14.900``, ``14,900``, ``14900``; groups of three digits are thousands.

    Raises
    ------
    CellFault
        If it is no whole number.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        number = _exact(cell)
    else:
        text = re.sub(r"^(rp|idr)\.?\s*", "", words(cell).casefold()).removesuffix(",-").replace(" ", "")
        text = re.sub(r"[.,]00$", "", text) if re.search(r"[.,]\d{3}[.,]00$|^\d+[.,]00$", text) else text
        if not re.fullmatch(r"\d{1,24}|\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3})+", text, re.ASCII):
            raise CellFault("not_a_price", f"{_quoted(cell)} is no amount in whole rupiah; write 14900 or Rp 14.900.")
        number = Decimal(re.sub(r"[.,]", "", text))
    if number != number.to_integral_value():
        raise CellFault("not_a_price", f"{_quoted(cell)} is no amount in whole rupiah.")
    return int(number)


def day(cell: Cell) -> date:
    """Return a calendar day: a date cell, ``2026-11-24``, ``24/11/2026`` or ``24 November 2026``.

    Raises
    ------
    CellFault
        If it is none, or of another century.
    """
    if isinstance(cell, datetime):
        found: date | None = cell.date()
    elif isinstance(cell, date):
        found = cell
    else:
        found = _typed_day(words(cell).casefold())
    if found is None or not EARLIEST_DAY <= found <= LATEST_DAY:
        raise CellFault("not_a_date", f"{_quoted(cell)} is no date; write 2026-11-24, 24/11/2026 or 24 November 2026.")
    return found


def yes_or_no(cell: Cell) -> bool:
    """Return a yes or no in either language.

    Raises
    ------
    CellFault
        If it is neither.
    """
    word = words(cell).casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise CellFault("not_yes_or_no", f"{_quoted(cell)} is neither ya nor tidak.")


def _typed_day(text: str) -> date | None:
    if found := _ISO.fullmatch(text):
        year, month, number = int(found[1]), int(found[2]), int(found[3])
    elif found := _DAY_FIRST.fullmatch(text):
        year, month, number = int(found[3]), int(found[2]), int(found[1])
    elif found := _IN_WORDS.fullmatch(text):
        year, month, number = int(found[3]), _MONTH_NUMBERS.get(found[2], 0), int(found[1])
    else:
        return None
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _exact(number: float) -> Decimal:
    if not isfinite(number):
        raise CellFault("not_a_number", "The number is too large.")
    # Twelve digits: what a spreadsheet works out in binary (0.1 + 0.2) is what people see again.
    return Decimal(number) if isinstance(number, int) else Decimal(format(number, ".12g"))


def _decimal(text: str) -> Decimal:
    marks = [sign for sign in text if sign in ".,"]
    if len(set(marks)) > 1:
        thousands, fraction = marks[0], marks[-1]
    elif len(marks) > 1:
        thousands, fraction = marks[0], ""
    else:
        thousands, fraction = "", "".join(marks)
        if _TWO_FACED.fullmatch(text):
            raise CellFault("ambiguous_number", f"{text} could be thousands or a fraction; write 1250 or 1,25.")
    whole = rf"\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+" if thousands else r"\d+"
    if not re.fullmatch(rf"[+\-]?{whole}" + (rf"{re.escape(fraction)}\d+" if fraction else ""), text, re.ASCII):
        raise CellFault("not_a_number", f"{text} is no number; write 1250 or 1,5.")
    return Decimal((text.replace(thousands, "") if thousands else text).replace(",", "."))


def _quoted(cell: Cell) -> str:
    text = words(cell)
    return f"“{text[:QUOTED_AT_MOST]}…”" if len(text) > QUOTED_AT_MOST else f"“{text}”"
