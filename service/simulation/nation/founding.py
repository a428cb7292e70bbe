"""Regions put on the map of one installation, each with its office and policy, and their week's run queued."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence

from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.demo.calendars import WEEK_START
from service.demo.facts import read_facts
from service.demo.facts.regions import KabkotaFact
from service.domain.people import Role
from service.domain.permissions import Actor
from service.domain.places import Region
from service.simulation.nation.regions import NationRegion
from service.simulation.nation.villages import villages_of
from service.workflows.create_user import CreateUser, create_user
from service.workflows.found_region import FirstOffice, FoundRegion, found_region
from service.workflows.publish_policy import PublishPolicy, publish_policy
from service.workflows.start_run import StartRun, start_run


async def found_nation(
    units: UnitsOfWork, regions: Sequence[NationRegion], seed: int, tell: Callable[[str], None]
) -> dict[str, Actor]:
    """Found every region as the first is founded, and return the operator of each by the region's code."""
    operators = {}
    for number, region in enumerate(regions, start=1):
        tell(f"founding {number} of {len(regions)} regions")
        async with units.begin() as work:
            administrator = await found_region(work, _founded(region.fact, seed))
        async with units.begin(actor=administrator) as work:
            operator = await _operator(work, administrator)
        async with units.begin(actor=operator) as work:
            await publish_policy(work, PublishPolicy("The first policy", read_facts().policy))
        operators[region.fact.code] = operator
    return operators


async def queue_nation(
    units: UnitsOfWork, regions: Sequence[NationRegion], operators: Mapping[str, Actor], command: StartRun
) -> None:
    """Let every operator start the week's run: as many jobs, taken by whichever worker is free.

    The largest come first, so that no worker is left alone with one at the end.
    """
    for region in sorted(regions, key=lambda one: (-one.kitchens, one.fact.code)):
        async with units.begin(actor=operators[region.fact.code]) as work:
            await start_run(work, command)


def week_of(seed: int, effort: float, time_limit_s: int) -> StartRun:
    """Return what every region asks the optimiser for."""
    return StartRun(WEEK_START, seed=seed, time_limit_s=time_limit_s, effort=effort)


async def _operator(work: UnitOfWork, administrator: Actor) -> Actor:
    code = administrator.region_code
    command = CreateUser(
        administrator.organisation_id, f"operator.{code}", f"Operator {code}", Role.CITY_OPERATOR, password=None
    )
    user = await create_user(work, command)
    return Actor(user.id, administrator.organisation_id, code, user.role)


def _founded(fact: KabkotaFact, seed: int) -> FoundRegion:
    districts, villages = villages_of(fact, seed)
    return FoundRegion(
        region=Region(code=fact.code, name=fact.name, timezone=fact.timezone),
        kecamatan=districts,
        kelurahan=villages,
        office=FirstOffice(
            code="DINAS",
            name=f"Dinas Koperasi {fact.name}"[:120],
            kelurahan_code=villages[0].code,
            latitude=fact.latitude,
            longitude=fact.longitude,
            username=f"admin.{fact.code}",
            full_name=f"Administrator {fact.name}",
            password=secrets.token_urlsafe(),
        ),
    )
