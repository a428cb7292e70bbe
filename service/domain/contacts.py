"""How a person wants to be reached, and when not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.faults import Faults
from service.domain.tables import Entity

QUIET_FROM_MINUTE = 21 * 60
QUIET_TO_MINUTE = 6 * 60
TIME_TO_ACT = timedelta(hours=1)
"""Left at least to whoever is told when the quiet hours end; else they are told at once."""
_PHONE = re.compile(r"\+[1-9][0-9]{7,14}")
_EMAIL = re.compile(r"[^@\s<>,;\"]{1,64}@[A-Za-z0-9.-]{1,180}\.[A-Za-z]{2,24}")


class Channel(StrEnum):
    """``screen``: the list of notifications, where every message stands in any case."""

    SCREEN = "screen"
    PHONE = "phone"
    EMAIL = "email"


class Contact(Entity, table=True):
    """A user's phone and e-mail, which of them to use, and their quiet hours (minutes of the local day).

    A phone belongs to one user: short replies are known by it.
    """

    __table_args__ = (
        sa.UniqueConstraint("user_id"),
        sa.UniqueConstraint("phone"),
        sa.CheckConstraint(
            "quiet_from_minute BETWEEN 0 AND 1439 AND quiet_to_minute BETWEEN 0 AND 1439", name="quiet_minutes"
        ),
    )
    user_id: UUID = Field(foreign_key="app_user.id")
    phone: str | None = Field(default=None, max_length=16)
    email: str | None = Field(default=None, max_length=254)
    by_phone: bool = Field(default=True)
    by_email: bool = Field(default=True)
    quiet_from_minute: int = Field(default=QUIET_FROM_MINUTE)
    quiet_to_minute: int = Field(default=QUIET_TO_MINUTE)


def plain_phone(typed: str) -> str:
    """Return a phone number as it is kept: ``0812-3456 789`` is ``+628123456789``."""
    digits = re.sub(r"[\s().-]", "", typed)
    if digits.startswith("0"):
        return "+62" + digits[1:]
    return digits if digits.startswith("+") else "+" + digits


def require_contact(values: Mapping[str, object]) -> None:
    """Refuse a phone or an e-mail address that cannot be.

    Raises
    ------
    InvalidField
        With every fault.
    """
    faults = Faults()
    phone, email = values.get("phone"), values.get("email")
    if phone is not None and not _PHONE.fullmatch(str(phone)):
        faults.add("phone", "invalid_phone", "A number with its country, as +628123456789; 08... means Indonesia.")
    if email is not None and not _EMAIL.fullmatch(str(email)):
        faults.add("email", "invalid_email", "An e-mail address, as siti@koperasi.example.id.")
    faults.raise_any()


def channels_of(contact: Contact | None) -> list[Channel]:
    """Return where a person is told: always on the screen, and by what they gave and chose."""
    channels = [Channel.SCREEN]
    if contact is not None and contact.phone and contact.by_phone:
        channels.append(Channel.PHONE)
    if contact is not None and contact.email and contact.by_email:
        channels.append(Channel.EMAIL)
    return channels


def quiet_until(contact: Contact | None, now: datetime, *, timezone: str) -> datetime | None:
    """Return when the quiet hours end in which an instant falls; ``None`` outside of them.

    Parameters
    ----------
    contact
        Whose hours; 21:00 to 06:00 without. Hours that end when they begin are none.
    timezone
        Of the person's region.
    """
    begins = contact.quiet_from_minute if contact else QUIET_FROM_MINUTE
    ends = contact.quiet_to_minute if contact else QUIET_TO_MINUTE
    local = now.astimezone(ZoneInfo(timezone))
    minute = local.hour * 60 + local.minute
    is_quiet = begins <= minute < ends if begins < ends else (minute >= begins or minute < ends)
    if begins == ends or not is_quiet:
        return None
    day = local.date() + timedelta(days=1 if minute >= ends else 0)
    end = datetime.combine(day, time(ends // 60, ends % 60), tzinfo=ZoneInfo(timezone))
    return end.astimezone(now.tzinfo)


def send_at(
    contact: Contact | None, now: datetime, *, timezone: str, is_urgent: bool, useful_until: datetime | None
) -> datetime:
    """Return when a person is told: now, or when their quiet hours end.

    What is urgent passes, and so does what is of little use then (``useful_until`` less than an hour after the end):
    an answer that is due, goods for a cooking day that has begun.
    """
    end = quiet_until(contact, now, timezone=timezone)
    if end is None or is_urgent or (useful_until is not None and useful_until < end + TIME_TO_ACT):
        return now
    return end
