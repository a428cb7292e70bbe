"""Which passwords are taken."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.demo.people import DEMO_PASSWORD
from service.domain.errors import InvalidField
from service.domain.guessed_passwords import COMMON_WORDS
from service.domain.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD, is_common, require_password

SITI = {"username": "siti.rahma@pasok.test", "full_name": "Siti Rahmawati"}
AROUND = st.text(alphabet="0123456789!?.-_*#", max_size=8)


def refusal(password: str) -> str:
    with pytest.raises(InvalidField) as refused:
        require_password(password, **SITI)
    (fault,) = refused.value.faults
    assert fault.field == "password"
    assert not password or password not in fault.message
    return fault.code


@pytest.mark.parametrize(
    "password", ["padi-kuning-2026", "tahu tempe lontong", "correct horse battery", "hujan sore kopi", DEMO_PASSWORD]
)
def test_some_words_that_do_not_belong_together_are_taken(password):
    require_password(password, **SITI)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("pendek", "too_short"),
        ("123456789", "too_short"),
        ("a" * (LONGEST_PASSWORD + 1), "too_long"),
        ("password123", "common_password"),
        ("P@ssw0rd2026!", "common_password"),
        ("1234567890", "common_password"),
        ("081234567890", "common_password"),
        ("17081945170845", "common_password"),
        ("qwertyuiop", "common_password"),
        ("aaaaaaaaaaaa", "common_password"),
        ("abababababab", "common_password"),
        ("bogorbogor1", "common_password"),
        ("Indonesia45!", "common_password"),
        ("bismillah99", "common_password"),
        ("koperasimerahputih", "common_password"),
        ("r4h4s14ku...", "common_password"),
        ("sayangku2026", "common_password"),
        ("rahmawati-kuning", "holds_name"),
        ("kopi SITI hitam", "holds_name"),
    ],
)
def test_what_everybody_tries_first_is_refused(password, code):
    assert refusal(password) == code


@example(word="aaa", before="", after="0123", times=1)
@given(word=st.sampled_from(sorted(COMMON_WORDS)), before=AROUND, after=AROUND, times=st.integers(1, 3))
def test_a_common_word_stays_common_whatever_stands_around_it(word, before, after, times):
    assert is_common(before + word.title() + word * (times - 1) + after)


def test_the_list_has_hundreds_of_words_english_and_indonesian():
    assert len(COMMON_WORDS) > 500
    assert {"password", "qwertyuiop", "rahasia", "bismillah", "persib", "koperasi"} <= COMMON_WORDS
    assert all(word == word.lower() and word.isalpha() for word in COMMON_WORDS)


@given(st.text(alphabet=st.characters(min_codepoint=0x100), max_size=SHORTEST_PASSWORD - 1))
def test_nothing_short_is_taken(password):
    assert refusal(password) == "too_short"


def test_short_parts_of_a_name_do_not_count():
    require_password("padi kuning ani", username="ani", full_name="Ani Li")
