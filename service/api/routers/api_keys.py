"""The caller's own API keys."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from service.api.dependencies import USUAL_PER_PAGE, After, Caller, IfMatch, Limit, Work, allows
from service.api.etags import set_etag
from service.api.idempotency import keep_instead
from service.api.list_exports import exported
from service.api.pagination import Page, page_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.users import ApiKeyIn, ApiKeyOut, NewApiKeyOut
from service.database.cursors import Cursor
from service.database.queries.people import find_api_key, list_api_keys
from service.domain.errors import NotFound
from service.domain.permissions import Action
from service.workflows.create_api_key import CreateApiKey, create_api_key
from service.workflows.revoke_api_key import RevokeApiKey, revoke_api_key

router = APIRouter(prefix="/api-keys", tags=["api keys"], route_class=UnitOfWorkRoute)


@exported(router, "kunci-api")
@router.get("", dependencies=[allows(Action.ACCOUNT)])
async def list_keys(work: Work, caller: Caller, after: After, limit: Limit = USUAL_PER_PAGE) -> Page[ApiKeyOut]:
    """List the caller's keys, newest first, revoked ones too."""
    rows = await list_api_keys(work.session, user_id=caller.user_id, after=after, limit=limit + 1)
    return page_of(rows, limit=limit, key=lambda row: Cursor(row.created_at, row.id), show=ApiKeyOut.of)


@router.get("/{api_key_id}", dependencies=[allows(Action.ACCOUNT)])
async def read_key(api_key_id: UUID, work: Work, caller: Caller, response: Response) -> ApiKeyOut:
    """Show one of the caller's keys, without its secret."""
    key = await find_api_key(work.session, api_key_id)
    if key is None or key.user_id != caller.user_id:
        raise NotFound("No such API key.")
    set_etag(response, key.version)
    return ApiKeyOut.of(key)


@router.post("", status_code=201, dependencies=[allows(Action.CREDENTIALS)])
async def create_key(body: ApiKeyIn, request: Request, response: Response, work: Work) -> NewApiKeyOut:
    """Make a key; its text is answered once and kept nowhere. With a session only: no key makes another."""
    command = CreateApiKey(body.name, tuple(body.scopes), body.expires_at)
    created = await create_api_key(work, command)
    response.headers["Location"] = f"/api/v1/api-keys/{created.key.id}"
    set_etag(response, created.key.version)
    keep_instead(request, NewApiKeyOut.of(created.key, key=None).model_dump_json().encode())
    return NewApiKeyOut.of(created.key, key=created.text)


@router.post("/{api_key_id}/revoke", dependencies=[allows(Action.CREDENTIALS)])
async def revoke_key(api_key_id: UUID, work: Work, version: IfMatch, response: Response) -> ApiKeyOut:
    """End a key at once. With a session only: no key ends another."""
    key = await revoke_api_key(work, RevokeApiKey(api_key_id, version))
    set_etag(response, key.version)
    return ApiKeyOut.of(key)
