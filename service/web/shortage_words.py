"""Why goods are short, in a sentence: the plan's reason, or what somebody said since."""

from __future__ import annotations

from service.matching.why.reasons import ReasonCode
from service.matching.why.sentences.short_line import REASONS
from service.matching.why.sentences.wording import Language
from service.web.templating import catalogue
from service.words.fall_words import FALLS, SOME_FALL


def sentence_of(code: str, language: Language) -> str:
    """Return why goods are short; of a code that nobody knows no more than that they do not come."""
    if code in set(ReasonCode):
        indonesian, english = REASONS[ReasonCode(code)]
        return indonesian if language is Language.INDONESIAN else english
    return spoken(FALLS.get(code, SOME_FALL), language)


def spoken(words: str, language: Language) -> str:
    """Return words in the reader's language."""
    return words if language is Language.INDONESIAN else catalogue(language).get(words, words)
