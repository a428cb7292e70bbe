"""No page lacks a word in either language, and none is translated that nobody says."""

import re
from collections import Counter

import pytest
from babel.messages.pofile import read_po

from service.api.problems import kinds_by_code
from service.domain.errors import InvalidField
from service.domain.price_caps import cap_breach
from service.matching.why.sentences.wording import Language
from service.web.catalogue import idle_words, missing_words
from service.web.refusal_words import WORDS, advice_on
from service.web.templating import CATALOGUES, TEMPLATES, catalogue
from tests.factories.catalogue import new_cap

PLACE = re.compile(r"%\((\w+)\)")
SAID_TO_A_READER = re.compile(r">([^<>{}]*[A-Za-z]{2,}[^<>{}]*)<")
SAME_IN_BOTH = {"Pasok", "English", "Bahasa Indonesia", "· Pasok"}


def test_english_has_words_for_all_that_the_pages_say():
    assert missing_words(Language.ENGLISH) == []


def test_no_translation_is_left_of_what_no_page_says():
    assert idle_words(Language.ENGLISH) == []


def test_a_translation_names_the_same_things_as_the_original():
    for indonesian, english in catalogue(Language.ENGLISH).items():
        assert set(PLACE.findall(indonesian)) == set(PLACE.findall(english)), indonesian


def test_no_words_are_translated_twice():
    """Else one page's meaning would be told on another: the last file that is read would win."""
    found = Counter[str]()
    for file in CATALOGUES.rglob("*.po"):
        with file.open("rb") as read:
            found.update(message.id for message in read_po(read) if message.id)
    assert [words for words, count in found.items() if count > 1] == []


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_a_template_says_nothing_outside_of_the_catalogue(template):
    bare = re.sub(r"{#.*?#}|{%.*?%}", "", template.read_text(encoding="utf-8"), flags=re.DOTALL)
    said = {words.strip() for words in SAID_TO_A_READER.findall(bare)}
    assert said - SAME_IN_BOTH == set()


def test_every_refusal_has_indonesian_words():
    assert set(WORDS) == set(kinds_by_code())


def test_a_price_above_a_cap_names_the_cap():
    cap = new_cap("RICE-M", price_idr=13_500)
    breach = cap_breach(14_000, [cap], [], item_code="RICE-M", zone=cap.zone, days=[cap.valid_from])
    assert advice_on(breach, Language.INDONESIAN).startswith(f"Paling tinggi Rp 13.500 ({cap.kind}, {cap.source}). ")
    assert "13,500" in advice_on(breach, Language.ENGLISH)


@pytest.mark.parametrize("field", ["password", "old_password", "new_password"])
def test_over_a_password_that_is_shown_empty_nobody_reads_that_it_is_still_there(field):
    refusal = InvalidField.at(field, "Too short.", code="too_short")
    assert advice_on(refusal, Language.INDONESIAN).endswith("kata sandi dikosongkan: ketik lagi.")
    assert "masih ada" in advice_on(InvalidField.at("full_name", "Too long.", code="too_long"), Language.INDONESIAN)
