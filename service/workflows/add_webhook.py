"""An organisation names an address where a program of its own hears what happened."""

from __future__ import annotations

from dataclasses import dataclass

from service.database.queries.webhooks import count_endpoints
from service.database.unit_of_work import UnitOfWork
from service.domain.events import EventType
from service.domain.organisations import Organisation, OrganisationKind
from service.domain.permissions import Action, require
from service.domain.webhooks import EndpointStatus, WebhookEndpoint, require_endpoint, require_room_for_endpoint
from service.workflows.acting import acting


@dataclass(frozen=True, slots=True)
class AddWebhook:
    """The address and what it is to hear; no types: everything."""

    url: str
    event_types: tuple[str, ...]
    allows_private: bool = False


async def add_webhook(work: UnitOfWork, command: AddWebhook) -> WebhookEndpoint:
    """Put an address on record; it hears what happens from now on.

    Raises
    ------
    InvalidField
        If nothing may be sent there, or a type does not exist.
    TooManyWebhooks
        If the organisation has as many as it may.
    """
    actor = acting(work)
    require(actor, Action.WEBHOOKS_WRITE)
    require_endpoint(url=command.url, event_types=command.event_types, allows_private=command.allows_private)
    organisation = await work.session.get_one(Organisation, actor.organisation_id)
    require_room_for_endpoint(await count_endpoints(work.session, organisation.id))
    endpoint = WebhookEndpoint(
        id=work.new_id(),
        created_at=work.now,
        region_code=actor.region_code,
        organisation_id=organisation.id,
        is_citys=organisation.kind is OrganisationKind.CITY_OFFICE,
        url=command.url,
        event_types=sorted(set(command.event_types)),
        status=EndpointStatus.ACTIVE,
    )
    work.session.add(endpoint)
    await work.session.flush()
    after = {"url": endpoint.url, "event_types": endpoint.event_types}
    work.record("webhook.add", "webhook", endpoint.id, region_code=endpoint.region_code, after=after)
    work.announce(
        EventType.WEBHOOK_ADDED,
        entity="webhook",
        entity_id=endpoint.id,
        region_code=endpoint.region_code,
        concerns=[endpoint.organisation_id],
    )
    return endpoint
