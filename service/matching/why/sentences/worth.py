"""Was it worth it? In words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.matching.why.sentences.wording import NO_NAMES, Language, counted, named, number, percent, rupiah
from service.matching.why.worth import WayFigures, WayOfPlanning, Worth

if TYPE_CHECKING:
    from collections.abc import Mapping

_INDONESIAN = {WayOfPlanning.GREEDY: "cara manual", WayOfPlanning.LAST_WEEK: "pola minggu lalu"}
_ENGLISH = {WayOfPlanning.GREEDY: "planning by hand", WayOfPlanning.LAST_WEEK: "last week's pattern"}


def sentences(answer: Worth, language: Language, names: Mapping[str, str] = NO_NAMES) -> tuple[str, ...]:
    """Say what the plan brings against each other way.

    Parameters
    ----------
    answer
        The answer.
    language
        Of the sentences.
    names
        What people call kitchens, by id.

    Returns
    -------
    tuple[str, ...]
        One about the plan itself, then two for each other way.
    """
    speak = _in_indonesian if language is Language.INDONESIAN else _in_english
    return speak(answer, names)


def _in_indonesian(answer: Worth, names: Mapping[str, str]) -> tuple[str, ...]:
    plan, language = answer.plan, Language.INDONESIAN
    said = [
        (
            f"Rencana ini memenuhi {percent(plan.fill_share, language)} kebutuhan dengan {_drops(plan)} pengantaran; "
            f"{percent(plan.local_value_share, language)} belanja tetap di kecamatan dapur."
        )
    ]
    if plan.lowest_fill_share < 1:
        kitchen = named(plan.lowest_fill_kitchen, names)
        said.append(
            f"Dapur yang paling kurang adalah {kitchen}: {percent(plan.lowest_fill_share, language)} terpenuhi."
        )
    for other in answer.others:
        saved = answer.saved_idr(other)
        compared = "lebih murah" if saved >= 0 else "lebih mahal"
        said.append(
            f"Dibanding {_INDONESIAN[other.way]}, biaya keseluruhan {rupiah(abs(saved), language)} {compared}, "
            "termasuk nilai kekurangan bahan."
        )
        said.append(
            f"Dengan {_INDONESIAN[other.way]}: {percent(other.fill_share, language)} terpenuhi, "
            f"{_drops(other)} pengantaran, {percent(other.local_value_share, language)} belanja di kecamatan, "
            f"rata-rata {_suppliers(other, language)} pemasok per dapur (rencana ini: {_suppliers(plan, language)})."
        )
    return tuple(said)


def _in_english(answer: Worth, names: Mapping[str, str]) -> tuple[str, ...]:
    plan, language = answer.plan, Language.ENGLISH
    said = [
        (
            f"This plan covers {percent(plan.fill_share, language)} of the need with {_deliveries(plan)}; "
            f"{percent(plan.local_value_share, language)} of the spending stays in the kitchen's own district."
        )
    ]
    if plan.lowest_fill_share < 1:
        kitchen = named(plan.lowest_fill_kitchen, names)
        said.append(f"The kitchen worst off is {kitchen}, which gets {percent(plan.lowest_fill_share, language)}.")
    for other in answer.others:
        saved = answer.saved_idr(other)
        compared = "cheaper" if saved >= 0 else "dearer"
        said.append(
            f"Compared with {_ENGLISH[other.way]}, it is {rupiah(abs(saved), language)} {compared} in all, "
            "counting what goods that are missing cost."
        )
        said.append(
            f"With {_ENGLISH[other.way]}: {percent(other.fill_share, language)} covered, {_deliveries(other)}, "
            f"{percent(other.local_value_share, language)} spent in the district, "
            f"{_suppliers(other, language)} suppliers per kitchen on average (this plan: {_suppliers(plan, language)})."
        )
    return tuple(said)


def _suppliers(way: WayFigures, language: Language) -> str:
    return number(way.suppliers_per_kitchen, language, digits=1)


def _drops(way: WayFigures) -> str:
    return number(way.drops, Language.INDONESIAN)


def _deliveries(way: WayFigures) -> str:
    return counted(way.drops, "delivery", "deliveries")
