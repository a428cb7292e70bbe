"""An organisation gives up one of its webhooks."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.database.queries.webhooks import give_up_deliveries
from service.database.unit_of_work import UnitOfWork
from service.domain.events import EventType
from service.workflows.webhook_steps import reach_endpoint


@dataclass(frozen=True, slots=True)
class RemoveWebhook:
    """The webhook and the version that was seen."""

    endpoint_id: UUID
    expected_version: int


async def remove_webhook(work: UnitOfWork, command: RemoveWebhook) -> None:
    """Send nothing there any more, not even what waits; what was sent stays on record.

    Raises
    ------
    NotFound, StaleVersion
        As for every change.
    """
    endpoint = await reach_endpoint(work, command.endpoint_id, expected_version=command.expected_version)
    endpoint.removed_at = work.now
    await work.session.flush()
    await give_up_deliveries(work.session, endpoint.id)
    work.record(
        "webhook.remove",
        "webhook",
        endpoint.id,
        region_code=endpoint.region_code,
        after={"removed_at": work.now.isoformat()},
    )
    work.announce(
        EventType.WEBHOOK_REMOVED,
        entity="webhook",
        entity_id=endpoint.id,
        region_code=endpoint.region_code,
        concerns=[endpoint.organisation_id],
    )
