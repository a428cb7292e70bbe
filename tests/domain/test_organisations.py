"""When an organisation works, and which of its papers are valid."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from service.domain.errors import OrganisationInactive
from service.domain.organisations import (
    EVERY_DAY,
    MONDAY_TO_FRIDAY,
    Document,
    DocumentKind,
    Organisation,
    OrganisationKind,
    OrganisationStatus,
    has_valid_document,
    require_active,
    serves_on,
)

NOW = datetime(2026, 11, 24, tzinfo=UTC)
MONDAY, FRIDAY, SATURDAY = date(2026, 11, 30), date(2026, 12, 4), date(2026, 12, 5)


def an_organisation(service_weekdays: int) -> Organisation:
    return Organisation(
        id=uuid4(),
        created_at=NOW,
        region_code="32.71",
        kind=OrganisationKind.KITCHEN,
        status=OrganisationStatus.ACTIVE,
        code="K0001",
        name="SPPG Bantarjati",
        latitude=-6.57,
        longitude=106.81,
        service_weekdays=service_weekdays,
    )


def a_paper(kind: DocumentKind, valid_from: date, valid_to: date) -> Document:
    return Document(
        id=uuid4(),
        created_at=NOW,
        organisation_id=uuid4(),
        kind=kind,
        number="123/2026",
        valid_from=valid_from,
        valid_to=valid_to,
    )


def test_a_five_day_kitchen_serves_from_monday_to_friday() -> None:
    kitchen = an_organisation(MONDAY_TO_FRIDAY)
    assert serves_on(kitchen, MONDAY, frozenset())
    assert serves_on(kitchen, FRIDAY, frozenset())
    assert not serves_on(kitchen, SATURDAY, frozenset())


def test_a_closed_day_counts_over_the_weekdays() -> None:
    assert not serves_on(an_organisation(EVERY_DAY), MONDAY, frozenset({MONDAY}))
    assert serves_on(an_organisation(EVERY_DAY), SATURDAY, frozenset({MONDAY}))


def test_a_paper_is_valid_on_its_first_and_last_day_only() -> None:
    papers = [a_paper(DocumentKind.HALAL, MONDAY, FRIDAY)]
    assert has_valid_document(papers, DocumentKind.HALAL, MONDAY)
    assert has_valid_document(papers, DocumentKind.HALAL, FRIDAY)
    assert not has_valid_document(papers, DocumentKind.HALAL, SATURDAY)
    assert not has_valid_document(papers, DocumentKind.HALAL, date(2026, 11, 29))


def test_another_kind_of_paper_does_not_count() -> None:
    assert not has_valid_document([a_paper(DocumentKind.NIB, MONDAY, FRIDAY)], DocumentKind.NKV, MONDAY)


@pytest.mark.parametrize("status", OrganisationStatus)
def test_only_active_organisations_take_part(status: OrganisationStatus) -> None:
    organisation = an_organisation(EVERY_DAY)
    organisation.status = status
    if status is OrganisationStatus.ACTIVE:
        require_active(organisation)
    else:
        with pytest.raises(OrganisationInactive, match=status.value):
            require_active(organisation)
