import pytest

from service.domain.errors import InvalidField, NotPermitted
from service.domain.memberships import DETAILS, require_free_to_change, require_period, require_sound
from service.domain.organisations import OrganisationKind
from service.domain.permissions import Reach
from tests.factories.entries import MONDAY, TODAY
from tests.factories.organisations import new_cooperative, new_kitchen, new_organisation


def test_every_kind_but_the_city_office_has_details():
    assert set(OrganisationKind) - set(DETAILS) == {OrganisationKind.CITY_OFFICE}


def test_own_people_change_capacity_and_calendar():
    require_free_to_change({"portions_small", "service_weekdays"}, Reach.OWN)


def test_own_people_do_not_change_how_they_are_watched():
    with pytest.raises(NotPermitted) as refusal:
        require_free_to_change({"min_suppliers", "portions_small", "latitude"}, Reach.OWN)
    assert refusal.value.facts == {"fields": ["latitude", "min_suppliers"]}


def test_the_city_changes_everything():
    require_free_to_change({"min_suppliers", "latitude"}, Reach.REGION)


@pytest.mark.parametrize(("begin", "end"), [(900, 900), (900, 899)])
def test_receiving_window_that_does_not_open_is_refused(begin, end):
    organisation = new_organisation(OrganisationKind.KITCHEN)
    with pytest.raises(InvalidField) as refusal:
        require_sound(new_kitchen(organisation, receiving_from_minute=begin, receiving_to_minute=end))
    assert refusal.value.faults[0].field == "receiving_to_minute"


def test_open_window_and_other_kinds_are_sound():
    organisation = new_organisation(OrganisationKind.KITCHEN)
    require_sound(new_kitchen(organisation, receiving_from_minute=899, receiving_to_minute=900))
    require_sound(new_cooperative(organisation))


def test_period_may_be_a_day_or_open():
    require_period(valid_from=MONDAY, valid_to=MONDAY)
    require_period(valid_from=MONDAY, valid_to=None)


def test_period_does_not_end_before_it_begins():
    with pytest.raises(InvalidField, match="2026-11-30"):
        require_period(valid_from=MONDAY, valid_to=TODAY)
