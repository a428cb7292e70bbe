"""Photos of weighed lines: added by the kitchen, seen by both sides and the city."""

from __future__ import annotations

import asyncio
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Body, Request, Response

from service.api.delivery_views import require_seen
from service.api.dependencies import Caller, Work, allows
from service.api.options import photos_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.receipt_photos import ReceiptPhotoOut, ReceiptPhotosOut
from service.database.queries.receipt_photos import photos_of_receipt
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.permissions import Action, Actor
from service.domain.receipt_photos import PhotoType, ReceiptPhoto
from service.domain.receipts import Receipt
from service.workflows.add_photo import AddPhoto, add_photo

router = APIRouter(prefix="/receipts", tags=["receipts"], route_class=UnitOfWorkRoute)

READ = allows(Action.DELIVERIES_READ)
EXAMPLE: Final = "(the bytes of a JPEG)"
BINARY: Final = {"schema": {"type": "string", "format": "binary"}, "example": EXAMPLE}
SENT: Final = {"requestBody": {"content": {kind.value: BINARY for kind in PhotoType}}}
SHOWN: Final = {"responses": {"200": {"content": {kind.value: BINARY for kind in PhotoType}}}}


@router.post(
    "/{receipt_id}/lines/{receipt_line_id}/photos",
    status_code=201,
    dependencies=[allows(Action.DELIVERIES_RECEIVE)],
    openapi_extra=SENT,
)
async def add_line_photo(
    receipt_id: UUID,
    receipt_line_id: UUID,
    body: Annotated[bytes, Body(media_type=PhotoType.JPEG.value, examples=[EXAMPLE], min_length=1)],
    work: Work,
    request: Request,
    response: Response,
) -> ReceiptPhotoOut:
    """Add a photo of a line: JPEG, PNG or WebP, at most 3 MB, at most five of a line, until three days after signing.

    What it is is told by its first bytes. The same picture sent again is the same photo.
    """
    photo = await add_photo(work, photos_of(request), AddPhoto(receipt_id, receipt_line_id, body))
    response.headers["Location"] = f"/api/v1/receipts/{receipt_id}/photos/{photo.id}"
    return ReceiptPhotoOut.of(photo)


@router.get("/{receipt_id}/photos", dependencies=[READ])
async def read_photos(receipt_id: UUID, work: Work, caller: Caller) -> ReceiptPhotosOut:
    """List the photos of a receipt."""
    await _require_receipt(work, caller, receipt_id)
    return ReceiptPhotosOut(
        items=[ReceiptPhotoOut.of(one) for one in await photos_of_receipt(work.session, receipt_id)]
    )


@router.get(
    "/{receipt_id}/photos/{receipt_photo_id}", dependencies=[READ], response_class=Response, openapi_extra=SHOWN
)
async def show_photo(
    receipt_id: UUID, receipt_photo_id: UUID, work: Work, caller: Caller, request: Request
) -> Response:
    """Give the picture itself."""
    await _require_receipt(work, caller, receipt_id)
    photo = await work.session.get(ReceiptPhoto, receipt_photo_id)
    if photo is None or photo.receipt_id != receipt_id:
        raise NotFound("No such photo.")
    content = await asyncio.to_thread(photos_of(request).get, photo.sha256)
    if content is None:
        raise NotFound("The file of this photo is gone.")
    headers = {
        "Content-Disposition": "inline",
        "Cache-Control": "private, max-age=86400, immutable",
    }
    return Response(content, media_type=photo.media_type.value, headers=headers)


async def _require_receipt(work: UnitOfWork, caller: Actor, receipt_id: UUID) -> None:
    require_seen(caller, Action.DELIVERIES_READ, await work.session.get(Receipt, receipt_id), what="receipt")
