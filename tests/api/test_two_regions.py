"""Two cities in one installation: no list, whoever reads it, names a thing or a member of the other city."""

import pytest

from service.domain.people import Role
from service.domain.permissions import PERMISSIONS
from tests.api.test_permissions import GUARDED, named
from tests.factories.things import add_catalogue_things, add_things

LISTS = [one for one in GUARDED if one.method == "GET" and not one.names and not one.path.endswith("export")]
READERS = (Role.KITCHEN_HEAD, Role.COOP_OFFICER, Role.WHOLESALER, Role.CITY_OPERATOR, Role.AUDITOR)
"""A role of each reach."""
FEWEST_WITH_OWN = 10
"""Lists that show something of one's own in both regions together."""
LENGTH_OF_ID = 36
NATIONAL = {"price_cap_id"}
"""Law, which all regions of a price zone share."""


@pytest.fixture
async def of_region(session, world, foreign_world):
    """What there is in each of the two regions, by names of parameters."""
    common = await add_catalogue_things(session)
    return {one.region_code: common | await add_things(session, one) for one in (world, foreign_world)}


def words_of(world, things, common) -> set[str]:
    """Return the ids of a region's things, organisations and people: what must not be told elsewhere."""
    members = (*world.organisations.values(), *world.users.values())
    own = {one.value for name, one in things.items() if name not in common and len(one.value) == LENGTH_OF_ID}
    return own | {str(member.id) for member in members} | {user.username for user in world.users.values()}


@pytest.mark.parametrize("role", READERS)
async def test_no_list_tells_anything_of_the_other_region(client_as, world, foreign_world, of_region, role):
    here, there = (of_region[one.region_code] for one in (world, foreign_world))
    common = NATIONAL | {name for name in here if here[name].value == there[name].value}
    told, seen = [], 0
    for reader, other in ((world, foreign_world), (foreign_world, world)):
        client = client_as(role, reader)
        foreign, own = (words_of(one, of_region[one.region_code], common) for one in (other, reader))
        for operation in LISTS:
            if role in PERMISSIONS[operation.access.action]:
                answer = await client.request(**operation.request(of_region[reader.region_code]))
                text = answer.content.decode(errors="ignore")
                told += [f"{named(operation)}: {word}" for word in foreign if word in text]
                seen += any(word in text for word in own)
    assert told == []
    assert seen >= FEWEST_WITH_OWN
