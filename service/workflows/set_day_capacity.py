"""A cooperative can carry more or less than usual on a day, or as usual again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.events import EventType
from service.domain.organisations import DayCapacity, Organisation, OrganisationKind
from service.domain.permissions import Action
from service.workflows.changes import raise_version
from service.workflows.organisation_steps import organisation_to_change


@dataclass(frozen=True, slots=True)
class Capacity:
    """What can be handled in a day, and how much of that cold, in grams."""

    handling_g: int
    cold_g: int


@dataclass(frozen=True, slots=True)
class SetDayCapacity:
    """The day and its capacity; without one the usual capacity holds again."""

    cooperative_id: UUID
    expected_version: int
    capacity_date: date
    capacity: Capacity | None


async def set_day_capacity(work: UnitOfWork, command: SetDayCapacity) -> Organisation:
    """Set or clear what a cooperative can carry on one day.

    Raises
    ------
    NotFound
        If there is no such cooperative, it is another's, or the day to be cleared is as usual.
    StaleVersion
        If the cooperative was changed since.
    """
    organisation = await organisation_to_change(
        work,
        command.cooperative_id,
        action=Action.ORGANISATIONS_WRITE,
        expected_version=command.expected_version,
    )
    if organisation.kind is not OrganisationKind.COOPERATIVE:
        raise NotFound("No such cooperative.")
    known = await work.session.get(DayCapacity, (organisation.id, command.capacity_date))
    before = None if known is None else {"handling_g": known.handling_g, "cold_g": known.cold_g}
    if known is not None:
        await work.session.delete(known)
        await work.session.flush()
    elif command.capacity is None:
        raise NotFound("The day is as usual.")
    after = _put(work, organisation, command)
    raise_version(organisation)
    day = {"capacity_date": command.capacity_date.isoformat()}
    work.record(
        "organisation.set_day_capacity",
        "organisation",
        organisation.id,
        before=day | (before or {}),
        after=day | (after or {}),
    )
    work.announce(
        EventType.ORGANISATION_CAPACITY_SET,
        entity="organisation",
        entity_id=organisation.id,
        region_code=organisation.region_code,
        concerns=[organisation.id],
        facts=day | (after or {}),
    )
    await work.session.flush()
    return organisation


def _put(work: UnitOfWork, organisation: Organisation, command: SetDayCapacity) -> dict[str, int] | None:
    if command.capacity is None:
        return None
    values = {"handling_g": command.capacity.handling_g, "cold_g": command.capacity.cold_g}
    day = DayCapacity(cooperative_id=organisation.id, capacity_date=command.capacity_date, **values)
    work.session.add(day)
    return values
