"""What changed between two plans? In words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.matching.why.plan_changes import CauseCost, ChangeCause, PlanChanges
from service.matching.why.sentences.wording import NO_NAMES, Language, counted, named, number, quantity, rupiah

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.matching.why.plan_changes import ChangedLine

MOST_LINES: Final = 5

_BECAUSE: Final = {
    Language.INDONESIAN: {
        ChangeCause.DEMAND: "Karena kebutuhan dapur berubah",
        ChangeCause.ANSWER: "Karena jawaban koperasi (setuju atau menolak)",
        ChangeCause.OFFER: "Karena penawaran atau stok berubah",
        ChangeCause.PRICE: "Karena harga berubah",
        ChangeCause.RULE: "Karena aturan atau batas berubah",
        ChangeCause.TIME_LIMIT: "Tanpa ada data yang berubah, karena perhitungan menemukan pilihan lain",
    },
    Language.ENGLISH: {
        ChangeCause.DEMAND: "Because kitchens need something else",
        ChangeCause.ANSWER: "Because of the cooperatives' answers",
        ChangeCause.OFFER: "Because offers or stocks changed",
        ChangeCause.PRICE: "Because prices changed",
        ChangeCause.RULE: "Because rules or limits changed",
        ChangeCause.TIME_LIMIT: "With nothing else changed, because the search found another way",
    },
}


def sentences(answer: PlanChanges, language: Language, names: Mapping[str, str] = NO_NAMES) -> tuple[str, ...]:
    """Say what the plans differ by in all, then cause by cause, then the largest changes of lines.

    Parameters
    ----------
    answer
        The answer.
    language
        Of the sentences.
    names
        What people call kitchens, items, cooperatives and sources, by id.

    Returns
    -------
    tuple[str, ...]
        One sentence if nothing changed.
    """
    causes = [cause for cause in answer.causes if cause.lines or abs(cause.total_idr) >= 1]
    largest = sorted(answer.lines, key=lambda line: -abs(line.after_qty - line.before_qty))[:MOST_LINES]
    return (
        _whole(answer, language),
        *(_cause(cause, language) for cause in causes),
        *(_line(line, language, names) for line in largest),
    )


def _whole(answer: PlanChanges, language: Language) -> str:
    amount, count = rupiah(abs(answer.difference_idr), language), len(answer.lines)
    is_dearer = answer.difference_idr >= 0
    if language is Language.INDONESIAN:
        if not count:
            return "Tidak ada baris pengiriman yang berubah."
        compared = "lebih mahal" if is_dearer else "lebih murah"
        return f"{number(count, language)} baris pengiriman berubah; rencana baru {amount} {compared}."
    if not count:
        return "No line of the plan changed."
    compared = "dearer" if is_dearer else "cheaper"
    return f"{counted(count, 'line', 'lines')} changed; the new plan is {amount} {compared}."


def _cause(cause: CauseCost, language: Language) -> str:
    because, amount = _BECAUSE[language][cause.cause], rupiah(abs(cause.total_idr), language)
    moved = quantity(cause.moved_kg * 1000, "g", language)
    if language is Language.INDONESIAN:
        effect = "biaya naik" if cause.total_idr >= 0 else "biaya turun"
        return f"{because}: {number(cause.lines, language)} baris, {moved} berpindah, {effect} {amount}."
    effect = "costs rise by" if cause.total_idr >= 0 else "costs fall by"
    return f"{because}: {counted(cause.lines, 'line', 'lines')}, {moved} moved, {effect} {amount}."


def _line(line: ChangedLine, language: Language, names: Mapping[str, str]) -> str:
    was, now = (quantity(qty, line.unit, language) for qty in (line.before_qty, line.after_qty))
    kitchen, item = named(line.kitchen, names), named(line.item, names)
    cooperative = f"{named(line.cooperative, names)} ({named(line.source, names)})"
    if language is Language.INDONESIAN:
        if not line.before_qty:
            return f"{kitchen} kini mendapat {now} {item} dari {cooperative}."
        if not line.after_qty:
            return f"{kitchen} tidak lagi mendapat {was} {item} dari {cooperative}."
        return f"{kitchen} mendapat {now} {item} dari {cooperative}, sebelumnya {was}."
    if not line.before_qty:
        return f"{kitchen} now gets {now} of {item} from {cooperative}."
    if not line.after_qty:
        return f"{kitchen} no longer gets {was} of {item} from {cooperative}."
    return f"{kitchen} gets {now} of {item} from {cooperative}, before it was {was}."
