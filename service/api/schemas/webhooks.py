"""Webhooks and the messages to them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from service.api.schemas.shapes import UNCHANGED, ChangeBody, RequestBody, Resource
from service.domain.webhooks import EndpointStatus, WebhookDeliveryStatus

Url = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[\x21-\x7e]+$")]
EventTypeName = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[a-z_.]+$")]


class WebhookIn(RequestBody):
    """Where a program listens, and for what."""

    url: Url = Field(description="Over HTTPS, on the public internet", examples=["https://dapur.example.id/pasok"])
    event_types: list[EventTypeName] = Field(
        default_factory=list, max_length=200, description="None: all that concern you", examples=[["order.sent"]]
    )


class WebhookChange(ChangeBody):
    """What is to be changed."""

    url: Url = Field(default=UNCHANGED, examples=["https://dapur.example.id/pasok"])
    event_types: list[EventTypeName] = Field(default=UNCHANGED, max_length=200, examples=[["order.sent"]])
    status: EndpointStatus = Field(default=UNCHANGED, examples=["disabled"])


class WebhookOut(Resource):
    """An address of a program."""

    id: UUID
    version: int = Field(examples=[1])
    organisation_id: UUID
    url: str = Field(examples=["https://dapur.example.id/pasok"])
    event_types: list[str] = Field(description="Empty: all", examples=[["order.sent"]])
    status: EndpointStatus = Field(examples=["active"])
    failing_since: datetime | None = Field(description="Since when nothing arrives there", examples=[None])
    created_at: datetime


class NewWebhookOut(WebhookOut):
    """A new webhook with its secret."""

    secret: str | None = Field(
        description="What messages are signed with; shown once", examples=["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"]
    )


class WebhookDeliveryOut(Resource):
    """A message to an address."""

    id: UUID
    event_id: UUID = Field(description="The `webhook-id` of the message")
    event_type: str = Field(examples=["order.sent"])
    entity: str = Field(examples=["order"])
    entity_id: str = Field(examples=["01938f3a-5c00-7000-8000-000000000001"])
    status: WebhookDeliveryStatus = Field(description="dead: given up", examples=["pending"])
    attempts: int = Field(examples=[1])
    next_attempt_at: datetime
    delivered_at: datetime | None = Field(examples=[None])
    last_status_code: int | None = Field(description="Null: no answer came", examples=[503])
    last_response: str | None = Field(examples=["busy"])
    created_at: datetime
