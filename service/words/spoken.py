"""What any state, kind or reason is called, for whoever does not read its code: all of a kind have words, or none."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from service.matching.rules import Term
from service.matching.why.sentences.short_line import REASONS
from service.matching.why.sentences.terms import term_name
from service.matching.why.sentences.wording import Language
from service.words import goods_words, office_words, plan_words, record_words, trade_words

_TAGGED: Final[tuple[Mapping[StrEnum, tuple[str, str]], ...]] = (
    office_words.ORGANISATION,
    plan_words.PLAN,
    plan_words.RUN,
    trade_words.DELIVERY,
    trade_words.INVOICE,
    trade_words.OFFER,
    trade_words.ORDER,
    trade_words.ORDER_LINE,
    trade_words.PRICE_PROPOSAL,
    trade_words.PURCHASE,
    trade_words.PURCHASE_LINE,
    trade_words.RECALL,
)
_PLAIN: Final[tuple[Mapping[StrEnum, str], ...]] = (
    goods_words.BUDGET_LINES,
    goods_words.CATEGORIES,
    goods_words.COLD_CHAINS,
    goods_words.FORECAST,
    goods_words.NEED_CLASSES,
    goods_words.RECEIPT,
    goods_words.STOCK,
    goods_words.UNITS,
    office_words.DOCUMENTS,
    office_words.KINDS,
    office_words.ROLES,
    plan_words.FALLEN_LINES,
    plan_words.KEPT_OUT,
    plan_words.RUN_FAILURES,
    plan_words.RUN_KINDS,
    plan_words.SHORTAGE_CAUSES,
    plan_words.SOLVES,
    record_words.CHANNELS,
    record_words.NOTICES,
    record_words.NOTIFICATION,
    record_words.PAYMENTS,
    record_words.WEBHOOK,
    record_words.WEBHOOK_DELIVERY,
    trade_words.ACCOUNTS,
    trade_words.CUT_REASONS,
    trade_words.DECLINE_REASONS,
    trade_words.REJECT_REASONS,
    trade_words.REST_FATES,
    trade_words.WITHDRAWAL_REASONS,
    trade_words.WITHDRAWERS,
    {code: sentence.rstrip(".") for code, (sentence, _english) in REASONS.items()},
    {term: term_name(term, Language.INDONESIAN) for term in Term},
)
SPOKEN: Final[Mapping[type[StrEnum], Mapping[StrEnum, str]]] = {
    type(next(iter(words))): words
    for words in (*({state: pair[0] for state, pair in tagged.items()} for tagged in _TAGGED), *_PLAIN)
}
"""Every kind of code that has words, with the words as a reader of no side says them."""


def word_of(code: StrEnum) -> str:
    """Return what a state, kind or reason is called; the code itself if its kind has no words."""
    return SPOKEN.get(type(code), {}).get(code, code.value)
