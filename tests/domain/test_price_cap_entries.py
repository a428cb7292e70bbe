from datetime import date, timedelta

import pytest

from service.domain.errors import AlreadyExists, Conflict, InvalidField
from service.domain.price_cap_entries import (
    LONGEST_EXCEPTION_DAYS,
    Quote,
    require_alone,
    require_exceptable,
    require_quotes,
    revoke_exception,
)
from service.domain.price_caps import CapKind
from tests.factories.entries import MONDAY, TODAY, a_cap, an_exception
from tests.factories.organisations import CREATED_AT

QUOTES = [Quote(f"Pasar {number}", 31_000 + 500 * number, TODAY) for number in range(3)]


def days(first: str, last: str | None) -> dict[str, date | None]:
    return {"valid_from": date.fromisoformat(first), "valid_to": date.fromisoformat(last) if last else None}


@pytest.mark.parametrize(
    ("new", "known"),
    [
        (("2026-01-01", "2026-01-31"), ("2026-02-01", None)),
        (("2026-03-01", None), ("2026-01-01", "2026-02-28")),
        (("2026-01-01", "2026-01-01"), ("2026-01-02", "2026-01-02")),
    ],
)
def test_caps_may_follow_each_other(new, known):
    require_alone(a_cap(**days(*new)), [a_cap(**days(*known))])


@pytest.mark.parametrize(
    ("new", "known", "end"),
    [
        (("2026-01-01", None), ("2026-06-01", None), "until further notice"),
        (("2026-02-28", None), ("2026-01-01", "2026-02-28"), "2026-02-28"),
        (("2026-01-01", "2026-02-01"), ("2026-02-01", "2026-03-01"), "2026-03-01"),
    ],
)
def test_caps_of_a_kind_do_not_share_a_day(new, known, end):
    with pytest.raises(AlreadyExists, match=end):
        require_alone(a_cap(**days(*new)), [a_cap(**days(*known))])


@pytest.mark.parametrize("other", [{"kind": CapKind.HAP}, {"zone": 2}, {"item_code": "EGG"}])
def test_caps_of_another_kind_zone_or_item_do_not_meet(other):
    require_alone(a_cap(), [a_cap(**other)])


def test_three_providers_bear_out_a_price_up_to_the_highest_quote():
    require_quotes(QUOTES, price_idr=32_000, today=TODAY)


@pytest.mark.parametrize(
    ("quotes", "price_idr", "field", "code"),
    [
        (QUOTES[:2], 31_000, "quotes", "too_few"),
        ([*QUOTES[:2], Quote("PASAR 0", 31_000, TODAY)], 31_000, "quotes", "too_few"),
        ([*QUOTES[:2], Quote("CV", 1, TODAY + timedelta(days=1))], 1, "quotes.2.quoted_date", "invalid"),
        (QUOTES, 32_001, "price_idr", "above_quotes"),
    ],
)
def test_quotes_that_do_not_bear_the_price_out_are_refused(quotes, price_idr, field, code):
    with pytest.raises(InvalidField) as refusal:
        require_quotes(quotes, price_idr=price_idr, today=TODAY)
    assert (refusal.value.faults[0].field, refusal.value.faults[0].code) == (field, code)


def exceptable(**changes: object) -> None:
    fields = {
        "item_code": "EGG",
        "zone": 1,
        "price_idr": 31_000,
        "valid_from": MONDAY,
        "valid_to": MONDAY + timedelta(days=LONGEST_EXCEPTION_DAYS - 1),
    }
    caps = [a_cap("EGG", kind=CapKind.HAP, price_idr=30_000), a_cap("RICE-P")]
    require_exceptable(caps, **{**fields, **changes})


def test_exception_lifts_a_hap_for_a_month_at_most():
    exceptable()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"item_code": "RICE-P"}, "item_code"),
        ({"zone": 2}, "item_code"),
        ({"price_idr": 30_000}, "price_idr"),
        ({"valid_to": MONDAY - timedelta(days=1)}, "valid_to"),
        ({"valid_to": MONDAY + timedelta(days=LONGEST_EXCEPTION_DAYS)}, "valid_to"),
    ],
)
def test_exception_where_none_can_be_is_refused(changes, field):
    with pytest.raises(InvalidField) as refusal:
        exceptable(**changes)
    assert refusal.value.faults[0].field == field


def test_exception_is_revoked_once():
    exception = an_exception()
    revoke_exception(exception, CREATED_AT)
    assert exception.revoked_at == CREATED_AT
    with pytest.raises(Conflict, match="already"):
        revoke_exception(exception, CREATED_AT)
