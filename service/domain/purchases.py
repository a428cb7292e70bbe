"""What a cooperative buys from a wholesaler for an order: whole packs, confirmed, cut or declined line by line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.errors import IllegalTransition
from service.domain.faults import Faults
from service.domain.organisations import USUAL_DUE_DAYS
from service.domain.status import Transitions, transition
from service.domain.tables import UTC_INSTANT, Entity, one_of


class PurchaseStatus(StrEnum):
    """``sent`` while a line waits for the wholesaler; ``answered`` when none does."""

    SENT = "sent"
    ANSWERED = "answered"


PURCHASE_TRANSITIONS: Transitions[PurchaseStatus] = {
    PurchaseStatus.SENT: frozenset({PurchaseStatus.ANSWERED}),
    PurchaseStatus.ANSWERED: frozenset(),
}


class PurchaseLineStatus(StrEnum):
    AWAITING_ANSWER = "awaiting_answer"
    CONFIRMED = "confirmed"
    CUT = "cut"
    DECLINED = "declined"


PURCHASE_LINE_TRANSITIONS: Transitions[PurchaseLineStatus] = {
    PurchaseLineStatus.AWAITING_ANSWER: frozenset(
        {PurchaseLineStatus.CONFIRMED, PurchaseLineStatus.CUT, PurchaseLineStatus.DECLINED}
    ),
    PurchaseLineStatus.CONFIRMED: frozenset(),
    PurchaseLineStatus.CUT: frozenset(),
    PurchaseLineStatus.DECLINED: frozenset(),
}


class CutReason(StrEnum):
    """Why a wholesaler sells less or nothing; ``silence`` is never said, only found."""

    OUT_OF_STOCK = "out_of_stock"
    DAMAGED = "damaged"
    NO_TRANSPORT = "no_transport"
    BELOW_MINIMUM = "below_minimum"
    OTHER = "other"
    SILENCE = "silence"


class Purchase(Entity, table=True):
    """A cooperative's purchase from one wholesaler, pooled over the kitchens and days of one order.

    ``missing_idr`` is what it lacks to the wholesaler's minimum order: the wholesaler may sell it all the same.
    """

    __table_args__ = (
        sa.UniqueConstraint("order_id", "wholesaler_id"),
        sa.UniqueConstraint("region_code", "number"),
        sa.CheckConstraint("missing_idr >= 0", name="missing_not_negative"),
        sa.CheckConstraint("due_days >= 0", name="due_days_not_negative"),
        sa.CheckConstraint("paid_idr BETWEEN 0 AND total_idr", name="paid_within_total"),
        sa.CheckConstraint("(total_idr > 0) = (owed_on IS NOT NULL)", name="owed_since"),
        sa.Index("ix_purchase_region_week", "region_code", "week_start", "id"),
        sa.Index("ix_purchase_cooperative_week", "cooperative_id", "week_start", "id"),
        sa.Index("ix_purchase_wholesaler_week", "wholesaler_id", "week_start", "id"),
        sa.Index(
            "ix_purchase_to_chase",
            sa.text("(owed_on + due_days)"),
            "region_code",
            "id",
            postgresql_where=sa.text("paid_idr < total_idr AND overdue_told_at IS NULL"),
        ),
        sa.Index("ix_purchase_due", "respond_by_at", "region_code", "id", postgresql_where=sa.text("status = 'sent'")),
    )
    region_code: str = Field(foreign_key="region.code")
    week_start: date
    number: str = Field(max_length=80)
    order_id: UUID = Field(foreign_key="purchase_order.id")
    cooperative_id: UUID = Field(foreign_key="cooperative.organisation_id")
    wholesaler_id: UUID = Field(foreign_key="wholesaler.organisation_id")
    status: PurchaseStatus = Field(sa_type=one_of(PurchaseStatus))
    respond_by_at: datetime = Field(sa_type=UTC_INSTANT)
    missing_idr: int = Field(default=0, sa_type=sa.BigInteger)
    total_idr: int = Field(default=0, sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    """What the confirmed packs cost; 0 until all lines are answered."""
    paid_idr: int = Field(default=0, sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    owed_on: date | None = None
    """The day on which the last line was answered, if anything was sold."""
    due_days: int = Field(default=USUAL_DUE_DAYS, sa_column_kwargs={"server_default": str(USUAL_DUE_DAYS)})
    """The wholesaler's days to pay when it was sent: terms that change later do not move what was agreed."""
    overdue_told_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    """When both sides were told that the money is late; once, until it is paid."""


