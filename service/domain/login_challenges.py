"""What stands between password and second factor: a signed note that says who proved the password, for five minutes."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

CHALLENGE_FOR: Final = timedelta(minutes=5)
_MAC_BYTES: Final = 24
_MARK_BYTES: Final = 8
_LENGTH: Final = 16 + 8 + _MARK_BYTES


@dataclass(frozen=True, slots=True)
class LoginChallenge:
    """Who gave the right password, until when the code may follow, and a mark of the password that it was."""

    user_id: UUID
    expires_at: datetime
    password_mark: bytes


def password_mark(password_hash: str) -> bytes:
    """Return what tells one password of a person from the next."""
    return hashlib.sha256(password_hash.encode()).digest()[:_MARK_BYTES]


def challenge_text(challenge: LoginChallenge, service_secret: str) -> str:
    """Return a challenge's unforgeable form."""
    seconds = int(challenge.expires_at.timestamp()).to_bytes(8, "big")
    packed = challenge.user_id.bytes + seconds + challenge.password_mark
    return base64.urlsafe_b64encode(packed + _mac(packed, service_secret)).decode().rstrip("=")


def challenge_of(text: str, service_secret: str, now: datetime) -> LoginChallenge | None:
    """Return the challenge of a text; ``None`` if it was not made by us, or its time is over."""
    try:
        raw = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    packed, mac = raw[:_LENGTH], raw[_LENGTH:]
    if len(packed) != _LENGTH or not hmac.compare_digest(mac, _mac(packed, service_secret)):
        return None
    expires_at = datetime.fromtimestamp(int.from_bytes(packed[16:24], "big"), UTC)
    return LoginChallenge(UUID(bytes=packed[:16]), expires_at, packed[24:]) if now < expires_at else None


def _mac(packed: bytes, service_secret: str) -> bytes:
    return hmac.new(service_secret.encode(), b"login-challenge:" + packed, hashlib.sha256).digest()[:_MAC_BYTES]
