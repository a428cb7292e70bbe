"""An organisation does not work on a day, or does so after all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.events import EventType
from service.domain.organisations import ClosedDay, Organisation
from service.domain.permissions import Action
from service.workflows.changes import raise_version
from service.workflows.organisation_steps import organisation_to_change


@dataclass(frozen=True, slots=True)
class SetClosedDay:
    """The day and why it is closed; without a reason the day is open again."""

    organisation_id: UUID
    expected_version: int
    closed_date: date
    reason: str | None


async def set_closed_day(work: UnitOfWork, command: SetClosedDay) -> Organisation:
    """Close a day, change the reason, or open the day again.

    Raises
    ------
    NotFound
        If there is no such organisation, it is another's, or the day to be opened is not closed.
    StaleVersion
        If the organisation was changed since.
    """
    organisation = await organisation_to_change(
        work,
        command.organisation_id,
        action=Action.ORGANISATIONS_WRITE,
        expected_version=command.expected_version,
    )
    known = await work.session.get(ClosedDay, (organisation.id, command.closed_date))
    before = None if known is None else known.reason
    if command.reason is None:
        if known is None:
            raise NotFound("The day is not closed.")
        await work.session.delete(known)
    elif known is None:
        day = ClosedDay(organisation_id=organisation.id, closed_date=command.closed_date, reason=command.reason)
        work.session.add(day)
    else:
        known.reason = command.reason
    raise_version(organisation)
    work.record(
        "organisation.set_closed_day",
        "organisation",
        organisation.id,
        before={"closed_date": command.closed_date.isoformat(), "reason": before},
        after={"closed_date": command.closed_date.isoformat(), "reason": command.reason},
    )
    work.announce(
        EventType.ORGANISATION_CLOSED_DAY_SET,
        entity="organisation",
        entity_id=organisation.id,
        region_code=organisation.region_code,
        concerns=[organisation.id],
        facts={"closed_date": command.closed_date, "reason": command.reason},
    )
    await work.session.flush()
    return organisation
