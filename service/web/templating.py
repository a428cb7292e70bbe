"""Templates in both languages, and how numbers, money, days and times are written in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.messages.pofile import read_po
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from service.domain.items import Item
from service.domain.menus import Recipe
from service.domain.units import Unit
from service.files.columns import column_words
from service.matching.why.sentences import wording
from service.matching.why.sentences.wording import Language
from service.notifications.texts import ZONES
from service.web.devices import device_words
from service.web.refusal_words import advice_on, beside_field, title_of
from service.web.static_files import static_url
from service.words import office_words, plan_words, trade_words

HERE: Final = Path(__file__).parent
TEMPLATES: Final = HERE / "templates"
CATALOGUES: Final = HERE / "locale"

WORDS: Final[dict[str, Any]] = {"office_words": office_words, "plan_words": plan_words, "trade_words": trade_words}
"""What templates say of states and kinds that no page hands to them."""


@cache
def environment(language: Language) -> Environment:
    """Return the templates of a language; the Indonesian words stand in the templates themselves."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    known = {} if language is Language.INDONESIAN else catalogue(language)
    made.install_gettext_callables(  # type: ignore[attr-defined]  # the i18n extension adds it
        lambda words: known.get(words, words),
        lambda one, many, count: known.get(one if count == 1 else many, one if count == 1 else many),
        newstyle=True,
    )
    made.filters |= FILTERS
    made.globals |= {"static": static_url} | WORDS
    return made


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Return the words of a language by the Indonesian ones, from every file of its folder."""
    found: dict[str, str] = {}
    for file in sorted((CATALOGUES / language.value).glob("*.po")):
        with file.open("rb") as read:
            for message in read_po(read):
                if message.id and message.string:
                    found[str(message.id)] = str(message.string)
    return found


def _language(context: Context) -> Language:
    language: Language = context["language"]
    return language


@pass_context
def rupiah(context: Context, idr: float) -> str:
    """Rp 1.250."""
    return wording.rupiah(idr, _language(context)).replace(" ", "\u00a0")


@pass_context
def number(context: Context, value: float, digits: int = 0) -> str:
    """1.250 or 12,5."""
    return wording.number(value, _language(context), digits=digits)


@pass_context
def quantity(context: Context, qty: float, unit: Unit | str) -> str:
    """12,5 kg; 30 buah."""
    return wording.quantity(qty, Unit(unit).value, _language(context)).replace(" ", "\u00a0")


@pass_context
def named(context: Context, thing: Item | Recipe) -> str:
    """What an item or a dish is called in the page's language."""
    return thing.name_id if _language(context) is Language.INDONESIAN else thing.name_en


@pass_context
def price_unit(context: Context, unit: Unit | str) -> str:
    """What a price speaks of: kg, liter, buah."""
    return wording.price_unit(Unit(unit).value, _language(context))


@pass_context
def percent(context: Context, share: float) -> str:
    """A share of 0..1 as 12,5%."""
    return wording.percent(share, _language(context))


@pass_context
def day(context: Context, value: date) -> str:
    """Sen, 30 Nov 2026."""
    return format_date(value, "EEE, d MMM y", _language(context).value)


@pass_context
def long_day(context: Context, value: date) -> str:
    """Senin, 30 November 2026."""
    return format_date(value, "EEEE, d MMMM y", _language(context).value)


@pass_context
def clock(context: Context, instant: datetime) -> str:
    """Jum, 27 Nov 12.00 WIB: an instant where the reader is; the zone stays on the line of its time."""
    zone: str = context["timezone"]
    local = instant.astimezone(ZoneInfo(zone))
    name = ZONES.get(zone, local.tzname() or "")
    return f"{format_date(local, 'EEE, d MMM', _language(context).value)} {local:%H.%M}\u00a0{name}"


def typed_amount(qty: int | None, unit: Unit | str) -> str:
    """Base units as they stand in a field that takes kilograms, litres or pieces: 12,5, or 12345 g."""
    if qty is None:
        return ""
    if Unit(unit) is not Unit.PIECE and qty % 10:
        return f"{qty} {Unit(unit).value}"  # 12,345 could be read in two ways
    per = 1 if Unit(unit) is Unit.PIECE else 1000
    return f"{qty / per:.3f}".rstrip("0").rstrip(".").replace(".", ",")


FILTERS: Final[dict[str, Any]] = {
    "rupiah": rupiah,
    "number": number,
    "quantity": quantity,
    "named": named,
    "price_unit": price_unit,
    "percent": percent,
    "day": day,
    "long_day": long_day,
    "clock": clock,
    "device_words": device_words,
    "typed_amount": typed_amount,
    "problem_title": pass_context(lambda context, error: title_of(error, _language(context))),
    "problem_advice": pass_context(lambda context, error: advice_on(error, _language(context))),
    "column_words": pass_context(
        lambda context, name: column_words(name, indonesian=_language(context) is Language.INDONESIAN)
    ),
    "fault_words": pass_context(lambda context, fault: beside_field(fault, _language(context))),
}
