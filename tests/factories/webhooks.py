"""Addresses of programs and events for them."""

import uuid

from service.domain.events import Event, EventType
from service.domain.organisations import Organisation
from service.domain.people import User
from service.domain.webhooks import EndpointStatus, WebhookEndpoint
from tests.factories.organisations import CREATED_AT


def new_endpoint(organisation: Organisation, **changes: object) -> WebhookEndpoint:
    fields = {
        "id": uuid.uuid4(),
        "created_at": CREATED_AT,
        "region_code": organisation.region_code,
        "organisation_id": organisation.id,
        "url": "https://koperasi.example.id/pasok",
        "status": EndpointStatus.ACTIVE,
    }
    return WebhookEndpoint(**{**fields, **changes})


def new_event(user: User, **changes: object) -> Event:
    """Return an event that concerns the user's organisation."""
    fields = {
        "id": uuid.uuid4(),
        "at": CREATED_AT,
        "region_code": user.region_code,
        "type": EventType.ORDER_SENT.value,
        "entity": "order",
        "entity_id": str(uuid.uuid4()),
        "concerns": [user.organisation_id],
        "facts": {"number": "PO-1"},
        "actor_user_id": user.id,
        "actor_organisation_id": user.organisation_id,
    }
    return Event(**{**fields, **changes})
