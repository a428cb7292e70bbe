"""How often somebody may try to get in: counted by account and by address, over all processes.

An attempt counts whether it succeeds or not and whether the account exists or not, so that the count tells a guesser
nothing. A refused attempt does not count: whoever waits as long as they are told gets in.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.tables import UTC_INSTANT, Row

WINDOW: Final = timedelta(minutes=5)
IPV6_HOUSEHOLD_BITS: Final = 64
"""One subscriber has all addresses that share these bits."""


class Gate(StrEnum):
    """What is guessed at."""

    PASSWORD = "password"  # noqa: S105 (a gate's name)
    SECOND_FACTOR = "second_factor"


MOST_IN_WINDOW: Final[dict[Gate, int]] = {Gate.PASSWORD: 10, Gate.SECOND_FACTOR: 5}
"""Attempts in ``WINDOW``, for an account and for an address each."""


class LoginAttempt(Row, table=True):
    """One attempt of one subject; names and addresses stand here as keyed hashes only."""

    __table_args__ = (
        sa.Index("ix_login_attempt_subject_at", "subject", "at"),
        sa.Index("ix_login_attempt_at", "at"),
    )
    id: UUID = Field(primary_key=True)
    subject: str = Field(max_length=64)
    at: datetime = Field(sa_type=UTC_INSTANT)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who tries what, and from where."""

    gate: Gate
    account: str
    address: str

    def subjects(self) -> tuple[str, str]:
        """Return what is counted, in words; hashes of these are stored."""
        account = self.account.strip().lower()
        return f"{self.gate.value}\naccount\n{account}", f"{self.gate.value}\naddress\n{network_of(self.address)}"


def network_of(address: str) -> str:
    """Return what one subscriber of an internet provider has: an IPv4 address, or a /64 of IPv6."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, IPV6_HOUSEHOLD_BITS), strict=False))


def wait_for(gate: Gate, earlier: Sequence[datetime], now: datetime) -> timedelta | None:
    """Return how long a subject has to wait before its next attempt.

    Parameters
    ----------
    earlier
        The instants of the subject's attempts that counted, in any order.

    Returns
    -------
    timedelta or None
        Until the attempt that fills the window has left it; ``None``: now is all right.
    """
    within = sorted(at for at in earlier if now - WINDOW < at)
    most = MOST_IN_WINDOW[gate]
    if len(within) < most:
        return None
    return within[len(within) - most] + WINDOW - now
