"""The answer on a short line in both languages: a sentence for every code, and none that a machine would say."""

import re

import pytest

from service.matching.why.reasons import Reason, ReasonCode
from service.matching.why.relaxations import Relaxation, RelaxationCode
from service.matching.why.sentences.relaxations import condition
from service.matching.why.sentences.short_line import sentences
from service.matching.why.sentences.wording import Language, day
from service.matching.why.short_line import Help, Replan, ShortLine, Taker

ID, EN = Language.INDONESIAN, Language.ENGLISH
NAMES = {
    "K1": "Dapur Bantarjati",
    "K2": "Dapur Ciwaringin",
    "C1": "KKMP Ciluar",
    "W1": "Pasar Induk",
    "RICE": "beras",
    "NOODLE": "mi",
    "D1": "Bogor Utara",
}
TAKER = Taker("K2", "D2", "O1", None, "C1", "RICE", "g", 40_000, 0, 125_000.0)
EXTRA = Relaxation(
    RelaxationCode.EXTRA_SUPPLY,
    "D1",
    20_000,
    item="RICE",
    cooperative="C1",
    kecamatan="D1",
    price_idr=14_500,
    unit="g",
)


def answer(**changes):
    values = {"demand": "D1", "kitchen": "K1", "item": "RICE", "unit": "g", "date": "2026-11-30", "qty": 120_000}
    values |= {"short_qty": 20_000, "reasons": (), "takers": (), "replan": None, "helps": ()}
    return ShortLine(**values | changes)


def reason(code, alone_qty=20_000):
    return Reason(code, 2, 1, 20_000, alone_qty)


def test_a_full_line_says_that_nothing_is_missing():
    full = answer(short_qty=0)
    assert sentences(full, ID, NAMES) == (
        "Kebutuhan beras Dapur Bantarjati untuk Senin, 30 November 2026 sudah terpenuhi.",
    )
    assert sentences(full, EN, NAMES) == ("Dapur Bantarjati gets all the beras it needs for Monday, 30 November 2026.",)


def test_a_whole_answer_reads_from_what_is_missing_to_what_would_help():
    whole = answer(
        reasons=(reason(ReasonCode.STOCK_USED_UP), reason(ReasonCode.OUTSIDE_DAYS, 0)),
        takers=(TAKER,),
        helps=(Help(EXTRA, 15_000, 217_500.0, -1_200_000.0, is_proven=True),),
    )
    assert sentences(whole, ID, NAMES) == (
        "Dapur Bantarjati kekurangan 20 kg beras dari 120 kg yang dibutuhkan untuk Senin, 30 November 2026.",
        "Barang yang bisa dikirim sudah habis terbagi.",
        "Dapur Ciwaringin mendapat 40 kg beras dari KKMP Ciluar; jika diambil, biaya seluruh rencana naik Rp 125.000.",
        (
            "Jika ada tambahan 20 kg beras dari koperasi di Bogor Utara, misalnya KKMP Ciluar, "
            "dengan harga Rp 14.500 per kg, dapur ini mendapat 15 kg lebih banyak; biaya rencana naik Rp 217.500."
        ),
    )
    assert sentences(whole, EN, NAMES) == (
        "Dapur Bantarjati is 20 kg short of the 120 kg of beras it needs for Monday, 30 November 2026.",
        "The goods that could be sent are all taken.",
        (
            "Dapur Ciwaringin gets 40 kg of beras from KKMP Ciluar; "
            "taking it away would make the whole plan Rp 125,000 dearer."
        ),
        (
            "With 20 kg more beras from a cooperative in Bogor Utara, such as KKMP Ciluar, at Rp 14,500 per kg, "
            "this kitchen would get 15 kg more; the plan would cost Rp 217,500 more."
        ),
    )


def test_only_the_strongest_reasons_and_largest_takers_are_told():
    reasons = tuple(reason(code) for code in list(ReasonCode)[:5])
    many = answer(reasons=reasons, takers=(TAKER,) * 5, replan=Replan(20_000, -500.0))
    assert len(sentences(many, ID)) == 1 + 3 + 3 + 1


def test_if_no_rule_binds_alone_the_strongest_of_all_is_told():
    told = sentences(answer(reasons=(reason(ReasonCode.DROPS_USED_UP, 0), reason(ReasonCode.OUT_OF_RADIUS, 0))), EN)
    assert told[1:] == (
        "The kitchen takes no more deliveries on that day.",
        "Of the changes tried one by one, none would help.",
    )


@pytest.mark.parametrize(
    ("loss", "indonesian", "english"),
    [
        (None, "ini tidak bisa diambil lagi", "this cannot be taken away"),
        (-3.0, "dengan cara lain tanpa biaya tambahan", "in another way at no extra cost"),
        (5_000.0, "naik Rp 5.000", "Rp 5,000 dearer"),
    ],
)
def test_what_losing_the_goods_means_to_the_taker(loss, indonesian, english):
    taken = answer(takers=(Taker("K2", "D2", "O1", None, "C1", "RICE", "g", 40_000, 0, loss),))
    assert indonesian in sentences(taken, ID, NAMES)[1]
    assert english in sentences(taken, EN, NAMES)[1]


