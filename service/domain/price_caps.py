"""Legal price ceilings (HET) and reference prices (HAP), dated, with their source; exceptions by the city food office.

HET is a ceiling: a rupiah above is refused. HAP is a reference that the city treats as a ceiling unless the food
office has put an exception on record for that item and those days, with three quotes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from service.domain.errors import PriceAboveCap
from service.domain.tables import UTC_INSTANT, Entity, one_of


class CapKind(StrEnum):
    HET = "HET"
    HAP = "HAP"


class PriceCap(Entity, table=True):
    """Highest price of an item in a zone on the days ``valid_from``..``valid_to`` (both included; None: open end)."""

    __table_args__ = (
        sa.CheckConstraint("price_idr > 0", name="positive"),
        sa.CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name="validity_order"),
        sa.Index("ix_price_cap_zone_created", "zone", "created_at", "id"),
    )
    item_code: str = Field(foreign_key="item.code", index=True)
    kind: CapKind = Field(sa_type=one_of(CapKind))
    zone: int = Field(ge=1, le=3)
    price_idr: int = Field(sa_type=sa.BigInteger)
    valid_from: date
    valid_to: date | None = None
    source: str = Field(max_length=200)


class PriceException(Entity, table=True):
    """Permission of the city food office to pay more than the HAP for an item on some days, up to ``price_idr``."""

    __table_args__ = (
        sa.CheckConstraint("price_idr > 0", name="positive"),
        sa.CheckConstraint("valid_from <= valid_to", name="validity_order"),
        sa.CheckConstraint("jsonb_array_length(quotes) >= 3", name="three_quotes"),
        sa.Index("ix_price_exception_region_created", "region_code", "created_at", "id"),
    )
    region_code: str = Field(foreign_key="region.code")
    item_code: str = Field(foreign_key="item.code", index=True)
    price_idr: int = Field(sa_type=sa.BigInteger)
    valid_from: date
    valid_to: date
    reason: str = Field(max_length=400)
    quotes: list[dict[str, Any]] = Field(sa_type=JSONB)
    """At least three market quotes: ``provider``, ``price_idr``, ``quoted_date``."""
    granted_by: UUID = Field(foreign_key="app_user.id")
    revoked_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)


def caps_on(caps: Iterable[PriceCap], *, item_code: str, zone: int, day: date) -> list[PriceCap]:
    """Return the caps of an item that are in force in a zone on a day."""
    return [
        cap
        for cap in caps
        if cap.item_code == item_code
        and cap.zone == zone
        and cap.valid_from <= day
        and (cap.valid_to is None or day <= cap.valid_to)
    ]


def excepted_price_idr(exceptions: Iterable[PriceException], *, item_code: str, day: date) -> int | None:
    """Return the highest price that an exception on record allows for an item on a day, or ``None``."""
    prices = [
        known.price_idr
        for known in exceptions
        if known.item_code == item_code and known.revoked_at is None and known.valid_from <= day <= known.valid_to
    ]
    return max(prices, default=None)


@dataclass(frozen=True, slots=True)
class PriceLimit:
    """The highest lawful price of an item on a day, and the cap that says so."""

    limit_idr: int
    kind: CapKind
    source: str
    valid_from: date


def price_limits(
    caps: Iterable[PriceCap], exceptions: Iterable[PriceException], *, item_code: str, zone: int, day: date
) -> list[PriceLimit]:
    """Return the limits of an item in a zone on a day, lowest first; an exception lifts a HAP, never a HET."""
    excepted = excepted_price_idr(exceptions, item_code=item_code, day=day) or 0
    limits = [
        PriceLimit(
            limit_idr=max(cap.price_idr, excepted) if cap.kind is CapKind.HAP else cap.price_idr,
            kind=cap.kind,
            source=cap.source,
            valid_from=cap.valid_from,
        )
        for cap in caps_on(caps, item_code=item_code, zone=zone, day=day)
    ]
    return sorted(limits, key=lambda limit: (limit.limit_idr, limit.kind))


def cap_limit_idr(
    caps: Iterable[PriceCap], exceptions: Iterable[PriceException], *, item_code: str, zone: int, day: date
) -> int | None:
    """Return the highest lawful price per kg, litre or piece on a day, or ``None`` where no cap is known."""
    limits = price_limits(caps, exceptions, item_code=item_code, zone=zone, day=day)
    return limits[0].limit_idr if limits else None


@dataclass(frozen=True, slots=True)
class Ceilings:
    """The caps and exceptions that hold in a region's zone on some days."""

    caps: Sequence[PriceCap]
    exceptions: Sequence[PriceException]
    zone: int

    def limit_idr(self, item_code: str, day: date) -> int | None:
        """Return the highest lawful price per kg, litre or piece on one of the days; ``None`` where no cap is known."""
        return cap_limit_idr(self.caps, self.exceptions, item_code=item_code, zone=self.zone, day=day)


def cap_breach(
    price_idr: int,
    caps: Iterable[PriceCap],
    exceptions: Iterable[PriceException],
    *,
    item_code: str,
    zone: int,
    days: Iterable[date],
) -> PriceAboveCap | None:
    """Return the refusal of a price above a cap in force on one of the days (the first such day), or ``None``."""
    caps, exceptions = list(caps), list(exceptions)
    for day in days:
        for limit in price_limits(caps, exceptions, item_code=item_code, zone=zone, day=day):
            if price_idr > limit.limit_idr:
                return _above(limit, price_idr=price_idr, item_code=item_code, day=day)
    return None


def require_within_caps(
    price_idr: int,
    caps: Iterable[PriceCap],
    exceptions: Iterable[PriceException],
    *,
    item_code: str,
    zone: int,
    days: Iterable[date],
) -> None:
    """Refuse a price above a cap in force on any of the days.

    Parameters
    ----------
    price_idr
        Price to the kitchen, rupiah per kg, litre or piece.
    days
        Every day on which the goods may be delivered.

    Raises
    ------
    PriceAboveCap
        Naming the cap's kind, amount, source and the day.
    """
    breach = cap_breach(price_idr, caps, exceptions, item_code=item_code, zone=zone, days=days)
    if breach is not None:
        raise breach


def _above(limit: PriceLimit, *, price_idr: int, item_code: str, day: date) -> PriceAboveCap:
    return PriceAboveCap(
        f"Rp {price_idr:,} is Rp {price_idr - limit.limit_idr:,} above the {limit.kind.value} of "
        f"Rp {limit.limit_idr:,} for {item_code} on {day.isoformat()} "
        f"({limit.source}, valid from {limit.valid_from.isoformat()}).",
        item_code=item_code,
        price_idr=price_idr,
        limit_idr=limit.limit_idr,
        cap_kind=limit.kind.value,
        source=limit.source,
        valid_from=limit.valid_from.isoformat(),
        date=day.isoformat(),
    )
