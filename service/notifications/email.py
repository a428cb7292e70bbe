"""E-mail over SMTP."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Final
from urllib.parse import unquote, urlsplit

from service.notifications.messages import Message, NotSent

TIMEOUT_S: Final = 15.0
LOWEST_PERMANENT: Final = 500


@dataclass(frozen=True, slots=True)
class SmtpMail:
    """Hands mail to one server: ``smtp://user:password@host:587`` (STARTTLS if offered) or ``smtps://host:465``."""

    url: str = field(repr=False)
    sender: str
    timeout_s: float = TIMEOUT_S

    async def send(self, message: Message) -> None:
        """Hand over one message.

        Raises
        ------
        NotSent
            Finally if the server refuses it for good.
        """
        await asyncio.to_thread(self._send, message)

    def _send(self, message: Message) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"] = self.sender, message.to
        mail["Subject"] = " ".join(message.subject.split())
        mail["Message-ID"] = f"<{message.id}@{self.sender.rpartition('@')[2].rstrip('>')}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)
        try:
            with self._connected() as server:
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as refusal:
            code = max((code for code, _ in refusal.recipients.values()), default=0)
            raise NotSent(f"the server refuses the address ({code})", is_final=code >= LOWEST_PERMANENT) from refusal
        except smtplib.SMTPResponseException as refusal:
            is_final = isinstance(refusal, smtplib.SMTPDataError) and refusal.smtp_code >= LOWEST_PERMANENT
            raise NotSent(f"the server answers {refusal.smtp_code}", is_final=is_final) from refusal
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise NotSent(f"{type(error).__name__}: {error}") from error

    def _connected(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host = parts.hostname or "localhost"
        context = ssl.create_default_context()
        server: smtplib.SMTP
        if parts.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=self.timeout_s, context=context)
        else:
            server = smtplib.SMTP(host, parts.port or 587, timeout=self.timeout_s)
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        return server
