"""The demo week is moved to the days on which somebody looks at it."""

from datetime import UTC, date, datetime

import pytest

from service.demo.calendars import WEEK_START
from service.demo.moving import moved, next_open_week

MONDAY = date(2027, 3, 15)


@pytest.mark.parametrize(
    ("now", "week_start"),
    [
        (datetime(2026, 11, 23, 0, 0, tzinfo=UTC), date(2026, 11, 30)),
        (datetime(2026, 11, 26, 4, 59, tzinfo=UTC), date(2026, 11, 30)),
        (datetime(2026, 11, 26, 5, 0, tzinfo=UTC), date(2026, 12, 7)),
        (datetime(2026, 11, 29, 20, 0, tzinfo=UTC), date(2026, 12, 7)),
    ],
)
def test_the_next_open_week_is_the_first_whose_cut_off_is_ahead(facts, now, week_start):
    assert next_open_week(now, facts.policy, timezone=facts.region.timezone) == week_start


def test_every_day_moves_by_the_same_weeks(week):
    later = moved(week, MONDAY)
    by = MONDAY - WEEK_START
    assert later.week_start == MONDAY
    assert [offer.from_date - by for offer in later.offers] == [offer.from_date for offer in week.offers]
    assert [stock.to_date - by for stock in later.stocks] == [stock.to_date for stock in week.stocks]
    assert later.forecasts[0].submitted_at - by == week.forecasts[0].submitted_at
    assert later.kitchens[0].documents[0].valid_to - by == week.kitchens[0].documents[0].valid_to


def test_what_is_no_day_stays(week):
    later = moved(week, MONDAY)
    assert [offer.price_idr for offer in later.offers] == [offer.price_idr for offer in week.offers]
    assert later.kitchens[0].portions == week.kitchens[0].portions
    assert moved(later, WEEK_START) == week


def test_the_number_of_a_past_order_names_its_new_week(week):
    later = moved(week, MONDAY)
    assert later.past_orders[0].number.startswith("PO-2027-W07-")
