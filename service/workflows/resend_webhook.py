"""An organisation lets a message go out again that arrived or was given up."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.database.unit_of_work import UnitOfWork
from service.domain.webhooks import WebhookDelivery, send_again
from service.workflows.webhook_steps import hold_delivery, reach_endpoint


@dataclass(frozen=True, slots=True)
class ResendWebhook:
    """The webhook and the message."""

    endpoint_id: UUID
    delivery_id: UUID


async def resend_webhook(work: UnitOfWork, command: ResendWebhook) -> WebhookDelivery:
    """Send a message again, with the id it had, so that a program that knows it can leave it.

    Raises
    ------
    NotFound
        If there is none, or it is another's.
    IllegalTransition
        If it is on its way.
    """
    endpoint = await reach_endpoint(work, command.endpoint_id, holds=False)
    delivery = await hold_delivery(work, endpoint, command.delivery_id)
    send_again(delivery, work.now)
    await work.session.flush()
    work.record("webhook.resend", "webhook", endpoint.id, after={"delivery_id": str(delivery.id)})
    return delivery
