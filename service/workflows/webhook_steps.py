"""What all changes of webhooks begin with."""

from __future__ import annotations

from uuid import UUID

from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.permissions import Action, require, require_reach
from service.domain.tables import require_version
from service.domain.webhooks import WebhookDelivery, WebhookEndpoint
from service.workflows.acting import acting


async def reach_endpoint(
    work: UnitOfWork,
    endpoint_id: UUID,
    *,
    action: Action = Action.WEBHOOKS_WRITE,
    expected_version: int | None = None,
    holds: bool = True,
) -> WebhookEndpoint:
    """Return an address of the actor's organisation, held for a change unless told otherwise.

    Raises
    ------
    NotFound
        If there is none, or it is another's.
    StaleVersion
        If a version was expected and it is at another.
    """
    actor = acting(work)
    require(actor, action)
    endpoint = await work.session.get(WebhookEndpoint, endpoint_id, with_for_update=holds or None)
    if endpoint is None or endpoint.removed_at is not None:
        raise NotFound("No such webhook.")
    require_reach(
        actor,
        action,
        region_code=endpoint.region_code,
        organisation_ids=(endpoint.organisation_id,),
        what="webhook",
    )
    if expected_version is not None:
        require_version(endpoint, expected_version)
    return endpoint


async def hold_delivery(work: UnitOfWork, endpoint: WebhookEndpoint, delivery_id: UUID) -> WebhookDelivery:
    """Return a message to an address, held for a change.

    Raises
    ------
    NotFound
        If the address has no such message.
    """
    delivery = await work.session.get(WebhookDelivery, delivery_id, with_for_update=True)
    if delivery is None or delivery.endpoint_id != endpoint.id:
        raise NotFound("No such message.")
    return delivery
