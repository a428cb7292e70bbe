"""The message gateway: whoever brings short messages to phones (WhatsApp or the like), behind one small contract."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import httpx

from service.notifications.messages import Message, NotSent

TIMEOUT_S: Final = 15.0
SIGNED_WITHIN_S: Final = 300
REFUSALS_FOR_GOOD: Final = frozenset({400, 404, 410, 422})


@dataclass(frozen=True, slots=True)
class HttpGateway:
    """A gateway that speaks HTTP as the README of this package describes."""

    url: str
    secret: str = field(repr=False)
    timeout_s: float = TIMEOUT_S

    async def send(self, message: Message) -> None:
        """Hand over one message; the gateway knows a repeated one by its id.

        Raises
        ------
        NotSent
            Finally if the gateway will never take it.
        """
        body = {"id": message.id, "to": message.to, "text": message.text}
        headers = {"Authorization": f"Bearer {self.secret}", "Idempotency-Key": message.id}
        try:
            async with httpx.AsyncClient(timeout=self.timeout_s, trust_env=False) as client:
                answer = await client.post(self.url, json=body, headers=headers)
        except httpx.HTTPError as error:
            raise NotSent(f"{type(error).__name__}: {error}") from error
        if not answer.is_success:
            is_final = answer.status_code in REFUSALS_FOR_GOOD
            raise NotSent(f"the gateway answers {answer.status_code}", is_final=is_final)


def signature(secret: str, *, timestamp: str, body: bytes) -> str:
    """Return what the gateway signs an incoming message with."""
    return "v1=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def is_signed(secret: str, *, timestamp: str, body: bytes, given: str, now: datetime) -> bool:
    """Tell whether an incoming message comes from the gateway and is not older than five minutes."""
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:  # noqa: PLR2004 (seconds of a date)
        return False
    is_fresh = abs(now.timestamp() - int(timestamp)) <= SIGNED_WITHIN_S
    return is_fresh and hmac.compare_digest(signature(secret, timestamp=timestamp, body=body).encode(), given.encode())
