"""Kitchens, cooperatives, wholesalers, city offices: who they are, what they can carry, which papers are valid."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.errors import OrganisationInactive
from service.domain.status import Transitions
from service.domain.tables import UTC_INSTANT, Entity, Row, one_of


class OrganisationKind(StrEnum):
    KITCHEN = "kitchen"
    COOPERATIVE = "cooperative"
    WHOLESALER = "wholesaler"
    CITY_OFFICE = "city_office"


class OrganisationStatus(StrEnum):
    """``registered`` exists but does not operate yet; only ``active`` takes part in a matching run."""

    REGISTERED = "registered"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


ORGANISATION_TRANSITIONS: Transitions[OrganisationStatus] = {
    OrganisationStatus.REGISTERED: frozenset({OrganisationStatus.ACTIVE, OrganisationStatus.CLOSED}),
    OrganisationStatus.ACTIVE: frozenset({OrganisationStatus.SUSPENDED, OrganisationStatus.CLOSED}),
    OrganisationStatus.SUSPENDED: frozenset({OrganisationStatus.ACTIVE, OrganisationStatus.CLOSED}),
    OrganisationStatus.CLOSED: frozenset(),
}

EVERY_DAY = 0b1111111
MONDAY_TO_FRIDAY = 0b0011111


class Organisation(Entity, table=True):
    """Anybody who takes part in a region; its kind decides which of the tables below completes it."""

    __table_args__ = (
        sa.UniqueConstraint("region_code", "code"),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name="on_earth"),
        sa.CheckConstraint("service_weekdays BETWEEN 0 AND 127", name="weekday_mask"),
    )
    region_code: str = Field(foreign_key="region.code")
    kind: OrganisationKind = Field(sa_type=one_of(OrganisationKind))
    status: OrganisationStatus = Field(sa_type=one_of(OrganisationStatus))
    code: str = Field(max_length=24)
    name: str = Field(max_length=120)
    kelurahan_code: str | None = Field(default=None, foreign_key="kelurahan.code", index=True)
    latitude: float
    longitude: float
    service_weekdays: int = Field(default=MONDAY_TO_FRIDAY)
    """Bit 0 is Monday: the weekdays on which it cooks, delivers or sells."""


class Kitchen(Row, table=True):
    """An SPPG: portions per day, how many deliveries it can take in, who owns it."""

    __table_args__ = (
        sa.CheckConstraint("portions_small >= 0 AND portions_large >= 0", name="portions_positive"),
        sa.CheckConstraint("max_drops_per_day BETWEEN 1 AND 50", name="drops_range"),
        sa.CheckConstraint("max_share_bp BETWEEN 1 AND 10000", name="share_range"),
        sa.CheckConstraint("receiving_from_minute < receiving_to_minute", name="receiving_window"),
    )
    organisation_id: UUID = Field(primary_key=True, foreign_key="organisation.id")
    foundation_name: str = Field(max_length=120)
    portions_small: int
    portions_large: int
    max_drops_per_day: int
    min_suppliers: int = Field(ge=0)
    max_share_bp: int
    receiving_from_minute: int = Field(default=14 * 60)
    """Minutes after local midnight of the evening before cooking."""
    receiving_to_minute: int = Field(default=20 * 60)


class Cooperative(Row, table=True):
    """A KKMP: how far, how much and how cold it can deliver, and how much cash it has."""

    __table_args__ = (
        sa.CheckConstraint(
            "radius_m >= 0 AND capital_idr >= 0 AND handling_g_per_day >= 0 AND cold_g_per_day >= 0",
            name="not_negative",
        ),
        sa.CheckConstraint("markup_bp BETWEEN 0 AND 5000", name="markup_range"),
    )
    organisation_id: UUID = Field(primary_key=True, foreign_key="organisation.id")
    radius_m: int
    capital_idr: int = Field(sa_type=sa.BigInteger)
    markup_bp: int
    handling_g_per_day: int = Field(sa_type=sa.BigInteger)
    cold_g_per_day: int = Field(sa_type=sa.BigInteger)


USUAL_DUE_DAYS = 14
"""Days to pay a wholesaler that names no others: the rhythm in which kitchens account for their money."""


class Wholesaler(Row, table=True):
    """Sells whole packs to cooperatives; a minimum order per cooperative and week, days of lead time and to pay."""

    __table_args__ = (
        sa.CheckConstraint("min_order_idr >= 0 AND lead_days >= 0 AND due_days >= 0", name="not_negative"),
    )
    organisation_id: UUID = Field(primary_key=True, foreign_key="organisation.id")
    min_order_idr: int = Field(sa_type=sa.BigInteger)
    lead_days: int
    due_days: int = Field(default=USUAL_DUE_DAYS, sa_column_kwargs={"server_default": str(USUAL_DUE_DAYS)})
    """Days within which cooperatives pay for confirmed packs; a purchase keeps those it was sent under."""
    head_office_id: UUID | None = Field(default=None, foreign_key="wholesaler.organisation_id", index=True)
    """The wholesaler of another region whose branch it is: that one may keep packs for it."""


class ClosedDay(Row, table=True):
    """A day on which an organisation does not cook, deliver or sell, whatever its weekdays say."""

    organisation_id: UUID = Field(primary_key=True, foreign_key="organisation.id")
    closed_date: date = Field(primary_key=True)
    reason: str = Field(max_length=200)


class DayCapacity(Row, table=True):
    """A cooperative's capacity on one day where it differs from its usual one (grams)."""

    __table_args__ = (sa.CheckConstraint("handling_g >= 0 AND cold_g >= 0", name="not_negative"),)
    cooperative_id: UUID = Field(primary_key=True, foreign_key="cooperative.organisation_id")
    capacity_date: date = Field(primary_key=True)
    handling_g: int = Field(sa_type=sa.BigInteger)
    cold_g: int = Field(sa_type=sa.BigInteger)


class DocumentKind(StrEnum):
    """Papers a supplier or kitchen may need, by their Indonesian names."""

    NIB = "nib"
    NPWP = "npwp"
    HALAL = "halal"
    NKV = "nkv"
    PIRT = "pirt"
    BPOM_MD = "bpom_md"
    SNI = "sni"
    SLHS = "slhs"
    HACCP = "haccp"


class Document(Entity, table=True):
    """A paper with its validity; both days are included."""

    __table_args__ = (sa.CheckConstraint("valid_from <= valid_to", name="validity_order"),)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    kind: DocumentKind = Field(sa_type=one_of(DocumentKind))
    number: str = Field(max_length=80)
    valid_from: date
    valid_to: date
    verified_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)


def serves_on(organisation: Organisation, day: date, closed_dates: frozenset[date]) -> bool:
    """Tell whether an organisation works on a day: one of its weekdays and not a closed day."""
    return bool(organisation.service_weekdays >> day.weekday() & 1) and day not in closed_dates


def has_valid_document(documents: Iterable[Document], kind: DocumentKind, day: date) -> bool:
    """Tell whether one of the papers is of this kind and valid on the day."""
    return any(paper.kind == kind and paper.valid_from <= day <= paper.valid_to for paper in documents)


def require_active(organisation: Organisation) -> None:
    """Refuse supply and demand of an organisation that takes no part.

    Raises
    ------
    OrganisationInactive
        With its status.
    """
    if organisation.status is not OrganisationStatus.ACTIVE:
        raise OrganisationInactive(
            f"{organisation.name} is {organisation.status.value}; only active organisations take part. "
            "The city operator can admit it.",
            status=organisation.status.value,
        )
