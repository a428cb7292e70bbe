"""A kitchen adds a photo to a weighed line: the file first, then the row, so that no row ever lacks its picture."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from uuid import UUID

from service.database.queries.deliveries import lock_delivery
from service.database.queries.entry_facts import read_policy_values
from service.database.queries.receipt_photos import hold_digest, photos_of_line
from service.database.unit_of_work import UnitOfWork
from service.domain.device_actions import Made, facts_of, happened_at
from service.domain.errors import NotFound
from service.domain.events import EventType
from service.domain.permissions import require_actor
from service.domain.receipt_photos import ReceiptPhoto, require_photo, require_room
from service.domain.receipts import ReceiptLine
from service.files.photos import PhotoShelf, digest_of
from service.workflows.kitchen_receipt import receipt_of_kitchen


@dataclass(frozen=True, slots=True)
class AddPhoto:
    """A picture of one line of a receipt; ``made`` if it was taken on a phone without signal."""

    receipt_id: UUID
    line_id: UUID
    content: bytes
    made: Made | None = None


async def add_photo(work: UnitOfWork, shelf: PhotoShelf, command: AddPhoto) -> ReceiptPhoto:
    """Keep the picture; the same one again changes nothing.

    A crash between file and row leaves a file that no row names; ``forget_photos`` takes it away.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not receive for the kitchen, or the receipt or line is not theirs.
    InvalidField
        If it is no picture, too large, too late, or the line has enough.
    """
    receipt = await receipt_of_kitchen(work, command.receipt_id)
    line = await work.session.get(ReceiptLine, command.line_id)
    if line is None or line.receipt_id != receipt.id:
        raise NotFound("No such line.")
    media_type = require_photo(command.content)
    await lock_delivery(work.session, receipt.delivery_id)
    known = await photos_of_line(work.session, line.id)
    await hold_digest(work.session, digest_of(command.content))
    digest = await asyncio.to_thread(shelf.put, command.content)
    same = next((photo for photo in known if photo.sha256 == digest), None)
    if same is not None:
        return same
    policy = await read_policy_values(work.session, receipt.region_code)
    require_room(receipt, policy=policy, known=len(known), now=happened_at(command.made, work.now))
    photo = ReceiptPhoto(
        id=work.new_id(),
        created_at=work.now,
        region_code=receipt.region_code,
        week_start=receipt.week_start,
        receipt_id=receipt.id,
        receipt_line_id=line.id,
        sha256=digest,
        media_type=media_type,
        size_bytes=len(command.content),
        taken_by=require_actor(work.actor).user_id,
    )
    work.session.add(photo)
    after = {"line_id": str(line.id), "sha256": digest, "size_bytes": photo.size_bytes}
    told = {**after, **facts_of(command.made)}
    work.record("receipt.photo_added", "receipt", receipt.id, region_code=receipt.region_code, after=told)
    work.announce(
        EventType.RECEIPT_PHOTO_ADDED,
        entity="receipt",
        entity_id=receipt.id,
        region_code=receipt.region_code,
        concerns=(receipt.cooperative_id, receipt.kitchen_id),
        facts=after,
    )
    await work.session.flush()
    return photo
