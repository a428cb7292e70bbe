"""An organisation changes one of its webhooks: where it goes, what it hears, whether it is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from service.database.unit_of_work import UnitOfWork
from service.domain.events import EventType
from service.domain.webhooks import WebhookEndpoint, require_endpoint, set_status
from service.workflows.changes import apply_changes
from service.workflows.webhook_steps import reach_endpoint


@dataclass(frozen=True, slots=True)
class ChangeWebhook:
    """The webhook, the version that was seen, and the new values of ``url``, ``event_types`` or ``status``."""

    endpoint_id: UUID
    expected_version: int
    changes: Mapping[str, Any]
    allows_private: bool = False


async def change_webhook(work: UnitOfWork, command: ChangeWebhook) -> WebhookEndpoint:
    """Change a webhook; one that is active again goes on with what waits for it.

    Raises
    ------
    NotFound, StaleVersion
        As for every change.
    InvalidField
        If nothing may be sent there, or a type does not exist.
    """
    endpoint = await reach_endpoint(work, command.endpoint_id, expected_version=command.expected_version)
    changes = {name: value for name, value in command.changes.items() if name != "status"}
    if "event_types" in changes:
        changes["event_types"] = sorted(set(changes["event_types"]))
    require_endpoint(
        url=changes.get("url", endpoint.url),
        event_types=changes.get("event_types", ()),
        allows_private=command.allows_private,
    )
    difference = apply_changes(endpoint, changes)
    before, after = dict(difference.before), dict(difference.after)
    status = command.changes.get("status", endpoint.status)
    if status is not endpoint.status:
        before["status"], after["status"] = endpoint.status.value, status.value
        set_status(endpoint, status)
    await work.session.flush()
    if after:
        work.record(
            "webhook.change",
            "webhook",
            endpoint.id,
            region_code=endpoint.region_code,
            before=before,
            after=after,
        )
        work.announce(
            EventType.WEBHOOK_CHANGED,
            entity="webhook",
            entity_id=endpoint.id,
            region_code=endpoint.region_code,
            concerns=[endpoint.organisation_id],
            facts={"changed": sorted(after)},
        )
    return endpoint
