"""A rupiah above HET is refused naming cap, source and day; above HAP only with an exception on record."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import PriceAboveCap
from service.domain.price_caps import (
    CapKind,
    cap_breach,
    cap_limit_idr,
    excepted_price_idr,
    price_limits,
    require_within_caps,
)
from tests.factories.entries import MONDAY, a_cap, an_exception

HET = a_cap()
HAP = a_cap("EGG", kind=CapKind.HAP, price_idr=30_000, source="Perbadan 12/2024")
SUNDAY = MONDAY - timedelta(days=1)


def limit(item_code: str, day: date = MONDAY, *, caps=(HET, HAP), exceptions=(), zone: int = 1) -> int | None:
    return cap_limit_idr(caps, exceptions, item_code=item_code, zone=zone, day=day)


@given(st.integers(1, 100_000))
def test_a_price_passes_if_and_only_if_it_is_within_the_het(price_idr: int) -> None:
    breach = cap_breach(price_idr, [HET], [], item_code="RICE-P", zone=1, days=[MONDAY])
    assert (breach is None) == (price_idr <= 14_900)


def test_one_rupiah_above_het_is_refused_with_cap_source_and_day() -> None:
    with pytest.raises(PriceAboveCap, match=r"Rp 1 above the HET of Rp 14,900.*299/2025") as refusal:
        require_within_caps(14_901, [HET], [], item_code="RICE-P", zone=1, days=[MONDAY])
    assert refusal.value.facts == {
        "item_code": "RICE-P",
        "price_idr": 14_901,
        "limit_idr": 14_900,
        "cap_kind": "HET",
        "source": "Keputusan Kepala Bapanas 299/2025",
        "valid_from": "2025-08-22",
        "date": "2026-11-30",
    }


def test_the_cap_itself_is_allowed() -> None:
    require_within_caps(14_900, [HET], [], item_code="RICE-P", zone=1, days=[MONDAY])


def test_the_first_day_above_a_cap_is_named() -> None:
    ends, follows = a_cap(valid_to=MONDAY), a_cap(price_idr=14_500, valid_from=MONDAY + timedelta(days=1))
    days = [MONDAY, MONDAY + timedelta(days=1)]
    breach = cap_breach(14_700, [ends, follows], [], item_code="RICE-P", zone=1, days=days)
    assert breach is not None
    assert breach.facts["date"] == "2026-12-01"
    assert breach.facts["limit_idr"] == 14_500


@pytest.mark.parametrize(
    ("changes", "day", "expected"),
    [
        ({"valid_from": MONDAY}, MONDAY, 14_900),
        ({"valid_from": MONDAY}, SUNDAY, None),
        ({"valid_to": MONDAY}, MONDAY, 14_900),
        ({"valid_to": SUNDAY}, MONDAY, None),
        ({"zone": 2}, MONDAY, None),
        ({"item_code": "RICE-M"}, MONDAY, None),
    ],
)
def test_a_cap_holds_for_its_item_zone_and_days(changes, day, expected) -> None:
    assert limit("RICE-P", day, caps=[a_cap(**changes)]) == expected


def test_the_lowest_of_several_caps_holds() -> None:
    assert limit("EGG", caps=[HAP, a_cap("EGG", price_idr=29_000)]) == 29_000
    kinds = [known.kind for known in price_limits([HAP, a_cap("EGG")], [], item_code="EGG", zone=1, day=MONDAY)]
    assert kinds == [CapKind.HET, CapKind.HAP]


def test_an_exception_lifts_a_hap_on_its_days_only() -> None:
    exception = an_exception()
    assert limit("EGG", exceptions=[exception]) == 32_000
    assert limit("EGG", MONDAY + timedelta(days=2), exceptions=[exception]) == 30_000
    require_within_caps(32_000, [HAP], [exception], item_code="EGG", zone=1, days=[MONDAY])
    with pytest.raises(PriceAboveCap, match="HAP of Rp 30,000"):
        require_within_caps(32_000, [HAP], [exception], item_code="EGG", zone=1, days=[MONDAY + timedelta(days=2)])


def test_an_exception_below_the_hap_does_not_lower_it() -> None:
    assert limit("EGG", exceptions=[an_exception(price_idr=29_000)]) == 30_000


def test_no_exception_lifts_a_het() -> None:
    assert limit("RICE-P", exceptions=[an_exception("RICE-P", price_idr=20_000)]) == 14_900


def test_a_revoked_exception_is_none() -> None:
    revoked = an_exception(revoked_at=datetime(2026, 11, 20, tzinfo=UTC))
    assert excepted_price_idr([revoked], item_code="EGG", day=MONDAY) is None


def test_the_highest_of_several_exceptions_counts() -> None:
    known = [an_exception(), an_exception(price_idr=33_000), an_exception("CHICK", price_idr=50_000)]
    assert excepted_price_idr(known, item_code="EGG", day=MONDAY) == 33_000