class PurchaseLine(Entity, table=True):
    """Packs of one stock; ``confirmed_packs`` is set by the wholesaler's answer, or to none by silence."""

    __table_args__ = (
        sa.UniqueConstraint("purchase_id", "stock_id"),
        sa.CheckConstraint("ordered_packs > 0 AND pack_qty > 0 AND price_idr > 0", name="positive"),
        sa.CheckConstraint(
            "CASE status"
            " WHEN 'awaiting_answer' THEN confirmed_packs IS NULL"
            " WHEN 'confirmed' THEN confirmed_packs = ordered_packs"
            " WHEN 'cut' THEN confirmed_packs > 0 AND confirmed_packs < ordered_packs"
            " ELSE confirmed_packs = 0 END",
            name="confirmed_fits_status",
        ),
        sa.CheckConstraint("(confirmed_packs < ordered_packs) = (reason IS NOT NULL)", name="less_has_reason"),
    )
    purchase_id: UUID = Field(foreign_key="purchase.id")
    stock_id: UUID = Field(foreign_key="stock.id", index=True)
    item_code: str = Field(foreign_key="item.code")
    pack_qty: int = Field(sa_type=sa.BigInteger)
    price_idr: int = Field(sa_type=sa.BigInteger)
    """Rupiah per pack."""
    ordered_packs: int = Field(sa_type=sa.BigInteger)
    extra_packs: int = Field(default=0, sa_type=sa.BigInteger)
    """Of the ordered packs those that no line needs, bought to reach the minimum."""
    confirmed_packs: int | None = Field(default=None, sa_type=sa.BigInteger)
    status: PurchaseLineStatus = Field(sa_type=one_of(PurchaseLineStatus))
    reason: CutReason | None = Field(default=None, sa_type=one_of(CutReason))


class OutletMovement(Entity, table=True):
    """Goods that came to a cooperative's outlet (or left it, negative) since a purchase held more than was needed."""

    __table_args__ = (
        sa.CheckConstraint("qty <> 0", name="moves"),
        sa.Index("ix_outlet_movement_place", "region_code", "cooperative_id", "item_code"),
    )
    region_code: str = Field(foreign_key="region.code")
    week_start: date
    cooperative_id: UUID = Field(foreign_key="cooperative.organisation_id")
    item_code: str = Field(foreign_key="item.code")
    purchase_line_id: UUID = Field(foreign_key="purchase_line.id", index=True)
    qty: int = Field(sa_type=sa.BigInteger)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Packs of one stock that an order needs, what a pack costs, and how many more could be had and kept."""

    stock_id: UUID
    packs: int
    price_idr: int
    spare_packs: int


@dataclass(frozen=True, slots=True)
class PackAnswer:
    """A wholesaler's word on one line: packs it sells and, if less than all, why."""

    line_id: UUID
    confirmed_packs: int
    reason: CutReason | None = None


def purchase_number(*, order_number: str, wholesaler_code: str) -> str:
    """Return a purchase's readable number: its order's and the wholesaler's code."""
    return f"{order_number}/{wholesaler_code}"


def lacking_idr(wanted: Sequence[Wanted], *, min_order_idr: int, bought_idr: int) -> int:
    """Return the rupiah by which a purchase stays below the wholesaler's minimum.

    Parameters
    ----------
    min_order_idr, bought_idr
        The minimum per cooperative and week, and what the cooperative's other purchases of the week hold, in rupiah.
    """
    return max(0, min_order_idr - bought_idr - _value_idr(wanted))


