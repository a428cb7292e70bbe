"""The answer on a chosen delivery in both languages."""

import pytest

from service.matching.problem import Line
from service.matching.rules import Term
from service.matching.why.chosen_line import Alternative, ChosenLine, Saving
from service.matching.why.sentences.chosen_line import sentences
from service.matching.why.sentences.terms import term_name
from service.matching.why.sentences.wording import Language

ID, EN = Language.INDONESIAN, Language.ENGLISH
NAMES = {"K1": "Dapur Bantarjati", "C1": "KKMP Ciluar", "C2": "KKMP Sukaraja", "W1": "Pasar Induk", "RICE": "beras"}
NOTHING = dict.fromkeys(Term, 0.0)


def alternative(difference_idr=26_200.0, short_qty=0.0, wholesaler=None, **terms):
    moved = NOTHING | {Term(name): idr for name, idr in terms.items()}
    return Alternative("O2", wholesaler, "C2", "RICE", "g", 20_000, short_qty, difference_idr, moved, is_proven=True)


def answer(**changes):
    values = {"demand": "D1", "kitchen": "K1", "source": "O1", "wholesaler": None, "cooperative": "C1", "item": "RICE"}
    values |= {"unit": "g", "date": "2026-11-30", "qty": 20_000, "promised_qty": 0, "alternatives": (), "saving": None}
    return ChosenLine(**values | changes)


def test_the_choice_its_alternative_and_the_judgement_are_told():
    whole = answer(alternatives=(alternative(goods=20_000.0, carry=1_200.0, drops=5_000.0, share=-0.4),))
    assert sentences(whole, ID, NAMES) == (
        "KKMP Ciluar mengirim 20 kg beras dari barang sendiri ke Dapur Bantarjati untuk Senin, 30 November 2026.",
        (
            "Jika KKMP Sukaraja mengirim 20 kg beras dari barang sendiri, seluruh rencana Rp 26.200 lebih mahal "
            "(harga barang +Rp 20.000; pengantaran +Rp 5.000; ongkos angkut +Rp 1.200)."
        ),
        "Dari cara-cara yang diperiksa, tidak ada yang lebih murah.",
    )
    assert sentences(whole, EN, NAMES) == (
        "KKMP Ciluar delivers 20 kg of beras of its own to Dapur Bantarjati for Monday, 30 November 2026.",
        (
            "If KKMP Sukaraja delivered 20 kg of beras of its own, the whole plan would be Rp 26,200 dearer "
            "(goods +Rp 20,000; deliveries +Rp 5,000; transport to the kitchen +Rp 1,200)."
        ),
        "Of the ways looked at, none is cheaper.",
    )


def test_a_cheaper_way_a_wholesaler_and_more_shortage_are_told():
    other = alternative(-500.0, 5_000.0, "W1", goods=-500.0)
    assert sentences(answer(alternatives=(other,)), ID, NAMES)[1] == (
        "Jika KKMP Sukaraja mengirim 20 kg beras dari Pasar Induk, seluruh rencana Rp 500 lebih murah "
        "(harga barang -Rp 500), dan dapur kekurangan 5 kg lebih banyak."
    )
    assert sentences(answer(alternatives=(other,)), EN, NAMES)[1] == (
        "If KKMP Sukaraja delivered 20 kg of beras from Pasar Induk, the whole plan would be Rp 500 cheaper "
        "(goods -Rp 500), and the kitchen would be 5 kg shorter."
    )


def test_equal_ways_have_no_terms_to_name():
    assert sentences(answer(alternatives=(alternative(0.0),)), EN)[1].endswith("would be Rp 0 dearer.")


def test_a_choice_that_is_not_the_cheapest_owns_up():
    saving = Saving((Line("D1", "O2", "C2", "RICE", 20_000),), -75_000.0, NOTHING | {Term.GOODS: -75_000.0})
    whole = answer(alternatives=(alternative(),), saving=saving)
    assert (
        sentences(whole, ID)[-1]
        == "Pilihan ini bukan yang termurah: susunan lain menghemat Rp 75.000 untuk seluruh rencana."
    )
    assert (
        sentences(whole, EN)[-1]
        == "This choice is not the cheapest: another arrangement saves Rp 75,000 on the whole plan."
    )


def test_promises_are_told_and_need_no_other_way():
    promised = answer(promised_qty=20_000)
    assert "20 kg sudah dijanjikan dan tidak boleh dipindah." in sentences(promised, ID)
    assert len(sentences(promised, EN)) == 3


def test_if_no_other_way_is_left_that_is_told():
    assert sentences(answer(), ID)[1] == "Dari cara lain yang dicoba, tidak ada yang masih bisa mengirim barang ini."
    assert sentences(answer(), EN)[1] == "Of the other ways tried, none can still deliver these goods."


@pytest.mark.parametrize("term", Term)
def test_every_term_has_a_name_in_each_language(term):
    assert term_name(term, ID) != term_name(term, EN)
    assert "_" not in term_name(term, ID) + term_name(term, EN)
