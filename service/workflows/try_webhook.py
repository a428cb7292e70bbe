"""An organisation tries one of its webhooks with a message that means nothing."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.database.unit_of_work import UnitOfWork
from service.domain.events import EventType
from service.domain.webhooks import WebhookDelivery, new_delivery
from service.workflows.webhook_steps import reach_endpoint


@dataclass(frozen=True, slots=True)
class TryWebhook:
    """The webhook to be tried."""

    endpoint_id: UUID


async def try_webhook(work: UnitOfWork, command: TryWebhook) -> WebhookDelivery:
    """Send a ``webhook.tested`` to this address alone, whatever types it hears otherwise.

    Raises
    ------
    NotFound
        If there is none, or it is another's.
    """
    endpoint = await reach_endpoint(work, command.endpoint_id, holds=False)
    event = work.announce(
        EventType.WEBHOOK_TESTED,
        entity="webhook",
        entity_id=endpoint.id,
        region_code=endpoint.region_code,
        concerns=[endpoint.organisation_id],
        facts={"message": "Pasok can reach this address."},
    )
    await work.session.flush()
    delivery = new_delivery(endpoint, event, delivery_id=work.new_id(), now=work.now)
    work.session.add(delivery)
    await work.session.flush()
    return delivery
