"""The demo week, drawn once for all tests of it."""

import pytest

from service.demo.calendars import TODAY
from service.demo.facts import read_facts
from service.demo.needs import make_menu_book
from service.demo.week import make_demo_week
from service.domain.price_caps import PriceCap
from service.domain.supply_entries import SupplyFacts


@pytest.fixture(scope="session")
def facts():
    return read_facts()


@pytest.fixture(scope="session")
def week(facts):
    return make_demo_week(facts)


@pytest.fixture(scope="session")
def book(facts):
    return make_menu_book(facts)


@pytest.fixture(scope="session")
def caps(facts):
    return [
        PriceCap(
            item_code=cap.item_code,
            kind=cap.kind,
            zone=cap.zone,
            price_idr=cap.price_idr,
            valid_from=cap.valid_from,
            valid_to=cap.valid_to,
            source=cap.source,
        )
        for cap in facts.price_caps
    ]


@pytest.fixture(scope="session")
def supply_facts(facts, book, caps):
    return SupplyFacts(TODAY, facts.region.price_zone, book.items, caps, ())
