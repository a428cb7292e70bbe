"""What a kitchen took in of a delivery, line by line, and the two signatures of the handover minute (BAST)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.device_actions import Made
from service.domain.errors import ReceiptSigned, WeighedSince
from service.domain.items import Item
from service.domain.people import Role
from service.domain.status import Transitions, transition
from service.domain.tables import UTC_INSTANT, Entity, Row, one_of
from service.domain.units import BP, Unit


class ReceiptStatus(StrEnum):
    """``open`` while lines are weighed and sides sign; ``signed`` once both have, and nothing changes any more."""

    OPEN = "open"
    SIGNED = "signed"


RECEIPT_TRANSITIONS: Transitions[ReceiptStatus] = {
    ReceiptStatus.OPEN: frozenset({ReceiptStatus.SIGNED}),
    ReceiptStatus.SIGNED: frozenset(),
}


class RejectReason(StrEnum):
    """Why a kitchen does not take goods; stable codes, the words are in the page templates."""

    WRONG_GOODS = "wrong_goods"
    DAMAGED = "damaged"
    SPOILED = "spoiled"
    TOO_WARM = "too_warm"
    EXPIRED = "expired"
    UNDERWEIGHT = "underweight"
    PAPERS_MISSING = "papers_missing"
    LATE = "late"
    OTHER = "other"


class Side(StrEnum):
    """Who signs the handover: the cooperative gives, the kitchen receives."""

    GIVER = "giver"
    RECEIVER = "receiver"


SIDE_OF: dict[Role, Side] = {
    Role.COOP_OFFICER: Side.GIVER,
    Role.FIELD_ASSISTANT: Side.RECEIVER,
    Role.KITCHEN_HEAD: Side.RECEIVER,
}
"""For which side a role signs."""

USUAL_TOLERANCE_BP: dict[Unit, int] = {Unit.GRAM: 100, Unit.MILLILITRE: 100, Unit.PIECE: 0}
"""How far scales may differ from the note where the item does not say otherwise: 1 % by weight, nothing by count."""


class Receipt(Entity, table=True):
    """What a kitchen took in of one delivery."""

    __table_args__ = (
        sa.UniqueConstraint("delivery_id"),
        sa.CheckConstraint("(status = 'signed') = (signed_at IS NOT NULL)", name="signed_has_instant"),
        sa.Index("ix_receipt_region_week", "region_code", "week_start", "id"),
        sa.Index("ix_receipt_cooperative_week", "cooperative_id", "week_start", "id"),
        sa.Index("ix_receipt_kitchen_week", "kitchen_id", "week_start", "id"),
        sa.Index("ix_receipt_unsigned", "region_code", "id", postgresql_where=sa.text("status = 'open'")),
    )
    region_code: str = Field(foreign_key="region.code")
    week_start: date
    delivery_id: UUID = Field(foreign_key="delivery.id")
    cooperative_id: UUID = Field(foreign_key="cooperative.organisation_id")
    kitchen_id: UUID = Field(foreign_key="kitchen.organisation_id")
    status: ReceiptStatus = Field(sa_type=one_of(ReceiptStatus))
    signed_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    unsigned_told_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    """When both sides were told that a signature is missing; once."""


class ReceiptLine(Entity, table=True):
    """One line as weighed: ``counted_qty`` is accepted or rejected; what the note says beyond it never arrived."""

    __table_args__ = (
        sa.UniqueConstraint("delivery_line_id"),
        sa.CheckConstraint("received_qty >= 0 AND accepted_qty >= 0 AND rejected_qty >= 0", name="not_negative"),
        sa.CheckConstraint("accepted_qty + rejected_qty = counted_qty", name="all_counted"),
        sa.CheckConstraint("counted_qty BETWEEN 0 AND shipped_qty", name="counted_within_shipped"),
        sa.CheckConstraint("(accepted_qty < shipped_qty) = (reason IS NOT NULL)", name="less_has_reason"),
        sa.Index("ix_receipt_line_receipt", "receipt_id"),
    )
    receipt_id: UUID = Field(foreign_key="receipt.id")
    delivery_line_id: UUID = Field(foreign_key="delivery_line.id")
    order_line_id: UUID = Field(foreign_key="order_line.id")
    item_code: str = Field(foreign_key="item.code")
    shipped_qty: int = Field(sa_type=sa.BigInteger)
    received_qty: int = Field(sa_type=sa.BigInteger)
    """As weighed or counted."""
    counted_qty: int = Field(sa_type=sa.BigInteger)
    """As it counts: what was shipped, where the scales differ by no more than the tolerance."""
    accepted_qty: int = Field(sa_type=sa.BigInteger)
    rejected_qty: int = Field(sa_type=sa.BigInteger)
    reason: RejectReason | None = Field(default=None, sa_type=one_of(RejectReason))
    remark: str | None = Field(default=None, max_length=400)
    temperature_dc: int | None = None
    """Tenths of a degree Celsius, measured on arrival."""
    weighed_at: datetime = Field(
        default=None, sa_type=UTC_INSTANT, sa_column_kwargs={"server_default": sa.text("now()")}
    )
    """By the clock of whoever weighed, where that was without signal."""
    action_id: UUID | None = None
    """Under which id a phone sent it."""


class Signature(Row, table=True):
    """One side's name under the handover minute; there is one of each side."""

    receipt_id: UUID = Field(primary_key=True, foreign_key="receipt.id")
    side: Side = Field(primary_key=True, sa_type=one_of(Side))
    user_id: UUID = Field(foreign_key="app_user.id")
    name: str = Field(max_length=120)
    signed_at: datetime = Field(sa_type=UTC_INSTANT)


