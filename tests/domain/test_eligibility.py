"""Which days a source may serve, and why not the others."""

from datetime import timedelta
from uuid import uuid4

import pytest

from service.domain.eligibility import (
    Ineligibility,
    Refusal,
    assess,
    cap_refusal,
    first_cooking_day,
    missing_documents,
    refusal,
    shelf_life_refusal,
)
from service.domain.organisations import DocumentKind, OrganisationKind, OrganisationStatus
from tests.factories.items import new_chicken, new_household_gas, new_item
from tests.factories.organisations import new_document, new_organisation
from tests.factories.plans import WEEK

DAYS = [WEEK + timedelta(days=offset) for offset in range(7)]
NO_PAPER = Refusal(Ineligibility.DOCUMENT_MISSING, "halal")
SPLIT = "split_days"


def found(pattern: str, closed: str = "......."):
    """Assess a week drawn as a word: x refused, . fine; closed days drawn the same way."""
    open_days = frozenset(day for day, mark in zip(DAYS, closed, strict=True) if mark == ".")
    refused = {day for day, mark in zip(DAYS, pattern, strict=True) if mark == "x"}
    return assess(DAYS, lambda day: NO_PAPER if day in refused else None, open_days=open_days)


@pytest.mark.parametrize(
    ("pattern", "window"),
    [
        (".......", (0, 6)),
        ("xx.....", (2, 6)),
        (".....xx", (0, 4)),
        ("...x...", (0, 2)),
        ("..x....", (3, 6)),
        ("x.x.x.x", (1, 1)),
        ("xxxxxxx", None),
    ],
)
def test_the_longest_unbroken_window_is_kept_and_of_equal_ones_the_earlier(pattern, window):
    assert found(pattern).window == window


def test_what_the_shorter_side_loses_is_told_apart_from_what_a_rule_refuses():
    told = {(refused.reason.value, days) for refused, days in found("..x....").refused}
    assert told == {("document_missing", (DAYS[2],)), (SPLIT, (DAYS[0], DAYS[1]))}


def test_closed_days_break_no_window_and_are_not_counted():
    """Open on Monday and Sunday only: both sides of the refused Wednesday hold one open day, the earlier is kept."""
    assert found("..x....", ".xxxxx.").window == (0, 6)
    assert found("..x....", ".x.xxx.").window == (0, 1)


def test_a_source_whose_organisation_is_closed_all_days_is_out():
    result = found(".......", "xxxxxxx")
    assert result.window is None
    assert [refused.reason.value for refused, _ in result.refused] == ["closed_all_days"]


def test_a_price_is_refused_only_above_the_cap():
    assert cap_refusal(14_900, 14_900) is None
    assert cap_refusal(14_900, None) is None
    assert cap_refusal(14_901, 14_900) == Refusal(Ineligibility.CAP_EXCEEDED, "Rp 14901 is above the cap of Rp 14900")


def test_goods_are_good_on_their_last_day_and_not_after_it():
    assert shelf_life_refusal([None, DAYS[3], DAYS[1]], DAYS[1]) is None
    assert shelf_life_refusal([], DAYS[6]) is None
    late = shelf_life_refusal([None, DAYS[3], DAYS[1]], DAYS[2])
    assert late == Refusal(Ineligibility.SHELF_LIFE, "a lot expires on 2026-12-01")


@pytest.mark.parametrize(("lead_days", "first"), [(0, 1), (2, 3), (4, 5), (5, 8)])
def test_packs_are_fetched_on_the_first_open_day_after_the_lead_time(lead_days, first):
    """Ordered on Monday; the wholesaler opens Monday to Friday; goods serve the day after they are fetched."""
    wholesaler = new_organisation(OrganisationKind.WHOLESALER)
    day = first_cooking_day(wholesaler, frozenset(), ordered_date=WEEK, lead_days=lead_days)
    assert day == WEEK + timedelta(days=first)


def test_a_wholesaler_that_never_opens_serves_nobody():
    wholesaler = new_organisation(OrganisationKind.WHOLESALER, service_weekdays=0)
    assert first_cooking_day(wholesaler, frozenset(), ordered_date=WEEK, lead_days=0) is None


def test_every_supplier_needs_its_registration_and_an_item_what_it_asks():
    cooperative = new_organisation(OrganisationKind.COOPERATIVE)
    registered = [new_document(cooperative)]
    assert missing_documents(new_chicken(), [], WEEK) == [DocumentKind.NIB, DocumentKind.HALAL]
    assert missing_documents(new_chicken(), registered, WEEK) == [DocumentKind.HALAL]
    assert missing_documents(new_item(), registered, WEEK) == []


def test_the_first_reason_is_told_organisation_before_item_before_papers():
    cooperative = new_organisation(OrganisationKind.COOPERATIVE, status=OrganisationStatus.SUSPENDED)
    assert refusal(cooperative, new_household_gas(), [], WEEK) == Refusal(
        Ineligibility.ORGANISATION_INACTIVE, "suspended"
    )
    cooperative.status = OrganisationStatus.ACTIVE
    assert refusal(cooperative, new_household_gas(), [], WEEK).reason is Ineligibility.NOT_FOR_KITCHENS
    assert refusal(cooperative, new_item(), [], WEEK).reason is Ineligibility.DOCUMENT_MISSING
    assert refusal(cooperative, new_item(), [new_document(cooperative, id=uuid4())], WEEK) is None