@pytest.mark.parametrize(
    ("loss", "indonesian", "english"),
    [
        (None, "sisanya tidak bisa diambil lagi.", "the rest cannot be taken away."),
        (-3.0, "sisanya bisa diganti dengan cara lain tanpa biaya tambahan.", "the rest could come in another way"),
        (5_000.0, "jika sisanya diambil, biaya seluruh rencana naik Rp 5.000.", "taking the rest away would make the"),
    ],
)
def test_what_is_promised_of_the_goods_is_told_apart_from_the_rest(loss, indonesian, english):
    taken = answer(takers=(Taker("K2", "D2", "O1", None, "C1", "RICE", "g", 40_000, 15_000, loss),))
    got = "Dapur Ciwaringin mendapat 40 kg beras dari KKMP Ciluar, 15 kg di antaranya sudah dijanjikan; "
    assert sentences(taken, ID, NAMES)[1] == got + indonesian
    assert f"gets 40 kg of beras from KKMP Ciluar, 15 kg of it promised; {english}" in sentences(taken, EN, NAMES)[1]


def test_planning_anew_says_what_it_brings_and_saves():
    again = answer(replan=Replan(12_500, -70_000.0))
    assert sentences(again, ID)[1:] == (
        (
            "Tanpa mengubah aturan, menyusun ulang beberapa baris memberi dapur ini 12,5 kg lebih banyak, "
            "dan seluruh rencana Rp 70.000 lebih murah."
        ),
        "Dari perubahan yang dicoba satu per satu, tidak ada yang membantu.",
    )
    assert "12.5 kg more and make the whole plan Rp 70,000 cheaper" in sentences(again, EN)[1]


def test_a_help_that_makes_the_rest_cheaper_says_so():
    cheaper = answer(helps=(Help(EXTRA, 15_000, -1_000.0, -9_000.0, is_proven=False),))
    assert sentences(cheaper, ID)[-1].endswith("; biaya rencana turun Rp 1.000.")
    assert sentences(cheaper, EN)[-1].endswith("; the plan would cost Rp 1,000 less.")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("code", ReasonCode)
def test_every_reason_has_a_sentence(code, language):
    told = sentences(answer(reasons=(reason(code),)), language, NAMES)[1]
    assert re.fullmatch(r"[A-Z][^_{}]+\.", told)


RELAXED = {
    RelaxationCode.OFFER_DAYS_WIDER: ({"amount": -2}, "tersedia 2 hari lebih awal", "were available 2 days earlier"),
    RelaxationCode.ALLOW_SUBSTITUTE: ({"item": "NOODLE"}, "mi boleh menggantikan beras", "mi could stand in for beras"),
    RelaxationCode.HIGHER_PRICE_LIMIT: ({"amount": 200}, "naik Rp 200 per kg", "were Rp 200 per kg higher"),
    RelaxationCode.WIDER_RADIUS: ({"amount": 1_500}, "1,5 km lebih jauh", "1.5 km further"),
    RelaxationCode.MORE_COLD: ({"amount": 20_000}, "muat 20 kg lebih banyak", "held 20 kg more"),
    RelaxationCode.MORE_HANDLING: ({"amount": 500}, "500 g lebih banyak", "500 g more"),
    RelaxationCode.LOWER_OFFER_MINIMUM: ({"amount": 2_000}, "minimum beras sebanyak 2 kg", "were 2 kg lower"),
    RelaxationCode.LOWER_MINIMUM_ORDER: ({"amount": 9}, "di Pasar Induk turun Rp 9", "at Pasar Induk were Rp 9 lower"),
    RelaxationCode.MORE_CAPITAL: ({"amount": 10}, "modal KKMP Ciluar bertambah Rp 10", "had Rp 10 more to spend"),
    RelaxationCode.MORE_BUDGET: ({"amount": 10}, "anggaran dapur bertambah Rp 10", "budget were Rp 10 higher"),
    RelaxationCode.ONE_MORE_DROP: ({}, "satu pengantaran lagi per hari", "one more delivery a day"),
    RelaxationCode.DAY_EARLIER: ({}, "dimajukan sehari", "a day earlier"),
    RelaxationCode.DAY_LATER: ({}, "diundur sehari", "a day later"),
    RelaxationCode.EXTRA_SUPPLY: ({"amount": 1_000}, "tambahan 1 kg beras", "1 kg more beras"),
}


@pytest.mark.parametrize("code", RelaxationCode)
def test_every_relaxation_says_what_it_asks_for(code):
    changes, indonesian, english = RELAXED[code]
    parts = {"amount": 1, "item": "RICE", "cooperative": "C1", "kecamatan": "D1", "wholesaler": "W1", "unit": "g"}
    relaxation = Relaxation(code, "D1", **{**parts, "price_idr": 14_500, **changes})
    told = [condition(relaxation, "RICE", language, NAMES) for language in (ID, EN)]
    assert indonesian in told[0]
    assert english in told[1]
    assert told[0].startswith("Jika ")
    assert told[1].startswith(("If ", "With "))


def test_an_offer_that_lasts_longer_is_told_apart_from_one_that_comes_earlier():
    later = Relaxation(RelaxationCode.OFFER_DAYS_WIDER, "D1", 1, item="RICE", cooperative="C1")
    assert condition(later, "RICE", ID, NAMES) == "Jika beras dari KKMP Ciluar tersedia 1 hari lebih lama"
    assert condition(later, "RICE", EN, NAMES) == "If beras from KKMP Ciluar were available 1 day longer"


def test_days_are_written_out():
    assert (day("2026-08-17", ID), day("2026-12-01", EN)) == ("Senin, 17 Agustus 2026", "Tuesday, 1 December 2026")
