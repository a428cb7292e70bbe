"""Steps that every change of an offer or a stock shares: who sells, and what it is checked against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.database.queries.entry_facts import read_caps, read_exceptions, read_items, read_organisation
from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import local_day
from service.domain.organisations import Organisation
from service.domain.permissions import Action, require_reach
from service.domain.places import Region
from service.domain.supply_entries import SupplyFacts
from service.workflows.acting import acting


@dataclass(frozen=True, slots=True)
class Seller:
    """An organisation that sells, in its region."""

    organisation: Organisation
    region: Region


async def read_seller(work: UnitOfWork, organisation_id: UUID, action: Action) -> Seller:
    """Return the organisation for an actor who may do this in its name.

    Raises
    ------
    NotFound
        If there is none, or it is another's.
    """
    organisation, region = await read_organisation(work.session, organisation_id)
    require_reach(
        acting(work), action, region_code=region.code, organisation_ids=(organisation.id,), what="organisation"
    )
    return Seller(organisation, region)


async def read_supply_facts(work: UnitOfWork, region: Region, *, from_date: date, to_date: date) -> SupplyFacts:
    """Return what goods on the days of a period are checked against."""
    return SupplyFacts(
        today=local_day(work.now, timezone=region.timezone),
        zone=region.price_zone,
        items=await read_items(work.session),
        caps=await read_caps(work.session, zone=region.price_zone, from_date=from_date, to_date=to_date),
        exceptions=await read_exceptions(work.session, region_code=region.code, from_date=from_date, to_date=to_date),
    )
