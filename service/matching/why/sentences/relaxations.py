"""What a relaxation asks for, as the beginning of a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.matching.why.relaxations import Relaxation, RelaxationCode
from service.matching.why.sentences.wording import Language, counted, named, number, price_unit, quantity, rupiah

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.matching.problem import Unit

INDONESIAN: Final[Mapping[RelaxationCode, str]] = {
    RelaxationCode.EXTRA_SUPPLY: (
        "Jika ada tambahan {qty} {item} dari koperasi di {kecamatan}, misalnya {cooperative}, "
        "dengan harga {price} per {unit}"
    ),
    RelaxationCode.DAY_EARLIER: "Jika kebutuhan ini dimajukan sehari",
    RelaxationCode.DAY_LATER: "Jika kebutuhan ini diundur sehari",
    RelaxationCode.OFFER_DAYS_WIDER: "Jika {item} dari {cooperative} tersedia {days}",
    RelaxationCode.ALLOW_SUBSTITUTE: "Jika {item} boleh menggantikan {demanded}",
    RelaxationCode.ONE_MORE_DROP: "Jika dapur menerima satu pengantaran lagi per hari",
    RelaxationCode.HIGHER_PRICE_LIMIT: "Jika batas harga {item} naik {money} per {unit}",
    RelaxationCode.MORE_CAPITAL: "Jika modal {cooperative} bertambah {money}",
    RelaxationCode.MORE_BUDGET: "Jika anggaran dapur bertambah {money}",
    RelaxationCode.LOWER_MINIMUM_ORDER: "Jika pesanan minimum di {wholesaler} turun {money}",
    RelaxationCode.LOWER_OFFER_MINIMUM: "Jika {cooperative} menurunkan penjualan minimum {item} sebanyak {qty}",
    RelaxationCode.MORE_HANDLING: "Jika {cooperative} sanggup menangani {weight} lebih banyak pada hari itu",
    RelaxationCode.MORE_COLD: "Jika ruang pendingin {cooperative} muat {weight} lebih banyak pada hari itu",
    RelaxationCode.WIDER_RADIUS: "Jika {cooperative} boleh mengantar {way} lebih jauh",
}

ENGLISH: Final[Mapping[RelaxationCode, str]] = {
    RelaxationCode.EXTRA_SUPPLY: (
        "With {qty} more {item} from a cooperative in {kecamatan}, such as {cooperative}, at {price} per {unit}"
    ),
    RelaxationCode.DAY_EARLIER: "If this need were moved a day earlier",
    RelaxationCode.DAY_LATER: "If this need were moved a day later",
    RelaxationCode.OFFER_DAYS_WIDER: "If {item} from {cooperative} were available {days}",
    RelaxationCode.ALLOW_SUBSTITUTE: "If {item} could stand in for {demanded}",
    RelaxationCode.ONE_MORE_DROP: "If the kitchen took one more delivery a day",
    RelaxationCode.HIGHER_PRICE_LIMIT: "If the price limit of {item} were {money} per {unit} higher",
    RelaxationCode.MORE_CAPITAL: "If {cooperative} had {money} more to spend",
    RelaxationCode.MORE_BUDGET: "If the kitchen's budget were {money} higher",
    RelaxationCode.LOWER_MINIMUM_ORDER: "If the least order at {wholesaler} were {money} lower",
    RelaxationCode.LOWER_OFFER_MINIMUM: "If the least amount of {item} that {cooperative} sells were {qty} lower",
    RelaxationCode.MORE_HANDLING: "If {cooperative} could handle {weight} more on that day",
    RelaxationCode.MORE_COLD: "If the cold room of {cooperative} held {weight} more on that day",
    RelaxationCode.WIDER_RADIUS: "If {cooperative} could deliver {way} further",
}


def condition(relaxation: Relaxation, demanded: str, language: Language, names: Mapping[str, str]) -> str:
    """Say what would have to change.

    Parameters
    ----------
    relaxation
        The change.
    demanded
        Id of the item that the line demands.
    language
        Of the words.
    names
        What people call cooperatives, wholesalers, items and kecamatan, by id.

    Returns
    -------
    str
        A clause without its end: "If the kitchen took one more delivery a day".
    """
    unit: Unit = relaxation.unit or "g"
    texts = INDONESIAN if language is Language.INDONESIAN else ENGLISH
    return texts[relaxation.code].format(
        item=named(relaxation.item or demanded, names),
        demanded=named(demanded, names),
        cooperative=named(relaxation.cooperative or "", names),
        kecamatan=named(relaxation.kecamatan or "", names),
        wholesaler=named(relaxation.wholesaler or "", names),
        qty=quantity(relaxation.amount, unit, language),
        weight=quantity(relaxation.amount, "g", language),
        unit=price_unit(unit, language),
        money=rupiah(relaxation.amount, language),
        price=rupiah(relaxation.price_idr or 0, language),
        way=_way(relaxation.amount, language),
        days=_days(relaxation.amount, language),
    )


def _way(metres: int, language: Language) -> str:
    return f"{number(metres / 1000, language, digits=1)} km"


def _days(days: int, language: Language) -> str:
    if language is Language.INDONESIAN:
        return f"{number(abs(days), language)} hari lebih {'awal' if days < 0 else 'lama'}"
    return f"{counted(abs(days), 'day', 'days')} {'earlier' if days < 0 else 'longer'}"
