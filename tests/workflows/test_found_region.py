"""A region is set up: its places, an office, and the administrator who admits everybody else."""

import pytest
import sqlalchemy as sa

from service.domain.errors import AlreadyExists
from service.domain.organisations import Organisation
from service.domain.people import Role, User
from service.workflows.credentials import is_password
from service.workflows.found_region import FirstOffice, FoundRegion, found_region
from tests.factories.places import REGION, new_kecamatan, new_kelurahan, new_region

PASSWORD = "tahu tempe lontong"


def founding(username: str) -> FoundRegion:
    kelurahan = new_kelurahan()
    office = FirstOffice("OFFICE", "Dinas", kelurahan.code, -6.6, 106.8, username, "Rina", PASSWORD)
    return FoundRegion(new_region(), [new_kecamatan()], [kelurahan], office)


async def test_whoever_sets_a_region_up_gets_its_administrator(work):
    administrator = await found_region(work, founding("rina"))
    assert (administrator.region_code, administrator.role) == (REGION, Role.ADMINISTRATOR)
    user = await work.session.get_one(User, administrator.user_id)
    assert await is_password(PASSWORD, user.password_hash)
    assert (await work.session.get_one(Organisation, user.organisation_id)).code == "OFFICE"


async def test_a_region_is_set_up_once_and_gets_no_second_administrator(work):
    first = await found_region(work, founding("rina"))
    with pytest.raises(AlreadyExists) as refused:
        await found_region(work, founding("somebody-else"))
    assert refused.value.facts["field"] == "code"
    assert list(await work.session.scalars(sa.select(User.id))) == [first.user_id]
