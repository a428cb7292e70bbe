"""Signed messages to programs, as https://www.standardwebhooks.com describes them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import httpx
from standardwebhooks import Webhook

from service.domain.webhooks import Outcome
from service.notifications.addresses import AddressRefused, pin
from service.telemetry import current_correlation_id

TIMEOUT_S: Final = 10.0
KEPT_BYTES: Final = 400


@dataclass(frozen=True, slots=True)
class HttpWebhookSender:
    """Sends over HTTP to machines of the public internet, and follows nobody elsewhere."""

    allows_private: bool = False
    timeout_s: float = TIMEOUT_S
    """For all of it: a receiver may say something every second and never end."""

    async def send(self, url: str, *, secret: str, message: Mapping[str, Any], now: datetime) -> Outcome:
        """Send one message; whatever goes wrong is an outcome, not an error."""
        body = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
        message_id = str(message["id"])
        headers = {
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": "Pasok-Webhooks/1",
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(secret).sign(message_id, now, body),
        }
        if correlation_id := current_correlation_id():
            headers["X-Correlation-ID"] = correlation_id
        try:
            async with asyncio.timeout(self.timeout_s):
                return await self._post(url, headers, body.encode())
        except TimeoutError:
            return Outcome(None, f"TimeoutError: no whole answer within {self.timeout_s:g} s")
        except (AddressRefused, httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            return Outcome(None, f"{type(error).__name__}: {error}"[:KEPT_BYTES])

    async def _post(self, url: str, headers: dict[str, str], body: bytes) -> Outcome:
        pinned = await pin(url, allows_private=self.allows_private)
        address = httpx.URL(url)
        headers["Host"] = address.netloc.decode()
        extensions = {"sni_hostname": pinned.host}
        # No proxy of the environment: it would look the name up again.
        async with (
            httpx.AsyncClient(timeout=self.timeout_s, trust_env=False, follow_redirects=False) as client,
            client.stream(
                "POST", address.copy_with(host=pinned.ip), headers=headers, content=body, extensions=extensions
            ) as response,
        ):
            said = b""
            async for part in response.aiter_raw(KEPT_BYTES):  # a few bytes may unzip to more than there is room for
                said += part
                if len(said) >= KEPT_BYTES:
                    break
            text = said[:KEPT_BYTES].decode(errors="replace").replace("\x00", "")
            return Outcome(response.status_code, text)
