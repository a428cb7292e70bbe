"""Every link that a role is shown in the later states of a week: it opens, it stays here, and it speaks one language.

There is one thing of every kind: answers, purchases, goods on their way and weighed, invoices, payments, credit notes,
refunds, a recall, a repair of the plan and one more at work.
"""

import re
from functools import cache

import pytest

from service.domain.people import Role
from service.matching.why.sentences.wording import Language
from service.web.languages import LANGUAGE_COOKIE
from service.web.templating import catalogue
from tests.web.crawling import Seen, crawl

PLACE = re.compile(r"%\\\((\w+)\\\)s")
SHORTEST = 4
"""Shorter words may be somebody's name."""
INDONESIAN = [
    re.compile(rf"(?<!\w){PLACE.sub('.+', re.escape(words))}(?!\w)")
    for words, english in catalogue(Language.ENGLISH).items()
    if words != english and len(words) >= SHORTEST
]
TELLING = re.compile(r"\b(yang|belum|sudah|tidak|untuk|dengan|atau|dan|dari|akan|oleh|pada|ini|itu)\b", re.IGNORECASE)
"""Words that few Indonesian sentences lack, wherever the sentence comes from."""

FORMS = re.compile(r'<form[^>]* method="post" action="(?!/(?:language|logout)").*?</form>', re.DOTALL)
"""Whatever changes something; who leaves, or chooses a language, does it for whoever is there."""
AS_COMPUTERS_WRITE = re.compile(r"\b\d{4}-\d\d-\d\d\b|Rp\s?\d{4}")
"""A day, or rupiah without a point."""


@cache
def in_indonesian(said):
    return bool(TELLING.search(said)) or any(words.search(said) for words in INDONESIAN)


@pytest.mark.parametrize("role", Role)
async def test_every_link_of_a_role_opens_and_leads_nowhere_else(page_as, later_world, role):
    found = await crawl(page_as(role))
    assert found.wrong == []
    assert len(found.pages) > 10, "it went on from the start page"
    said = {(words, where) for where, text in found.pages.items() for words in Seen.of(text).said}
    assert [one for one in sorted(said) if AS_COMPUTERS_WRITE.search(one[0])] == [], (
        "days and rupiah are written as people write them"
    )
    forms = {form for text in found.pages.values() for form in FORMS.findall(text)}
    assert [form for form in forms if 'name="reader"' not in form] == [], "a tab that stayed open would act for others"
    assert any(map(in_indonesian, Seen.of(found.pages["/"]).said)), "the next test would notice it"


@pytest.mark.parametrize("role", Role)
async def test_no_page_speaks_indonesian_to_whoever_reads_english(page_as, later_world, role):
    reader = page_as(role)
    reader.cookies.set(LANGUAGE_COOKIE, Language.ENGLISH)
    found = await crawl(reader, is_paper_wanted=False)
    said = {(words, where) for where, text in found.pages.items() for words in Seen.of(text).said}
    assert [one for one in sorted(said) if in_indonesian(one[0])] == []
