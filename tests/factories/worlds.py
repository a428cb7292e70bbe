"""A small world for API tests: one organisation of each kind with a user of each role, here and in a foreign region."""

from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from service.domain.organisations import Organisation, OrganisationKind
from service.domain.people import KIND_OF_ROLE, Role, User
from tests.factories.organisations import completed, new_organisation
from tests.factories.people import new_login, new_user
from tests.factories.places import OTHER_REGION, REGION, new_kecamatan, new_kelurahan, new_region


@dataclass
class World:
    """The people and organisations of one region."""

    region_code: str
    organisations: dict[OrganisationKind, Organisation] = field(default_factory=dict)
    users: dict[Role, User] = field(default_factory=dict)

    def token(self, role: Role) -> str:
        """Return the session token of the user with a role."""
        return f"st_{self.region_code}_{role.value}"

    @property
    def kitchen(self) -> Organisation:
        return self.organisations[OrganisationKind.KITCHEN]

    @property
    def cooperative(self) -> Organisation:
        return self.organisations[OrganisationKind.COOPERATIVE]

    @property
    def wholesaler(self) -> Organisation:
        return self.organisations[OrganisationKind.WHOLESALER]

    @property
    def office(self) -> Organisation:
        return self.organisations[OrganisationKind.CITY_OFFICE]


async def add_world(session: AsyncSession, region_code: str = REGION) -> World:
    """Add a region with everybody in it; ``OTHER_REGION`` makes the foreign one."""
    world = World(region_code)
    session.add(new_region(region_code, name={REGION: "Kota Bogor", OTHER_REGION: "Kabupaten Bogor"}[region_code]))
    await session.flush()
    session.add(new_kecamatan(region_code))
    await session.flush()
    session.add(new_kelurahan(f"{region_code}.01"))
    await session.flush()
    for kind in OrganisationKind:
        world.organisations[kind] = new_organisation(kind, region_code)
        organisation, *details = completed(world.organisations[kind])
        session.add(organisation)
        await session.flush()
        session.add_all(details)
    for role, kind in KIND_OF_ROLE.items():
        world.users[role] = new_user(world.organisations[kind], role)
    session.add_all(world.users.values())
    await session.flush()
    session.add_all(new_login(user, world.token(role)) for role, user in world.users.items())
    await session.flush()
    return world
