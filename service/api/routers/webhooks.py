"""Webhooks of the caller's organisation."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from service.api.dependencies import USUAL_PER_PAGE, After, Caller, IfMatch, Limit, Work, allows
from service.api.etags import set_etag
from service.api.idempotency import keep_instead
from service.api.list_exports import exported
from service.api.options import options_of
from service.api.pagination import Page, page_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.webhooks import NewWebhookOut, WebhookChange, WebhookDeliveryOut, WebhookIn, WebhookOut
from service.database.cursors import Cursor
from service.database.queries.webhooks import list_deliveries, list_endpoints
from service.domain.permissions import Action
from service.domain.webhooks import WebhookDeliveryStatus, endpoint_secret
from service.workflows.add_webhook import AddWebhook, add_webhook
from service.workflows.change_webhook import ChangeWebhook, change_webhook
from service.workflows.remove_webhook import RemoveWebhook, remove_webhook
from service.workflows.resend_webhook import ResendWebhook, resend_webhook
from service.workflows.try_webhook import TryWebhook, try_webhook
from service.workflows.webhook_steps import reach_endpoint

router = APIRouter(prefix="/webhooks", tags=["webhooks"], route_class=UnitOfWorkRoute)


@exported(router, "webhook")
@router.get("", dependencies=[allows(Action.WEBHOOKS_READ)])
async def list_webhooks(work: Work, caller: Caller, after: After, limit: Limit = USUAL_PER_PAGE) -> Page[WebhookOut]:
    """List the webhooks of the caller's organisation, newest first."""
    rows = await list_endpoints(work.session, organisation_id=caller.organisation_id, after=after, limit=limit + 1)
    return page_of(rows, limit=limit, key=lambda row: Cursor(row.created_at, row.id), show=WebhookOut.of)


@router.get("/{webhook_id}", dependencies=[allows(Action.WEBHOOKS_READ)])
async def read_webhook(webhook_id: UUID, work: Work, response: Response) -> WebhookOut:
    """Show one webhook, without its secret."""
    endpoint = await reach_endpoint(work, webhook_id, action=Action.WEBHOOKS_READ, holds=False)
    set_etag(response, endpoint.version)
    return WebhookOut.of(endpoint)


@router.post("", status_code=201, dependencies=[allows(Action.WEBHOOKS_WRITE)])
async def create_webhook(body: WebhookIn, request: Request, response: Response, work: Work) -> NewWebhookOut:
    """Name an address that hears what happens from now on; its secret is answered once."""
    options = options_of(request)
    command = AddWebhook(body.url, tuple(body.event_types), allows_private=options.webhooks_to_private)
    endpoint = await add_webhook(work, command)
    response.headers["Location"] = f"/api/v1/webhooks/{endpoint.id}"
    set_etag(response, endpoint.version)
    keep_instead(request, NewWebhookOut.of(endpoint, secret=None).model_dump_json().encode())
    return NewWebhookOut.of(endpoint, secret=endpoint_secret(options.secret_key, endpoint.id))


@router.patch("/{webhook_id}", dependencies=[allows(Action.WEBHOOKS_WRITE)])
async def patch_webhook(
    webhook_id: UUID, body: WebhookChange, request: Request, work: Work, version: IfMatch, response: Response
) -> WebhookOut:
    """Change where it goes or what it hears, disable it, or let it go on."""
    allows_private = options_of(request).webhooks_to_private
    endpoint = await change_webhook(work, ChangeWebhook(webhook_id, version, body.changes(), allows_private))
    set_etag(response, endpoint.version)
    return WebhookOut.of(endpoint)


@router.delete("/{webhook_id}", status_code=204, dependencies=[allows(Action.WEBHOOKS_WRITE)])
async def delete_webhook(webhook_id: UUID, work: Work, version: IfMatch) -> None:
    """Send nothing there any more."""
    await remove_webhook(work, RemoveWebhook(webhook_id, version))


@exported(router, "pengiriman-webhook")
@router.get("/{webhook_id}/deliveries", dependencies=[allows(Action.WEBHOOKS_READ)])
async def list_webhook_deliveries(
    webhook_id: UUID,
    work: Work,
    after: After,
    status: WebhookDeliveryStatus | None = None,
    limit: Limit = USUAL_PER_PAGE,
) -> Page[WebhookDeliveryOut]:
    """List the messages to a webhook, newest first: those under way, those that arrived, those given up."""
    endpoint = await reach_endpoint(work, webhook_id, action=Action.WEBHOOKS_READ, holds=False)
    rows = await list_deliveries(work.session, endpoint.id, status=status, after=after, limit=limit + 1)
    return page_of(rows, limit=limit, key=lambda row: Cursor(row.created_at, row.id), show=WebhookDeliveryOut.of)


@router.post("/{webhook_id}/test", status_code=202, dependencies=[allows(Action.WEBHOOKS_WRITE)])
async def send_test(webhook_id: UUID, work: Work) -> WebhookDeliveryOut:
    """Send a message that means nothing to this address."""
    return WebhookDeliveryOut.of(await try_webhook(work, TryWebhook(webhook_id)))


@router.post(
    "/{webhook_id}/deliveries/{webhook_delivery_id}/resend",
    status_code=202,
    dependencies=[allows(Action.WEBHOOKS_WRITE)],
)
async def resend(webhook_id: UUID, webhook_delivery_id: UUID, work: Work) -> WebhookDeliveryOut:
    """Send a message again that arrived or was given up, with the same `webhook-id`."""
    return WebhookDeliveryOut.of(await resend_webhook(work, ResendWebhook(webhook_id, webhook_delivery_id)))
