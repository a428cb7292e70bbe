"""A lot typed on two phones is one lot."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.lot_names import LotName, one_spelling


@pytest.mark.parametrize("typed", ["L-2611 07", " l-2611 07", "L-2611\xa0 07\n"])
def test_letters_and_blanks_tell_no_lots_apart(typed):
    assert one_spelling(typed) == "l-2611 07"


@pytest.mark.parametrize("other", ["L-261107", "L 2611 07", "L-2611 7"])
def test_all_other_signs_do(other):
    assert one_spelling(other) != one_spelling("L-2611 07")


@given(st.text(st.characters(max_codepoint=0x7F)), st.text())
def test_capitals_count_as_small_letters_and_one_spelling_as_itself(plain, name):
    assert one_spelling(plain.upper()) == one_spelling(plain)
    assert one_spelling(one_spelling(name)) == one_spelling(name)


def test_items_are_chosen_from_a_list_and_not_typed():
    assert LotName("EGG", "L-1", "Tani ").in_one_spelling == ("EGG", "l-1", "tani")
