"""What a cooperative sells itself: quantity, price, days, minimum, lots; promised once, never twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.errors import GoodsPromised, IllegalTransition, LotAlreadyOffered, SupplyExhausted
from service.domain.faults import Faults
from service.domain.items import Item
from service.domain.status import Transitions, transition
from service.domain.supply_entries import SupplyFacts, check_item, check_period, check_price
from service.domain.tables import Entity, Row, one_of
from service.domain.units import BP, step_fault


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
        sa.Index("ix_offer_region_created", "region_code", "created_at", "id"),
        sa.Index("ix_offer_cooperative_created", "cooperative_id", "created_at", "id"),
    )
    region_code: str = Field(foreign_key="region.code")
    cooperative_id: UUID = Field(foreign_key="cooperative.organisation_id")
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


@dataclass(frozen=True, slots=True)
class LotEntry:
    """A lot as typed in; quantity in base units."""

    lot_code: str
    lot_qty: int
    expires_date: date | None = None


@dataclass(frozen=True, slots=True)
class OfferEntry:
    """An offer as typed in: quantities in base units, price in rupiah per kg, litre or piece."""

    item_code: str
    offered_qty: int
    price_idr: int
    from_date: date
    to_date: date
    min_qty: int
    cash_bp: int
    origin_producer: str | None = None
    lots: tuple[LotEntry, ...] = field(default=())


def entry_of(offer: Offer, lots: Iterable[OfferLot]) -> OfferEntry:
    """Return what an offer says now, as it would be typed in."""
    return OfferEntry(
        item_code=offer.item_code,
        offered_qty=offer.offered_qty,
        price_idr=offer.price_idr,
        from_date=offer.from_date,
        to_date=offer.to_date,
        min_qty=offer.min_qty,
        cash_bp=offer.cash_bp,
        origin_producer=offer.origin_producer,
        lots=tuple(LotEntry(lot.lot_code, lot.lot_qty, lot.expires_date) for lot in lots),
    )


def require_valid(entry: OfferEntry, facts: SupplyFacts, *, earliest_from: date) -> None:
    """Refuse an offer with anything wrong in it, everything named at once.

    Parameters
    ----------
    earliest_from
        The first day that it may begin: today, or the day on which an offer that is changed began.

    Raises
    ------
    InvalidField
        With all faults and what would be valid; a lone refusal by a rule keeps its class
        (``PriceAboveCap``, ``ItemNotForKitchens``).
    """
    faults = Faults()
    item = check_item(faults, entry.item_code, facts)
    if item is not None:
        _check_quantities(faults, entry, item)
    check_period(faults, entry.from_date, entry.to_date, earliest_from=earliest_from, today=facts.today)
    check_price(
        faults,
        facts,
        price_idr=entry.price_idr,
        price_to_kitchen_idr=entry.price_idr,
        item_code=entry.item_code,
        from_date=entry.from_date,
        to_date=entry.to_date,
    )
    if not 0 <= entry.cash_bp <= BP:
        faults.add("cash_bp", "out_of_range", f"Between 0 and {BP} basis points of the value.")
    _check_lots(faults, entry)
    faults.raise_any()


def _check_quantities(faults: Faults, entry: OfferEntry, item: Item) -> None:
    wrong_step = step_fault(entry.offered_qty, step_qty=item.step_qty)
    if wrong_step is not None:
        faults.add("offered_qty", "not_a_step", wrong_step)
    if not 0 <= entry.min_qty <= entry.offered_qty:
        faults.add("min_qty", "out_of_range", f"Between 0 and the offered {entry.offered_qty}.")
    elif entry.min_qty % item.step_qty:
        faults.add("min_qty", "not_a_step", f"0, or a multiple of the step of {item.step_qty}.")


def _check_lots(faults: Faults, entry: OfferEntry) -> None:
    seen: set[str] = set()
    for position, lot in enumerate(entry.lots):
        if lot.lot_code in seen:
            faults.add(f"lots.{position}.lot_code", "repeated", f"Lot {lot.lot_code} stands above already.")
        seen.add(lot.lot_code)
        if lot.lot_qty <= 0:
            faults.add(f"lots.{position}.lot_qty", "out_of_range", "A lot holds at least 1.")
        if lot.expires_date is not None and lot.expires_date < entry.to_date:
            message = f"The lot expires on {lot.expires_date}, before the offer's last cooking day {entry.to_date}."
            faults.add(f"lots.{position}.expires_date", "expires_too_early", message)
    total = sum(lot.lot_qty for lot in entry.lots)
    if entry.lots and total != entry.offered_qty:
        faults.add("lots", "sum_differs", f"The lots hold {total} together; the offer is {entry.offered_qty}.")


def require_open(offer: Offer) -> None:
    """Refuse to change an offer that was withdrawn.

    Raises
    ------
    IllegalTransition
        A withdrawn offer stays withdrawn; publish a new one.
    """
    if offer.status is not OfferStatus.OPEN:
        raise IllegalTransition(
            f"The offer is {offer.status.value}; publish a new one instead.",
            current=offer.status.value,
            allowed=[OfferStatus.OPEN.value],
        )


def require_promises_kept(offer: Offer, entry: OfferEntry) -> None:
    """Refuse a change that orders already made would feel.

    Once part of an offer is promised, its price stands, its days may only grow, and its quantity may not fall below
    what is promised: an order names that price and those days. Whoever wants another price withdraws the rest and
    publishes a new offer.

    Raises
    ------
    GoodsPromised
        With the promised quantity.
    """
    if not offer.promised_qty:
        return
    has_fewer_days = entry.from_date > offer.from_date or entry.to_date < offer.to_date
    if entry.price_idr != offer.price_idr or has_fewer_days or entry.offered_qty < offer.promised_qty:
        raise GoodsPromised(
            f"Orders hold {offer.promised_qty} of the offer: its price stands, its days may only grow, and at least "
            f"{offer.promised_qty} stay offered. To sell the rest otherwise, withdraw it and publish a new offer.",
            offer_id=str(offer.id),
            promised_qty=offer.promised_qty,
            price_idr=offer.price_idr,
        )


def change(offer: Offer, entry: OfferEntry) -> None:
    """Make the offer say what the entry says; the item never changes."""
    offer.offered_qty = entry.offered_qty
    offer.price_idr = entry.price_idr
    offer.from_date = entry.from_date
    offer.to_date = entry.to_date
    offer.min_qty = entry.min_qty
    offer.cash_bp = entry.cash_bp
    offer.origin_producer = entry.origin_producer


def withdraw(offer: Offer, lots: Iterable[OfferLot]) -> int:
    """Take the unpromised rest of an offer off the market and return how much that is, in base units.

    What orders hold stays promised: ``offered_qty`` and ``promised_qty`` are kept as the record of what was offered
    and sold, and a withdrawn offer has nothing available. Its lots may be offered again only if none of it is
    promised, since the promised goods lie in them.

    Raises
    ------
    IllegalTransition
        If it was withdrawn before.
    """
    rest_qty = available_qty(offer)
    offer.status = transition(OFFER_TRANSITIONS, offer.status, OfferStatus.WITHDRAWN, what="offer")
    if not offer.promised_qty:
        for lot in lots:
            lot.is_live = False
    return rest_qty


def lot_taken(lots: Iterable[OfferLot]) -> LotAlreadyOffered:
    """Return the refusal of lots that stand in another open offer of the cooperative."""
    taken = sorted(lots, key=lambda lot: lot.lot_code)
    codes = ", ".join(lot.lot_code for lot in taken)
    return LotAlreadyOffered(
        f"Offered already: lot {codes}. The same goods can stand in one open offer only.",
        lots=[{"lot_code": lot.lot_code, "offer_id": str(lot.offer_id)} for lot in taken],
    )
