"""The food office takes an exception back; orders made under it stay."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.events import EventType
from service.domain.permissions import Action, require_reach
from service.domain.price_cap_entries import revoke_exception
from service.domain.price_caps import PriceException
from service.domain.tables import require_version
from service.workflows.acting import acting


@dataclass(frozen=True, slots=True)
class RevokePriceException:
    """The exception and the version that was seen."""

    price_exception_id: UUID
    expected_version: int


async def revoke_price_exception(work: UnitOfWork, command: RevokePriceException) -> PriceException:
    """End an exception at once.

    Raises
    ------
    NotFound
        If the region has none.
    Conflict
        If it is revoked already.
    StaleVersion
        If it was changed since.
    """
    exception = await work.session.get(PriceException, command.price_exception_id, with_for_update=True)
    if exception is None:
        raise NotFound("No such price exception.")
    require_reach(
        acting(work),
        Action.PRICE_EXCEPTIONS_WRITE,
        region_code=exception.region_code,
        organisation_ids=(),
        what="price exception",
    )
    require_version(exception, command.expected_version)
    revoke_exception(exception, work.now)
    work.record("price_exception.revoke", "price_exception", exception.id, after={"revoked_at": work.now.isoformat()})
    work.announce(
        EventType.PRICE_EXCEPTION_REVOKED,
        entity="price_exception",
        entity_id=exception.id,
        region_code=exception.region_code,
        facts={"item_code": exception.item_code},
    )
    await work.session.flush()
    return exception
