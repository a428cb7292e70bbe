"""Links that answer an order with one tap: signed, for one person and one order, until its time to answer is over.

A line is answered once, so a link has its effect once, however often it is tapped. For some days after its end it still
tells what became of the lines.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

LINK_PATH: Final = "/answer-links/"
"""What stands before a token in an address."""
READ_FOR = timedelta(days=7)
"""How long after its end a link still tells what became of the lines."""
_MAC_BYTES = 18
_LENGTH = 16 + 16 + 16 + 8
_EVERY_LINE = UUID(int=0)
_IN_A_TEXT: Final = re.compile(rf"({LINK_PATH})[\w-]+")


@dataclass(frozen=True, slots=True)
class AnswerLink:
    """Who may take what with it, until when; without a line all that wait in the order."""

    user_id: UUID
    order_id: UUID
    line_id: UUID | None
    expires_at: datetime


def token_of(link: AnswerLink, service_secret: str) -> str:
    """Return a link's unforgeable form for an address."""
    seconds = int(link.expires_at.timestamp()).to_bytes(8, "big")
    parts = (link.user_id.bytes, link.order_id.bytes, (link.line_id or _EVERY_LINE).bytes, seconds)
    packed = b"".join(parts)
    return base64.urlsafe_b64encode(packed + _mac(packed, service_secret)).decode().rstrip("=")


def link_of(token: str, service_secret: str, now: datetime) -> AnswerLink | None:
    """Return the link that an address stands for; ``None`` if it was not made by us, or its end is long ago."""
    try:
        raw = base64.b64decode(token.encode("ascii") + b"=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    packed, mac = raw[:_LENGTH], raw[_LENGTH:]
    if len(packed) != _LENGTH or not hmac.compare_digest(mac, _mac(packed, service_secret)):
        return None
    expires_at = datetime.fromtimestamp(int.from_bytes(packed[48:], "big"), UTC)
    if now >= expires_at + READ_FOR:
        return None
    user_id, order_id, line_id = (UUID(bytes=packed[start : start + 16]) for start in (0, 16, 32))
    return AnswerLink(user_id, order_id, None if line_id == _EVERY_LINE else line_id, expires_at)


def without_tokens(text: str) -> str:
    """Return a message whose links open nothing, for whoever reads of it elsewhere than on the phone it was for."""
    return _IN_A_TEXT.sub(r"\1…", text)


def is_over(link: AnswerLink, now: datetime) -> bool:
    """Tell whether a link takes nothing any more."""
    return now >= link.expires_at


def _mac(packed: bytes, service_secret: str) -> bytes:
    return hmac.new(service_secret.encode(), b"answer-link:" + packed, hashlib.sha256).digest()[:_MAC_BYTES]
