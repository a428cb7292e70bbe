"""Why goods are short, in words: whoever said it, kitchens and the city read who and why."""

import pytest
import sqlalchemy as sa

from service.domain.orders import DeclineReason
from service.domain.people import Role
from service.domain.plans import Shortage
from service.domain.purchases import CutReason
from service.domain.withdrawals import WithdrawalReason
from service.matching.why.reasons import ReasonCode
from service.matching.why.sentences.wording import Language
from service.web.kitchen_words import why
from service.web.shortage_words import sentence_of
from service.words.codes import CODES
from service.words.fall_words import FALLS, SOME_FALL
from tests.factories.plans import WEEK
from tests.web.test_weeks_pages import published

__all__ = ["published"]

SILENCES = {"expired": "Koperasi tidak menjawab", "wholesaler_silence": "Grosir tidak menjawab"}


def test_every_reason_for_which_goods_fall_has_its_sentence():
    """What a kitchen does not need any more is not missing to it."""
    said = {*map(str, DeclineReason), *map(str, WithdrawalReason)} - {WithdrawalReason.NOT_NEEDED.value}
    assert set(FALLS) == said | {f"wholesaler_{reason.value}" for reason in CutReason} | {"expired"}
    codes = [*FALLS, *(code.value for code in ReasonCode)]
    for language in Language:
        assert all(sentence_of(code, language).endswith(".") for code in codes)
    assert set(codes) <= set(CODES["code"])


@pytest.mark.parametrize("code", [*FALLS, "a_code_of_tomorrow"])
def test_only_silence_is_told_as_silence(code):
    sentence = sentence_of(code, Language.INDONESIAN)
    assert ("tidak menjawab" in sentence) == (code in SILENCES)
    assert sentence.startswith(SILENCES.get(code, ""))
    assert ("rosir" in sentence) == code.startswith("wholesaler_")


def test_nothing_is_told_twice():
    assert why(["other", "a_code_of_tomorrow", "other"], Language.INDONESIAN) == [SOME_FALL]


@pytest.mark.parametrize("code", ["wholesaler_out_of_stock", "expired"])
async def test_a_kitchen_and_its_city_read_the_same_reason(page_as, session, published, code):
    reasons = [{"code": code, "blocked_qty": 1_000, "sources": []}]
    await session.execute(sa.update(Shortage).values(reasons=reasons))
    kitchen = await page_as(Role.KITCHEN_HEAD).get(f"/weeks/{WEEK}")
    city = await page_as(Role.FOOD_OFFICER).get(f"/plans/{published.id}/shortages")
    assert FALLS[code] in kitchen.text
    assert FALLS[code] in city.text
