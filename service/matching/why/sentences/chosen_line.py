"""Why this cooperative for this kitchen? In words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.matching.why.sentences.terms import term_name
from service.matching.why.sentences.wording import NO_NAMES, Language, day, named, quantity, rupiah

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.matching.rules import Term
    from service.matching.why.chosen_line import Alternative, ChosenLine

MOST_TERMS = 3
_LEAST_TERM_IDR = 1.0


def sentences(answer: ChosenLine, language: Language, names: Mapping[str, str] = NO_NAMES) -> tuple[str, ...]:
    """Say what was chosen, what the next best ways would cost and why, and whether anything cheaper was found.

    Parameters
    ----------
    answer
        The answer.
    language
        Of the sentences.
    names
        What people call kitchens, cooperatives, wholesalers and items, by id.

    Returns
    -------
    tuple[str, ...]
        The chosen way, promises, each alternative with its largest terms, and the saving or that there is none.
    """
    return (
        _chosen(answer, language, names),
        *_promised(answer, language),
        *(_alternative(answer, x, language, names) for x in answer.alternatives),
        *_no_other_way(answer, language),
        _judgement(answer, language),
    )


def _chosen(answer: ChosenLine, language: Language, names: Mapping[str, str]) -> str:
    qty, date = quantity(answer.qty, answer.unit, language), day(answer.date, language)
    kitchen, item, cooperative = (named(x, names) for x in (answer.kitchen, answer.item, answer.cooperative))
    source = _source(answer.wholesaler, language, names)
    if language is Language.INDONESIAN:
        return f"{cooperative} mengirim {qty} {item}{source} ke {kitchen} untuk {date}."
    return f"{cooperative} delivers {qty} of {item}{source} to {kitchen} for {date}."


def _source(wholesaler: str | None, language: Language, names: Mapping[str, str]) -> str:
    """Where the goods are from."""
    if wholesaler is None:
        return " dari barang sendiri" if language is Language.INDONESIAN else " of its own"
    return f" {'dari' if language is Language.INDONESIAN else 'from'} {named(wholesaler, names)}"


def _promised(answer: ChosenLine, language: Language) -> tuple[str, ...]:
    if not answer.promised_qty:
        return ()
    qty = quantity(answer.promised_qty, answer.unit, language)
    if language is Language.INDONESIAN:
        return (f"{qty} sudah dijanjikan dan tidak boleh dipindah.",)
    return (f"Of this, {qty} is promised and must stay.",)


def _alternative(answer: ChosenLine, other: Alternative, language: Language, names: Mapping[str, str]) -> str:
    compared = rupiah(abs(other.difference_idr), language)
    source = _source(other.wholesaler, language, names)
    through, item = named(other.cooperative, names), named(other.item, names)
    is_dearer = other.difference_idr >= 0
    terms, qty = _terms(other, language), quantity(other.qty, other.unit, language)
    short = _short(answer, other, language)
    if language is Language.INDONESIAN:
        judged = f"{compared} lebih {'mahal' if is_dearer else 'murah'}"
        return f"Jika {through} mengirim {qty} {item}{source}, seluruh rencana {judged}{terms}{short}."
    judged = f"{compared} {'dearer' if is_dearer else 'cheaper'}"
    return f"If {through} delivered {qty} of {item}{source}, the whole plan would be {judged}{terms}{short}."


def _terms(other: Alternative, language: Language) -> str:
    """The terms that move most, in brackets."""
    moved: list[tuple[Term, float]] = [(t, idr) for t, idr in other.terms_idr.items() if abs(idr) >= _LEAST_TERM_IDR]
    moved.sort(key=lambda entry: -abs(entry[1]))
    words = [f"{term_name(term, language)} {_signed(idr, language)}" for term, idr in moved[:MOST_TERMS]]
    return f" ({'; '.join(words)})" if words else ""


def _signed(idr: float, language: Language) -> str:
    return f"+{rupiah(idr, language)}" if idr > 0 else rupiah(idr, language)


def _short(answer: ChosenLine, other: Alternative, language: Language) -> str:
    """What the line would be short more."""
    if other.short_qty <= 0:
        return ""
    short = quantity(other.short_qty, answer.unit, language)
    if language is Language.INDONESIAN:
        return f", dan dapur kekurangan {short} lebih banyak"
    return f", and the kitchen would be {short} shorter"


def _no_other_way(answer: ChosenLine, language: Language) -> tuple[str, ...]:
    if answer.alternatives or answer.promised_qty >= answer.qty:
        return ()
    if language is Language.INDONESIAN:
        return ("Dari cara lain yang dicoba, tidak ada yang masih bisa mengirim barang ini.",)
    return ("Of the other ways tried, none can still deliver these goods.",)


def _judgement(answer: ChosenLine, language: Language) -> str:
    is_indonesian = language is Language.INDONESIAN
    if answer.saving is None:
        if is_indonesian:
            return "Dari cara-cara yang diperiksa, tidak ada yang lebih murah."
        return "Of the ways looked at, none is cheaper."
    saved = rupiah(-answer.saving.difference_idr, language)
    if is_indonesian:
        return f"Pilihan ini bukan yang termurah: susunan lain menghemat {saved} untuk seluruh rencana."
    return f"This choice is not the cheapest: another arrangement saves {saved} on the whole plan."
