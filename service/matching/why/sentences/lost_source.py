"""Why not me? In words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.matching.why.lost_source import FirstLot, LostReason, LostSource, SourceOutcome
from service.matching.why.sentences.wording import NO_NAMES, Language, listed, named, price_unit, quantity, rupiah

if TYPE_CHECKING:
    from collections.abc import Mapping

TOP: Final = 3

_REASONS: Final = {
    Language.INDONESIAN: {
        LostReason.PRICE: "Alasannya harga: yang lain lebih murah untuk dapur.",
        LostReason.DISTANCE: "Alasannya jarak: ongkos ke dapur membuatnya lebih mahal, atau di luar jangkauan.",
        LostReason.MINIMUM_OR_PACK: "Alasannya jumlah minimum atau ukuran kemasan: terlalu besar untuk kebutuhan.",
        LostReason.DAYS: "Alasannya hari: barang tidak tersedia pada hari dapur membutuhkannya.",
        LostReason.CAPACITY: "Alasannya kapasitas: koperasi tidak sanggup menangani lebih banyak pada hari itu.",
        LostReason.COLD: "Alasannya ruang dingin: tempatnya tidak ada atau sudah penuh.",
        LostReason.CAPITAL: "Alasannya modal: uang koperasi untuk membeli barang tidak cukup.",
        LostReason.SHARE_CAP: "Alasannya batas porsi: bagian koperasi ini di dapur itu sudah penuh.",
        LostReason.NOT_ELIGIBLE: "Beberapa aturan sekaligus tidak terpenuhi, misalnya hari, harga, atau jarak.",
        LostReason.NO_DEMAND_LEFT: "Tidak ada lagi kebutuhan dapur yang bisa dipenuhi dengan barang ini.",
        LostReason.FIXED_LINES: "Kebutuhannya sudah dijanjikan kepada pemasok lain.",
        LostReason.DROPS: "Alasannya pengantaran: dapur tidak menerima lebih banyak koperasi pada hari itu.",
        LostReason.BUDGET: "Alasannya anggaran: dana belanja dapur sudah habis.",
        LostReason.CLOSE_CALL: "Hampir sama baiknya dengan yang terpilih: bedanya di bawah 1% dari biayanya.",
        LostReason.OVERLOOKED: "Penawaran ini seharusnya terpakai; perhitungan belum menemukannya.",
    },
    Language.ENGLISH: {
        LostReason.PRICE: "The reason is the price: others are cheaper for the kitchen.",
        LostReason.DISTANCE: "The reason is the distance: the way makes it dearer, or the kitchens are out of reach.",
        LostReason.MINIMUM_OR_PACK: "The reason is the minimum or the size of a pack: too large for what is needed.",
        LostReason.DAYS: "The reason is the days: the goods are not there when kitchens need them.",
        LostReason.CAPACITY: "The reason is capacity: the cooperative cannot handle more goods on that day.",
        LostReason.COLD: "The reason is the cold room: there is none, or it is full.",
        LostReason.CAPITAL: "The reason is capital: the cooperative's money to buy goods is used up.",
        LostReason.SHARE_CAP: "The reason is the share limit: this cooperative's part at that kitchen is full.",
        LostReason.NOT_ELIGIBLE: "Several rules at once are not met, such as the days, the price or the distance.",
        LostReason.NO_DEMAND_LEFT: "No kitchen has a need left that these goods could meet.",
        LostReason.FIXED_LINES: "What is needed is already promised to other suppliers.",
        LostReason.DROPS: "The reason is deliveries: the kitchen takes no more cooperatives on that day.",
        LostReason.BUDGET: "The reason is the budget: the kitchen's money for it is spent.",
        LostReason.CLOSE_CALL: "It is about as good as those chosen: the difference is below 1% of what they cost.",
        LostReason.OVERLOOKED: "This should have been used; the search has not found it yet.",
    },
}


def sentences(
    answer: LostSource, language: Language, names: Mapping[str, str] = NO_NAMES, *, with_prices: bool = True
) -> tuple[str, ...]:
    """Say what became of an offer or stock, why, who won, and at what price it would win.

    Parameters
    ----------
    answer
        The answer.
    language
        Of the sentences.
    names
        What people call items, cooperatives and sources, by id.
    with_prices
        Whether the reader may learn what the winners ask for their goods.

    Returns
    -------
    tuple[str, ...]
        One sentence if everything was won.
    """
    said = [_outcome(answer, language, names)]
    if answer.reason is not None:
        said.append(_REASONS[language][answer.reason])
    if answer.saving_idr:
        said.append(_saving(answer.saving_idr, language))
    if answer.winners and answer.reason is not LostReason.OVERLOOKED:
        said.append(_winners(answer, language, names, with_prices=with_prices))
    if answer.first_lot is not None:
        said.append(_price(answer, answer.first_lot, language, names))
    return tuple(said)


def _outcome(answer: LostSource, language: Language, names: Mapping[str, str]) -> str:
    item, thing = named(answer.item, names), named(answer.source, names)
    won, offered = (quantity(qty, answer.unit, language) for qty in (answer.won_qty, answer.offered_qty))
    if language is Language.INDONESIAN:
        return {
            SourceOutcome.WON: f"{thing}: semua {item} ({offered}) terpakai.",
            SourceOutcome.PARTLY: f"{thing}: {won} dari {offered} {item} terpakai.",
            SourceOutcome.LOST: f"{thing}: {offered} {item} belum terpakai minggu ini.",
        }[answer.outcome]
    return {
        SourceOutcome.WON: f"{thing}: all {offered} of {item} are used.",
        SourceOutcome.PARTLY: f"{thing}: {won} of {offered} of {item} are used.",
        SourceOutcome.LOST: f"{thing}: {offered} of {item} are not used this week.",
    }[answer.outcome]


def _saving(saving_idr: float, language: Language) -> str:
    amount = rupiah(saving_idr, language)
    if language is Language.INDONESIAN:
        return f"Memakainya akan menghemat {amount}."
    return f"Using it would save {amount}."


def _winners(answer: LostSource, language: Language, names: Mapping[str, str], *, with_prices: bool) -> str:
    parts = []
    for winner in answer.winners[:TOP]:
        qty = quantity(winner.qty, winner.unit, language)
        price = f", {rupiah(winner.price_idr, language)}/{price_unit(winner.unit, language)}" if with_prices else ""
        parts.append(f"{named(winner.cooperative, names)} ({named(winner.item, names)}, {qty}{price})")
    if language is Language.INDONESIAN:
        return f"Dapur yang terjangkau dilayani terutama oleh {listed(parts, language)}."
    return f"The kitchens in reach are served mostly by {listed(parts, language)}."


def _price(answer: LostSource, lot: FirstLot, language: Language, names: Mapping[str, str]) -> str:
    price, asked = rupiah(lot.price_idr, language), rupiah(answer.price_idr, language)
    qty = quantity(lot.qty, answer.unit, language)
    who = listed([named(name, names) for name in lot.cooperatives], language)
    if language is Language.INDONESIAN:
        per = "kemasan" if answer.pack_qty else price_unit(answer.unit, language)
        return f"Dengan harga {price} per {per} (sekarang {asked}), {qty} akan terpakai lewat {who}."
    per = "pack" if answer.pack_qty else price_unit(answer.unit, language)
    return f"At {price} per {per} (now {asked}), {qty} would be used through {who}."
