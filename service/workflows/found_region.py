"""Set up a region in an installation: its places, an office, and the administrator who admits everybody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from service.database.queries.places import is_region_known
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import AlreadyExists
from service.domain.events import EventType
from service.domain.organisations import MONDAY_TO_FRIDAY, Organisation, OrganisationKind, OrganisationStatus
from service.domain.people import Role, User
from service.domain.permissions import Actor
from service.domain.places import Kecamatan, Kelurahan, Region
from service.workflows.credentials import hash_password


@dataclass(frozen=True, slots=True)
class FirstOffice:
    """The office that runs Pasok in the region, and its administrator."""

    code: str
    name: str
    kelurahan_code: str
    latitude: float
    longitude: float
    username: str
    full_name: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class FoundRegion:
    """The region's places and who begins."""

    region: Region
    kecamatan: Sequence[Kecamatan]
    kelurahan: Sequence[Kelurahan]
    office: FirstOffice


async def found_region(work: UnitOfWork, command: FoundRegion) -> Actor:
    """Put a region on the map of this installation; whoever runs the installation does this, not a user.

    Returns
    -------
    Actor
        The region's administrator.

    Raises
    ------
    AlreadyExists
        If the region is there.
    """
    code = command.region.code
    if await is_region_known(work.session, code):
        raise AlreadyExists(f"The region {code} is set up already.", field="code")
    for places in ([command.region], command.kecamatan, command.kelurahan):
        work.session.add_all(places)
        await work.session.flush()
    office = await _office(work, code, command.office)
    user = await _administrator(work, office, command.office)
    after = {"name": command.region.name, "kelurahan": len(command.kelurahan), "administrator": str(user.id)}
    work.record("region.found", "region", code, region_code=code, after=after)
    work.announce(
        EventType.REGION_FOUNDED, entity="region", entity_id=code, region_code=code, facts={"name": after["name"]}
    )
    return Actor(user.id, office.id, code, user.role)


async def _office(work: UnitOfWork, region_code: str, first: FirstOffice) -> Organisation:
    office = Organisation(
        id=work.new_id(),
        created_at=work.now,
        region_code=region_code,
        kind=OrganisationKind.CITY_OFFICE,
        status=OrganisationStatus.ACTIVE,
        code=first.code,
        name=first.name,
        kelurahan_code=first.kelurahan_code,
        latitude=first.latitude,
        longitude=first.longitude,
        service_weekdays=MONDAY_TO_FRIDAY,
    )
    work.session.add(office)
    await work.session.flush()
    return office


async def _administrator(work: UnitOfWork, office: Organisation, first: FirstOffice) -> User:
    user = User(
        id=work.new_id(),
        created_at=work.now,
        region_code=office.region_code,
        organisation_id=office.id,
        username=first.username,
        full_name=first.full_name,
        role=Role.ADMINISTRATOR,
        password_hash=await hash_password(first.password),
    )
    work.session.add(user)
    await work.session.flush()
    return user
