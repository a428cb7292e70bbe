"""The second factor: a code of six digits that a person's phone shows for half a minute (TOTP, RFC 6238).

The phone's key is no stored secret: it is computed from the service's own secret, the person and a random salt, and the
salt alone is kept. Whoever reads the database, a backup or a log finds nothing that makes a code.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import quote, urlencode
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from service.domain.people import Role
from service.domain.tables import UTC_INSTANT, Entity

STEP_S: Final = 30
DIGITS: Final = 6
STEPS_EITHER_WAY: Final = 1
"""A phone's clock may be one step early or late."""
KEY_BYTES: Final = 20
RECOVERY_CODES: Final = 8
RECOVERY_BYTES: Final = 10
ISSUER: Final = "Pasok"
SECOND_FACTOR_ROLES: Final = frozenset(
    {Role.CITY_OPERATOR, Role.FOOD_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR},
)
"""Who sees or changes a whole city's things: they must have one where the installation says so; others may."""


class SecondFactorPolicy(StrEnum):
    """Whether the roles of the city must have a second factor, or may."""

    OFFERED = "offered"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class EntryRules:
    """What an installation asks of sessions."""

    second_factor: SecondFactorPolicy = SecondFactorPolicy.OFFERED
    longest_idle: timedelta = timedelta(hours=2)


USUAL_RULES: Final = EntryRules()


class SecondFactor(Entity, table=True):
    """A person's second factor: in use once ``confirmed_at`` stands there."""

    user_id: UUID = Field(foreign_key="app_user.id", unique=True)
    salt: str = Field(max_length=64)
    confirmed_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    last_step: int = Field(default=0, sa_type=sa.BigInteger)
    """The step of the last code that was taken: no code counts twice, none of an earlier step afterwards."""
    recovery_hashes: list[str] = Field(default_factory=list, sa_type=JSONB)
    """Hashes of the codes for whoever lost the phone; each is struck out when it is used."""


def must_have_second_factor(role: Role, policy: SecondFactorPolicy) -> bool:
    """Tell whether a role may work only with a second factor."""
    return policy is SecondFactorPolicy.REQUIRED and role in SECOND_FACTOR_ROLES


def factor_key(factor: SecondFactor, service_secret: str) -> bytes:
    """Return the key that the person's phone holds too."""
    words = b"second-factor:" + factor.user_id.bytes + factor.salt.encode()
    return hmac.new(service_secret.encode(), words, hashlib.sha256).digest()[:KEY_BYTES]


def key_text(key: bytes) -> str:
    """Return a key as a person types it: base 32, in groups of four."""
    plain = base64.b32encode(key).decode().rstrip("=")
    return " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def key_uri(key: bytes, username: str) -> str:
    """Return the address by which a phone's program takes the key at a tap."""
    values = {
        "secret": base64.b32encode(key).decode().rstrip("="),
        "issuer": ISSUER,
        "digits": DIGITS,
        "period": STEP_S,
    }
    return f"otpauth://totp/{ISSUER}:{quote(username)}?{urlencode(values)}"


def step_of(now: datetime) -> int:
    """Return the number of the half minute that an instant lies in."""
    return int(now.timestamp()) // STEP_S


def code_of(key: bytes, step: int, *, digits: int = DIGITS) -> str:
    """Return the code that is shown in a step.

    References
    ----------
    RFC 4226, section 5.3 (the code of a counter); RFC 6238, section 4 (time as the counter).
    """
    digest = hmac.new(key, step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def step_taken(key: bytes, code: str, now: datetime, *, last_step: int) -> int | None:
    """Return the step that a code belongs to.

    Parameters
    ----------
    last_step
        The step of the last code that was taken from this person.

    Returns
    -------
    int or None
        A step later than ``last_step`` and at most one away from now; ``None``: the code is wrong, old or used.
    """
    current = step_of(now)
    found = None
    for step in range(current - STEPS_EITHER_WAY, current + STEPS_EITHER_WAY + 1):
        # Every step is compared, so that the time taken tells nothing.
        if hmac.compare_digest(code_of(key, step).encode(), code.encode()) and step > last_step and found is None:
            found = step
    return found


def plain_code(typed: str) -> str:
    """Return a code as it is compared: without the spaces and dashes that make it readable."""
    return "".join(typed.split()).replace("-", "").lower()


def recovery_text(random: bytes) -> str:
    """Return a recovery code as a person writes it down."""
    plain = base64.b32encode(random).decode().rstrip("=").lower()
    return "-".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def without_used(kept: Sequence[str], used: str) -> list[str] | None:
    """Return the hashes of recovery codes without the one that is used; ``None`` if it is none of them."""
    return [one for one in kept if one != used] if used in kept else None
