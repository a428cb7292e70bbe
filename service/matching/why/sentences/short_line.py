"""Why is my line short? In words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.matching.why.reasons import ReasonCode
from service.matching.why.sentences.relaxations import condition
from service.matching.why.sentences.wording import NO_NAMES, Language, day, named, quantity, rupiah

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.matching.why.short_line import Help, ShortLine, Taker

MOST_REASONS, MOST_TAKERS = 3, 3

REASONS: Final[Mapping[ReasonCode, tuple[str, str]]] = {
    ReasonCode.NO_ELIGIBLE_SUPPLY: (
        "Tidak ada pemasok yang boleh mengirim barang ini ke dapur.",
        "No supplier may deliver these goods to the kitchen.",
    ),
    ReasonCode.STOCK_USED_UP: (
        "Barang yang bisa dikirim sudah habis terbagi.",
        "The goods that could be sent are all taken.",
    ),
    ReasonCode.CAPITAL_USED_UP: (
        "Modal koperasi tidak cukup untuk membeli lebih banyak.",
        "The cooperatives have no money left to buy more.",
    ),
    ReasonCode.BUDGET_USED_UP: ("Anggaran dapur sudah habis.", "The kitchen's budget is used up."),
    ReasonCode.DROPS_USED_UP: (
        "Jumlah pengantaran ke dapur pada hari itu sudah penuh.",
        "The kitchen takes no more deliveries on that day.",
    ),
    ReasonCode.NO_COLD_CAPACITY: (
        "Ruang pendingin koperasi sudah penuh pada hari itu.",
        "The cooperatives' cold rooms are full on that day.",
    ),
    ReasonCode.NO_HANDLING_CAPACITY: (
        "Koperasi tidak sanggup menangani lebih banyak barang pada hari itu.",
        "The cooperatives cannot handle more goods on that day.",
    ),
    ReasonCode.MINIMUM_OR_PACK: (
        "Jumlahnya terlalu kecil untuk pesanan atau penawaran minimum.",
        "The amount is too small for the least that may be ordered or sold.",
    ),
    ReasonCode.PRICE_ABOVE_LIMIT: (
        "Barang yang masih ada lebih mahal dari batas harga.",
        "The goods still there cost more than the price limit.",
    ),
    ReasonCode.OUTSIDE_DAYS: (
        "Barang yang masih ada tidak tersedia pada hari itu.",
        "The goods still there are not available on that day.",
    ),
    ReasonCode.OUT_OF_RADIUS: (
        "Koperasi yang masih punya barang terlalu jauh dari dapur.",
        "The cooperatives that still have goods are too far from the kitchen.",
    ),
    ReasonCode.CHEAPER_LEFT_SHORT: (
        "Masih ada barang yang bisa dikirim, tetapi rencana ini tidak memakainya.",
        "There are goods that could be sent, but this plan does not use them.",
    ),
}
"""Indonesian and English."""

_GETS: Final = "{kitchen} mendapat {got} {item} dari {cooperative}", "{kitchen} gets {got} of {item} from {cooperative}"
_PART: Final = f"{_GETS[0]}, {{promised}} di antaranya sudah dijanjikan", f"{_GETS[1]}, {{promised}} of it promised"

TAKERS: Final[Mapping[tuple[Language, bool], tuple[str, str, str]]] = {
    (Language.INDONESIAN, False): (
        f"{_GETS[0]}; ini tidak bisa diambil lagi.",
        f"{_GETS[0]}; dapur itu bisa dilayani dengan cara lain tanpa biaya tambahan.",
        f"{_GETS[0]}; jika diambil, biaya seluruh rencana naik {{loss}}.",
    ),
    (Language.INDONESIAN, True): (
        f"{_PART[0]}; sisanya tidak bisa diambil lagi.",
        f"{_PART[0]}; sisanya bisa diganti dengan cara lain tanpa biaya tambahan.",
        f"{_PART[0]}; jika sisanya diambil, biaya seluruh rencana naik {{loss}}.",
    ),
    (Language.ENGLISH, False): (
        f"{_GETS[1]}; this cannot be taken away.",
        f"{_GETS[1]}; that kitchen could be served in another way at no extra cost.",
        f"{_GETS[1]}; taking it away would make the whole plan {{loss}} dearer.",
    ),
    (Language.ENGLISH, True): (
        f"{_PART[1]}; the rest cannot be taken away.",
        f"{_PART[1]}; the rest could come in another way at no extra cost.",
        f"{_PART[1]}; taking the rest away would make the whole plan {{loss}} dearer.",
    ),
}
"""By whether a part of it is promised: the rest must stay, can go at no cost, or costs something."""


def sentences(answer: ShortLine, language: Language, names: Mapping[str, str] = NO_NAMES) -> tuple[str, ...]:
    """Say why a line is short and what would help.

    Parameters
    ----------
    answer
        The answer.
    language
        Of the sentences.
    names
        What people call kitchens, cooperatives, wholesalers, items and kecamatan, by id.

    Returns
    -------
    tuple[str, ...]
        What is missing, the strongest reasons, who got the goods, then what would help.
    """
    if answer.short_qty <= 0:
        return (_covered(answer, language, names),)
    strong = [reason for reason in answer.reasons if reason.alone_qty > 0] or list(answer.reasons[:1])
    which = 0 if language is Language.INDONESIAN else 1
    return (
        _missing(answer, language, names),
        *(REASONS[reason.code][which] for reason in strong[:MOST_REASONS]),
        *(_taker(taker, language, names) for taker in answer.takers[:MOST_TAKERS]),
        *_replan(answer, language),
        *(_help(answer, help_, language, names) for help_ in answer.helps),
        *_nothing_helps(answer, language),
    )


def _covered(answer: ShortLine, language: Language, names: Mapping[str, str]) -> str:
    item, kitchen, date = named(answer.item, names), named(answer.kitchen, names), day(answer.date, language)
    if language is Language.INDONESIAN:
        return f"Kebutuhan {item} {kitchen} untuk {date} sudah terpenuhi."
    return f"{kitchen} gets all the {item} it needs for {date}."


def _missing(answer: ShortLine, language: Language, names: Mapping[str, str]) -> str:
    item, kitchen, date = named(answer.item, names), named(answer.kitchen, names), day(answer.date, language)
    short, qty = (quantity(amount, answer.unit, language) for amount in (answer.short_qty, answer.qty))
    if language is Language.INDONESIAN:
        return f"{kitchen} kekurangan {short} {item} dari {qty} yang dibutuhkan untuk {date}."
    return f"{kitchen} is {short} short of the {qty} of {item} it needs for {date}."


def _taker(taker: Taker, language: Language, names: Mapping[str, str]) -> str:
    is_partly_promised = 0 < taker.promised_qty < taker.qty
    must_stay, costs_nothing, costs = TAKERS[language, is_partly_promised]
    text = must_stay if taker.loss_idr is None else costs_nothing if taker.loss_idr < 1 else costs
    return text.format(
        kitchen=named(taker.kitchen, names),
        item=named(taker.item, names),
        cooperative=named(taker.cooperative, names),
        got=quantity(taker.qty, taker.unit, language),
        promised=quantity(taker.promised_qty, taker.unit, language),
        loss=rupiah(taker.loss_idr or 0, language),
    )


def _replan(answer: ShortLine, language: Language) -> tuple[str, ...]:
    if answer.replan is None:
        return ()
    recovered = quantity(answer.replan.recovered_qty, answer.unit, language)
    saved = rupiah(-answer.replan.difference_idr, language)
    if language is Language.INDONESIAN:
        text = (
            f"Tanpa mengubah aturan, menyusun ulang beberapa baris memberi dapur ini {recovered} lebih banyak, "
            f"dan seluruh rencana {saved} lebih murah."
        )
    else:
        text = (
            f"With no rule changed, planning a few lines anew would bring this kitchen {recovered} more "
            f"and make the whole plan {saved} cheaper."
        )
    return (text,)


def _help(answer: ShortLine, help_: Help, language: Language, names: Mapping[str, str]) -> str:
    """Say what a relaxation brings and what the plan then costs, shortages not counted."""
    recovered = quantity(help_.recovered_qty, answer.unit, language)
    cost = rupiah(abs(help_.cost_idr), language)
    start = condition(help_.relaxation, answer.item, language, names)
    if language is Language.INDONESIAN:
        moves = "naik" if help_.cost_idr >= 0 else "turun"
        return f"{start}, dapur ini mendapat {recovered} lebih banyak; biaya rencana {moves} {cost}."
    compared = "more" if help_.cost_idr >= 0 else "less"
    return f"{start}, this kitchen would get {recovered} more; the plan would cost {cost} {compared}."


def _nothing_helps(answer: ShortLine, language: Language) -> tuple[str, ...]:
    """Own up to it if no single change helps a line that re-planning does not fill either."""
    recovered = answer.replan.recovered_qty if answer.replan else 0.0
    if answer.helps or recovered >= answer.short_qty:
        return ()
    if language is Language.INDONESIAN:
        return ("Dari perubahan yang dicoba satu per satu, tidak ada yang membantu.",)
    return ("Of the changes tried one by one, none would help.",)