def tolerance_bp(item: Item) -> int:
    """Return how far scales may differ from a note of an item, in basis points of what was shipped."""
    own_bp = item.receipt_tolerance_bp
    return USUAL_TOLERANCE_BP[item.unit] if own_bp is None else own_bp


def tolerance_qty(shipped_qty: int, item: Item) -> int:
    """Return by how much scales may differ from a note, in base units, rounded down."""
    return shipped_qty * tolerance_bp(item) // BP


def counted_qty(*, shipped_qty: int, received_qty: int, item: Item) -> int:
    """Return what weighed goods count as: the note's quantity within the tolerance, else as weighed, never more."""
    if abs(received_qty - shipped_qty) <= tolerance_qty(shipped_qty, item):
        return shipped_qty
    return min(received_qty, shipped_qty)


def require_unsigned(receipt: Receipt, signatures: Collection[Signature]) -> None:
    """Refuse to weigh again what somebody has signed for.

    Raises
    ------
    ReceiptSigned
        With the sides that signed.
    """
    require_open(receipt, signatures)
    if signatures:
        raise ReceiptSigned(
            "Somebody signed for these goods; until the other side signs too they can take their name back.",
            signed=_sides(signatures),
        )


def require_open(receipt: Receipt, signatures: Collection[Signature]) -> None:
    """Refuse to change what both sides have signed for.

    Raises
    ------
    ReceiptSigned
        With the sides.
    """
    if receipt.status is not ReceiptStatus.OPEN:
        raise ReceiptSigned("Both sides signed for these goods; the minute stands as it is.", signed=_sides(signatures))


def _sides(signatures: Iterable[Signature]) -> list[str]:
    return sorted(signature.side.value for signature in signatures)


def is_superseded(line: ReceiptLine | None, made: Made | None) -> bool:
    """Tell whether a line was weighed later than it was ``made`` on a phone; of one instant the greater id is later."""
    if line is None or made is None:
        return False
    nothing = UUID(int=0)
    return (line.weighed_at, line.action_id or nothing) > (made.at, made.action_id)


def require_as_weighed(lines: Iterable[ReceiptLine], made: Made | None, positions: Mapping[UUID, int]) -> None:
    """Refuse a signature made on a phone before goods were weighed anew: it was for other figures.

    Raises
    ------
    WeighedSince
        With the positions of those lines.
    """
    since = [line for line in lines if made is not None and line.weighed_at > made.at]
    if since:
        raise WeighedSince(
            "Goods were weighed anew after this signature was made.",
            positions=sorted(positions[line.delivery_line_id] for line in since),
        )


def close_if_signed(receipt: Receipt, signatures: Collection[Signature], *, now: datetime) -> bool:
    """Set a receipt to ``signed`` once both sides have; tell whether it is.

    It closes when the second name arrives, however long that was on its way from a phone: what runs from then on, as
    the days in which spoilt goods may be rejected, is not over before it began.

    Raises
    ------
    IllegalTransition
        If it was signed before.
    """
    if {signature.side for signature in signatures} != set(Side):
        return False
    receipt.status = transition(RECEIPT_TRANSITIONS, receipt.status, ReceiptStatus.SIGNED, what="receipt")
    receipt.signed_at = now
    return True


def handed_over_at(receipt: Receipt, signatures: Collection[Signature]) -> datetime:
    """Return when goods were handed over: when the later side signed, wherever that was; till then, when they came."""
    if receipt.status is ReceiptStatus.OPEN:
        return receipt.created_at
    return max((signature.signed_at for signature in signatures), default=receipt.signed_at or receipt.created_at)
