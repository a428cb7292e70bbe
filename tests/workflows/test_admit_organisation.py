"""Who is admitted is complete at once."""

from dataclasses import replace

from service.domain.organisations import Organisation, OrganisationKind
from service.domain.people import Role
from service.workflows.admit_organisation import AdmitOrganisation, admit_organisation
from tests.factories.plans import actor_of
from tests.factories.worlds import add_world


async def test_an_office_of_the_city_needs_nothing_beside_its_name_and_place(work, session):
    world = await add_world(session)
    command = AdmitOrganisation(OrganisationKind.CITY_OFFICE, "DINKES", "Dinas Kesehatan", None, -6.6, 106.8, 31, {})
    operator = replace(work, actor=actor_of(world.users[Role.CITY_OPERATOR]))
    office = await admit_organisation(operator, command)
    assert (await session.get_one(Organisation, office.id)).region_code == world.region_code