def reach_minimum(wanted: Sequence[Wanted], *, lacking_idr: int, free_idr: int) -> tuple[dict[UUID, int], int]:
    """Return extra packs by stock that reach the minimum order for least money, and the rupiah still missing.

    Letting the lines fall would leave kitchens short, which costs the city more than goods that keep and can be sold
    later. But no more is bought in addition than the purchase is worth and the cooperative can pay: then it is sent as
    it is, with what is missing.

    Parameters
    ----------
    lacking_idr, free_idr
        What is missing without extra packs, and what the cooperative can pay beyond its orders, in rupiah.
    """
    most_idr = min(_value_idr(wanted), free_idr)
    if not lacking_idr:
        return {}, 0
    choices = []
    for one in wanted:
        packs = -(-lacking_idr // one.price_idr)
        if packs <= one.spare_packs and packs * one.price_idr <= most_idr:
            choices.append((packs * one.price_idr, one.stock_id, packs))
    if not choices:
        return {}, lacking_idr
    _, stock_id, packs = min(choices)
    return {stock_id: packs}, 0


def _value_idr(wanted: Sequence[Wanted]) -> int:
    return sum(one.packs * one.price_idr for one in wanted)


def require_valid(answers: Sequence[PackAnswer], lines: Sequence[PurchaseLine]) -> None:
    """Refuse answers with faults, naming all of them.

    Raises
    ------
    InvalidField
        For a line that is not of the purchase or named twice, packs out of range, or less without a reason.
    """
    by_id = {line.id: line for line in lines}
    faults, seen = Faults(), set()
    for position, said in enumerate(answers):
        line = by_id.get(said.line_id)
        if line is None:
            faults.add(f"answers.{position}.line_id", "unknown", "Name a line of this purchase.")
            continue
        if said.line_id in seen:
            faults.add(f"answers.{position}.line_id", "duplicate", "Name each line once.")
        seen.add(said.line_id)
        if not 0 <= said.confirmed_packs <= line.ordered_packs:
            message = f"Confirm between 0 and {line.ordered_packs} packs."
            faults.add(f"answers.{position}.confirmed_packs", "out_of_range", message)
        elif said.confirmed_packs < line.ordered_packs and said.reason in {None, CutReason.SILENCE}:
            valid = ", ".join(reason.value for reason in CutReason if reason is not CutReason.SILENCE)
            faults.add(f"answers.{position}.reason", "missing", f"Selling less needs a reason: {valid}.")
    faults.raise_any()


def confirm(line: PurchaseLine, packs: int, reason: CutReason | None) -> None:
    """Set a line to the packs that the wholesaler sells.

    Raises
    ------
    IllegalTransition
        If the line was answered before.
    """
    if packs == line.ordered_packs:
        target, reason = PurchaseLineStatus.CONFIRMED, None
    else:
        target = PurchaseLineStatus.CUT if packs else PurchaseLineStatus.DECLINED
    line.status = transition(PURCHASE_LINE_TRANSITIONS, line.status, target, what="purchase line")
    line.confirmed_packs, line.reason = packs, reason


def close_if_answered(purchase: Purchase, lines: Iterable[PurchaseLine]) -> None:
    """Set a purchase to ``answered`` once none of its lines waits.

    Raises
    ------
    IllegalTransition
        If it was answered before.
    """
    if all(line.status is not PurchaseLineStatus.AWAITING_ANSWER for line in lines):
        purchase.status = transition(PURCHASE_TRANSITIONS, purchase.status, PurchaseStatus.ANSWERED, what="purchase")


def require_open(purchase: Purchase, now: datetime) -> None:
    """Refuse an answer to a purchase that is answered or whose time is over.

    Raises
    ------
    IllegalTransition
        Saying which.
    """
    is_late = now >= purchase.respond_by_at
    if purchase.status is not PurchaseStatus.SENT or is_late:
        raise IllegalTransition(
            f"It was to be answered by {purchase.respond_by_at.isoformat()}; what was not sold is bought elsewhere."
            if is_late
            else "The purchase is answered; an answer is final.",
            current=purchase.status.value,
            allowed=[],
        )


def held_packs(line: PurchaseLine) -> int:
    """Return the packs that a purchase line holds of its stock: all until it is answered, then what is confirmed."""
    return line.ordered_packs if line.confirmed_packs is None else line.confirmed_packs
