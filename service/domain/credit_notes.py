"""Credit notes: goods of a signed receipt that turned out bad when the kitchen opened them are not owed for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.answers import LONGEST_REMARK
from service.domain.errors import FieldFault, InvalidField
from service.domain.invoices import InvoiceLine
from service.domain.items import Item
from service.domain.menus import is_pooled
from service.domain.policies import PolicyValues
from service.domain.receipts import RejectReason
from service.domain.tables import Entity, one_of
from service.domain.units import value_idr


class CreditNote(Entity, table=True):
    """What a kitchen does not owe of an invoice after all; rupiah."""

    __table_args__ = (
        sa.UniqueConstraint("cooperative_id", "year", "sequence"),
        sa.CheckConstraint("total_idr > 0 AND sequence > 0", name="positive"),
        sa.Index("ix_credit_note_invoice", "invoice_id"),
        sa.Index("ix_credit_note_region_issued", "region_code", "issued_on", "id"),
        sa.Index("ix_credit_note_cooperative_issued", "cooperative_id", "issued_on", "id"),
        sa.Index("ix_credit_note_kitchen_issued", "kitchen_id", "issued_on", "id"),
    )
    region_code: str = Field(foreign_key="region.code")
    week_start: date
    number: str = Field(max_length=60)
    year: int
    sequence: int
    invoice_id: UUID = Field(foreign_key="invoice.id")
    cooperative_id: UUID = Field(foreign_key="cooperative.organisation_id")
    kitchen_id: UUID = Field(foreign_key="kitchen.organisation_id")
    issued_on: date
    total_idr: int = Field(sa_type=sa.BigInteger)
    reported_by: UUID = Field(foreign_key="app_user.id")


class CreditNoteLine(Entity, table=True):
    """Goods of an invoice line that were rejected after signing, at the invoiced price."""

    __table_args__ = (
        sa.UniqueConstraint("credit_note_id", "invoice_line_id"),
        sa.CheckConstraint("qty > 0 AND value_idr >= 0", name="positive"),
        sa.Index("ix_credit_note_line_invoice_line", "invoice_line_id"),
    )
    credit_note_id: UUID = Field(foreign_key="credit_note.id")
    position: int
    invoice_line_id: UUID = Field(foreign_key="invoice_line.id")
    item_code: str = Field(foreign_key="item.code")
    qty: int = Field(sa_type=sa.BigInteger)
    value_idr: int = Field(sa_type=sa.BigInteger)
    reason: RejectReason = Field(sa_type=one_of(RejectReason))
    remark: str | None = Field(default=None, max_length=LONGEST_REMARK)


@dataclass(frozen=True, slots=True)
class LateReject:
    """Goods of a receipt line that turned out bad: how much (base units) and why."""

    receipt_line_id: UUID
    qty: int
    reason: RejectReason
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class TakenLine:
    """An invoiced receipt line with its item, and what was credited of it before (base units)."""

    line: InvoiceLine
    item: Item
    credited_qty: int = 0

    @property
    def left_qty(self) -> int:
        """What can still be rejected, in base units."""
        return self.line.qty - self.credited_qty


def credit_note_number(*, cooperative_code: str, year: int, sequence: int) -> str:
    """Return a credit note's readable number, as in ``NK/C3271041009/2026/00003`` (NK: nota kredit)."""
    return f"NK/{cooperative_code}/{year}/{sequence:05d}"


def rejected_until(item: Item, signed_at: datetime, policy: PolicyValues) -> datetime:
    """Return the instant until which goods of an item can be rejected after signing, as a city's policy says."""
    return signed_at + timedelta(days=policy.late_reject_keeping_days if is_pooled(item) else policy.late_reject_days)


def credited_idr(taken: TakenLine, qty: int) -> int:
    """Return what goods are worth, in rupiah: the parts of a line add up to exactly its value."""
    upto = taken.credited_qty + qty
    if upto == taken.line.qty:
        return taken.line.value_idr - _worth_idr(taken, taken.credited_qty)
    return _worth_idr(taken, upto) - _worth_idr(taken, taken.credited_qty)


def require_worth(total_idr: int) -> None:
    """Refuse late rejects that together are worth less than half a rupiah: there is nothing to credit.

    Raises
    ------
    InvalidField
        At ``lines``.
    """
    if not total_idr:
        raise InvalidField.at("lines", "Name goods worth a rupiah at least.", code="worthless")


def _worth_idr(taken: TakenLine, qty: int) -> int:
    return value_idr(qty=qty, price_idr=taken.line.price_idr, unit=taken.item.unit)


def require_valid(
    rejects: Sequence[LateReject],
    taken: Mapping[UUID, TakenLine],
    *,
    policy: PolicyValues,
    signed_at: datetime,
    now: datetime,
) -> None:
    """Refuse late rejects with anything wrong in them, everything named at once.

    Parameters
    ----------
    taken
        The invoiced lines of the receipt, by receipt line.

    Raises
    ------
    InvalidField
        With one fault per wrong field, such as ``lines.0.qty``.
    """
    faults = list(_faults(rejects, taken, policy=policy, signed_at=signed_at, now=now))
    if faults:
        raise InvalidField(f"{len(faults)} faults in the rejects; nothing was changed.", faults=tuple(faults))


def _faults(
    rejects: Sequence[LateReject],
    taken: Mapping[UUID, TakenLine],
    *,
    policy: PolicyValues,
    signed_at: datetime,
    now: datetime,
) -> Iterator[FieldFault]:
    if not rejects:
        yield FieldFault("lines", "missing", "Name at least one line.")
    seen: set[UUID] = set()
    for index, said in enumerate(rejects):
        line, at = taken.get(said.receipt_line_id), f"lines.{index}"
        if line is None:
            yield FieldFault(f"{at}.receipt_line_id", "unknown_line", "Nothing of such a line was taken and invoiced.")
        elif said.receipt_line_id in seen:
            yield FieldFault(f"{at}.receipt_line_id", "duplicate", "Name each line once.")
        elif now >= (until := rejected_until(line.item, signed_at, policy)):
            words = f"{line.item.code} could be rejected until {until.isoformat()}."
            yield FieldFault(f"{at}.receipt_line_id", "too_late", words)
        elif not 0 < said.qty <= line.left_qty:
            words = f"Between 1 and {line.left_qty}." if line.left_qty else "All of this line is credited already."
            yield FieldFault(f"{at}.qty", "out_of_range", words)
        seen.add(said.receipt_line_id)
