"""Photos of weighed lines."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from service.api.schemas.shapes import Resource
from service.domain.receipt_photos import PhotoType


class ReceiptPhotoOut(Resource):
    """A photo; its picture is at `/receipts/{receipt_id}/photos/{id}`."""

    id: UUID
    receipt_id: UUID
    receipt_line_id: UUID
    created_at: datetime
    media_type: PhotoType = Field(examples=["image/jpeg"])
    size_bytes: int = Field(examples=[183_204])
    sha256: str = Field(examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"])


class ReceiptPhotosOut(Resource):
    """The photos of a receipt, the first first."""

    items: list[ReceiptPhotoOut]
