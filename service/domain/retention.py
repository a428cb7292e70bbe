"""How long what is over is kept before it is deleted; books, papers and the audit trail are kept for ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Days that something is kept after it ended."""

    logins_days: int
    """After they expired or were revoked."""
    messages_days: int
    """Notifications and webhook deliveries that were sent or given up."""
    events_days: int
    """The feed that programs read; longer than its messages, which name events."""

    def logins_before(self, now: datetime) -> datetime:
        """Return the instant before which logins must have ended to be deleted."""
        return now - timedelta(days=self.logins_days)

    def messages_before(self, now: datetime) -> datetime:
        """Return the instant before which messages must have been written."""
        return now - timedelta(days=self.messages_days)

    def events_before(self, now: datetime) -> datetime:
        """Return the instant before which events must have happened."""
        return now - timedelta(days=self.events_days)
