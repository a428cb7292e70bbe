"""Everything wrong is told at once; a lone refusal by a rule keeps its class and facts."""

import pytest

from service.domain.errors import InvalidField, PriceAboveCap
from service.domain.faults import Faults, named_like


def test_nothing_wrong_raises_nothing() -> None:
    faults = Faults()
    faults.raise_any()
    assert not faults
    assert faults.found == ()


def test_a_lone_refusal_keeps_its_class_and_gains_its_field() -> None:
    faults = Faults()
    with faults.catching("price_idr"):
        raise PriceAboveCap("too dear", limit_idr=3)
    with pytest.raises(PriceAboveCap, match="too dear") as refusal:
        faults.raise_any()
    assert refusal.value.facts == {"limit_idr": 3}
    assert [(fault.field, fault.code) for fault in refusal.value.faults] == [("price_idr", "price_above_cap")]


def test_a_lone_fault_is_told_in_its_own_words() -> None:
    faults = Faults()
    faults.add("packs", "out_of_range", "At least 1 pack.")
    with pytest.raises(InvalidField, match="At least 1 pack"):
        faults.raise_any()


def test_several_faults_become_one_list_in_their_order() -> None:
    faults = Faults()
    faults.add("packs", "out_of_range", "At least 1 pack.")
    faults.catch("price_idr", PriceAboveCap("too dear"))
    with pytest.raises(InvalidField, match="2 values are not valid") as refusal:
        faults.raise_any()
    assert [fault.field for fault in refusal.value.faults] == ["packs", "price_idr"]


def test_only_refusals_are_caught() -> None:
    with pytest.raises(ZeroDivisionError), Faults().catching("x"):
        raise ZeroDivisionError


def test_codes_like_the_word_are_named_the_nearest_first() -> None:
    assert named_like("rice", ["RICE-P", "RICE-M", "EGG"]).startswith("Known codes like it: RICE-P, RICE-M")


def test_without_a_likeness_the_first_codes_are_named() -> None:
    assert named_like("zzzz", ["EGG", "OIL"]) == "Known codes like it: EGG, OIL."


def test_without_any_code_that_is_said() -> None:
    assert named_like("EGG", []) == "None are known yet."
