"""What a cooperative sells itself: quantity, price, days, minimum, lots; promised once, never twice."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.errors import SupplyExhausted
from service.domain.status import Transitions
from service.domain.tables import Entity, Row, one_of


class OfferStatus(StrEnum):
    OPEN = "open"
    WITHDRAWN = "withdrawn"


OFFER_TRANSITIONS: Transitions[OfferStatus] = {
    OfferStatus.OPEN: frozenset({OfferStatus.WITHDRAWN}),
    OfferStatus.WITHDRAWN: frozenset(),
}


class Offer(Entity, table=True):
    """Goods of one item on the days ``from_date``..``to_date``; ``promised_qty`` is what orders already hold of it."""

    __table_args__ = (
        sa.CheckConstraint("offered_qty > 0 AND price_idr > 0", name="positive"),
        sa.CheckConstraint("promised_qty BETWEEN 0 AND offered_qty", name="promised_once"),
        sa.CheckConstraint("min_qty BETWEEN 0 AND offered_qty", name="minimum_range"),
        sa.CheckConstraint("from_date <= to_date", name="date_order"),
        sa.CheckConstraint("cash_bp BETWEEN 0 AND 10000", name="cash_range"),
        sa.Index("ix_offer_region_dates", "region_code", "status", "from_date", "to_date"),
    )
    region_code: str = Field(foreign_key="region.code")
    cooperative_id: UUID = Field(foreign_key="cooperative.organisation_id", index=True)
    item_code: str = Field(foreign_key="item.code")
    status: OfferStatus = Field(sa_type=one_of(OfferStatus))
    offered_qty: int = Field(sa_type=sa.BigInteger)
    promised_qty: int = Field(default=0, sa_type=sa.BigInteger)
    min_qty: int = Field(default=0, sa_type=sa.BigInteger)
    price_idr: int = Field(sa_type=sa.BigInteger)
    cash_bp: int
    """Share of the value that the cooperative must pay its producers before it is paid."""
    from_date: date
    to_date: date
    origin_producer: str | None = Field(default=None, max_length=120)
    """The farmer, breeder or maker behind the goods; counts towards a kitchen's number of suppliers."""


class OfferLot(Row, table=True):
    """A lot of an open offer; the same lot of a cooperative and item can stand in one open offer only."""

    __table_args__ = (
        sa.Index(
            "uq_offer_lot_live",
            "cooperative_id",
            "item_code",
            "lot_code",
            unique=True,
            postgresql_where=sa.text("is_live"),
        ),
        sa.CheckConstraint("lot_qty > 0", name="qty_positive"),
    )
    id: UUID = Field(primary_key=True)
    offer_id: UUID = Field(foreign_key="offer.id", index=True)
    cooperative_id: UUID = Field(foreign_key="cooperative.organisation_id")
    item_code: str = Field(foreign_key="item.code")
    lot_code: str = Field(max_length=40)
    lot_qty: int = Field(sa_type=sa.BigInteger)
    expires_date: date | None = None
    is_live: bool = True


def available_qty(offer: Offer) -> int:
    """Return what is not promised yet, in base units; nothing of a withdrawn offer."""
    return offer.offered_qty - offer.promised_qty if offer.status is OfferStatus.OPEN else 0


def delivery_days(from_date: date, to_date: date) -> list[date]:
    """Return every day of a period, both ends included."""
    return [from_date + timedelta(days=offset) for offset in range((to_date - from_date).days + 1)]


def promise(offer: Offer, qty: int) -> None:
    """Reserve goods of an offer for an order (the row is locked by the caller).

    Raises
    ------
    SupplyExhausted
        If less is left than asked.
    """
    left = available_qty(offer)
    if qty > left:
        raise SupplyExhausted(
            f"Offer {offer.id} has {left} left, {qty} are needed.", offer_id=str(offer.id), left_qty=left, asked_qty=qty
        )
    offer.promised_qty += qty


def release(offer: Offer, qty: int) -> None:
    """Give goods back that an order no longer holds."""
    offer.promised_qty -= qty
