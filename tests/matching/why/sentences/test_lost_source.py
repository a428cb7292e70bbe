"""Why not me, in words: read aloud they must make sense."""

from dataclasses import replace

import pytest

from service.matching.why.lost_source import FirstLot, LostReason, LostSource, SourceOutcome, Winner
from service.matching.why.sentences.lost_source import sentences
from service.matching.why.sentences.wording import Language

ID, EN = Language.INDONESIAN, Language.ENGLISH
LOST = LostSource(
    source="O1", cooperative="C1", item="RICE", unit="g", per=1000, pack_qty=0, price_idr=15_000, offered_qty=250_000,
    won_qty=0, outcome=SourceOutcome.LOST, reason=LostReason.PRICE, lines_in_reach=3,
    winners=(Winner("O2", "C2", "RICE", "g", 80_000, 13_500), Winner("O3", "C3", "RICE", "g", 20_000, 13_900)),
    first_lot=FirstLot(13_899, 13_926, 20_000, ("C1",), ("D1",)), saving_idr=0.0,
)  # fmt: skip
NAMES = {
    "O1": "Beras panen raya",
    "RICE": "beras",
    "C1": "KKMP Sukasari",
    "C2": "KKMP Baranangsiang",
    "C3": "KKMP Tajur",
}


def test_a_lost_offer_hears_why_who_won_and_at_what_price_it_would_win():
    assert sentences(LOST, ID, NAMES) == (
        "Beras panen raya: 250 kg beras belum terpakai minggu ini.",
        "Alasannya harga: yang lain lebih murah untuk dapur.",
        ("Dapur yang terjangkau dilayani terutama oleh KKMP Baranangsiang (beras, 80 kg, Rp 13.500/kg) "
        "dan KKMP Tajur (beras, 20 kg, Rp 13.900/kg)."),
        "Dengan harga Rp 13.899 per kg (sekarang Rp 15.000), 20 kg akan terpakai lewat KKMP Sukasari.",
    )  # fmt: skip
    assert sentences(LOST, EN) == (
        "O1: 250 kg of RICE are not used this week.",
        "The reason is the price: others are cheaper for the kitchen.",
        "The kitchens in reach are served mostly by C2 (RICE, 80 kg, Rp 13,500/kg) and C3 (RICE, 20 kg, Rp 13,900/kg).",
        "At Rp 13,899 per kg (now Rp 15,000), 20 kg would be used through C1.",
    )


def test_a_stock_is_spoken_of_in_packs():
    stock = replace(LOST, pack_qty=10_000, cooperative="")
    assert "per kemasan" in sentences(stock, ID)[-1]
    assert "per pack" in sentences(stock, EN)[-1]


def test_a_won_offer_hears_one_sentence_and_a_part_of_it_how_much():
    won = replace(LOST, outcome=SourceOutcome.WON, reason=None, winners=(), first_lot=None)
    assert sentences(won, ID) == ("O1: semua RICE (250 kg) terpakai.",)
    assert sentences(won, EN) == ("O1: all 250 kg of RICE are used.",)
    partly = replace(LOST, outcome=SourceOutcome.PARTLY, won_qty=100_000)
    assert sentences(partly, ID)[0] == "O1: 100 kg dari 250 kg RICE terpakai."
    assert sentences(partly, EN)[0] == "O1: 100 kg of 250 kg of RICE are used."


def test_an_overlooked_offer_hears_what_it_would_save_and_of_no_winners():
    missed = replace(LOST, reason=LostReason.OVERLOOKED, first_lot=None, saving_idr=25_000.0)
    assert sentences(missed, ID)[2:] == ("Memakainya akan menghemat Rp 25.000.",)
    assert sentences(missed, EN)[2:] == ("Using it would save Rp 25,000.",)


@pytest.mark.parametrize("reason", LostReason)
@pytest.mark.parametrize("language", Language)
def test_every_reason_has_a_sentence_of_its_own(reason, language):
    said = {sentences(replace(LOST, reason=other), language)[1] for other in LostReason}
    assert len(said) == len(LostReason)
    assert sentences(replace(LOST, reason=reason), language)[1].endswith(".")
