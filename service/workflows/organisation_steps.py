"""Steps that every change of an organisation shares: find it, hold it, see whose it is and which version was seen."""

from __future__ import annotations

from uuid import UUID

from service.database.queries.organisations import lock_organisation
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.organisations import Organisation
from service.domain.permissions import Action, require_reach
from service.domain.tables import require_version
from service.workflows.acting import acting


async def organisation_to_change(
    work: UnitOfWork, organisation_id: UUID, *, action: Action, expected_version: int | None = None
) -> Organisation:
    """Return an organisation that the actor may change, held against other changes until the unit ends.

    Parameters
    ----------
    expected_version
        The version that the actor saw; ``None`` where the change does not depend on it.

    Raises
    ------
    NotFound
        If there is none, or it is another's.
    StaleVersion
        If it was changed since.
    """
    organisation = await lock_organisation(work.session, organisation_id)
    if organisation is None:
        raise NotFound("No such organisation.")
    require_reach(
        acting(work),
        action,
        region_code=organisation.region_code,
        organisation_ids=(organisation.id,),
        what="organisation",
    )
    if expected_version is not None:
        require_version(organisation, expected_version)
    return organisation
