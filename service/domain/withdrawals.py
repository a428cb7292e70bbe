"""Goods taken off an order line after its answer: given back, needed no more, or stopped by the city.

Every such loss is written down beside the line, with who wanted it and why, so that a cooperative's reliability can be
told from what it withdrew itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.answers import LONGEST_REMARK
from service.domain.deliveries import DeliveryLine, taken_qty
from service.domain.errors import FieldFault, InvalidField
from service.domain.orders import (
    HOLDING_STATUSES,
    ORDER_LINE_TRANSITIONS,
    DeclineReason,
    OrderLine,
    OrderLineStatus,
    fallen_qty,
    live_qty,
)
from service.domain.status import transition
from service.domain.tables import Entity, one_of


class Withdrawer(StrEnum):
    """Who wanted it: only what the cooperative withdraws counts in its reliability."""

    COOPERATIVE = "cooperative"
    KITCHEN = "kitchen"
    CITY = "city"


class WithdrawalReason(StrEnum):
    """Why; stable codes, the words are in the page templates."""

    CROP_FAILED = "crop_failed"
    SPOILED = "spoiled"
    NO_TRANSPORT = "no_transport"
    NO_COLD_ROOM = "no_cold_room"
    NO_CASH = "no_cash"
    NOT_NEEDED = "not_needed"
    SUSPENDED = "suspended"
    RECALLED = "recalled"
    OTHER = "other"


COOPERATIVE_REASONS = frozenset(WithdrawalReason) - {
    WithdrawalReason.NOT_NEEDED,
    WithdrawalReason.SUSPENDED,
    WithdrawalReason.RECALLED,
}
"""What a cooperative can say itself."""


AS_DECLINE: Mapping[WithdrawalReason, DeclineReason] = {
    WithdrawalReason.CROP_FAILED: DeclineReason.NOT_ENOUGH_GOODS,
    WithdrawalReason.SPOILED: DeclineReason.QUALITY,
    WithdrawalReason.NO_TRANSPORT: DeclineReason.NO_TRANSPORT,
    WithdrawalReason.NO_COLD_ROOM: DeclineReason.NO_COLD_ROOM,
    WithdrawalReason.NO_CASH: DeclineReason.NO_CASH,
    WithdrawalReason.OTHER: DeclineReason.OTHER,
}
"""What a cooperative's withdrawal keeps from being asked for again this week: as a decline for this reason."""


class LineWithdrawal(Entity, table=True):
    """Part of an order line that will not be brought though it was ordered; nothing of it is ever changed."""

    __tablename__ = "order_line_withdrawal"
    __table_args__ = (
        sa.CheckConstraint("withdrawn_qty > 0", name="positive"),
        sa.Index("ix_order_line_withdrawal_line", "order_line_id"),
        sa.Index("ix_order_line_withdrawal_cooperative", "cooperative_id", "week_start"),
    )
    region_code: str = Field(foreign_key="region.code")
    week_start: date
    cooperative_id: UUID = Field(foreign_key="cooperative.organisation_id")
    order_line_id: UUID = Field(foreign_key="order_line.id")
    withdrawer: Withdrawer = Field(sa_type=one_of(Withdrawer))
    withdrawn_qty: int = Field(sa_type=sa.BigInteger)
    reason: WithdrawalReason = Field(sa_type=one_of(WithdrawalReason))
    remark: str | None = Field(default=None, max_length=LONGEST_REMARK)
    withdrawn_by: UUID | None = Field(default=None, foreign_key="app_user.id")
    """Empty where a rule withdrew it, as for a suspended member."""
    is_before_answer: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    """The order became smaller before anybody had answered for the goods: no part of what was answered."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A cooperative's word on goods that it accepted: how much of a line it cannot bring (base units), and why."""

    line_id: UUID
    withdrawn_qty: int
    reason: WithdrawalReason
    remark: str | None = None


def lose(line: OrderLine, qty: int) -> int:
    """Take from a line goods that will not come though its kitchen needs them; return how much, in base units.

    Raises
    ------
    IllegalTransition
        If the line holds no goods.
    """
    left = live_qty(line) - qty
    target = OrderLineStatus.ACCEPTED_LESS if left else OrderLineStatus.DECLINED
    if line.status is not target:
        line.status = transition(ORDER_LINE_TRANSITIONS, line.status, target, what="order line")
    line.accepted_qty = left
    return qty


def spare(line: OrderLine, qty: int) -> int:
    """Take from a line goods that its kitchen does not need any more; return how much, in base units.

    The order itself becomes smaller, so that nothing counts as declined and what fell before stays what it was.

    Raises
    ------
    IllegalTransition
        If the line holds no goods.
    """
    fallen, left = fallen_qty(line), live_qty(line) - qty
    if not left and not fallen:
        line.status = transition(ORDER_LINE_TRANSITIONS, line.status, OrderLineStatus.CANCELLED, what="order line")
        return qty
    if not left:
        line.status = transition(ORDER_LINE_TRANSITIONS, line.status, OrderLineStatus.DECLINED, what="order line")
    line.ordered_qty -= qty
    if line.accepted_qty is not None:
        line.accepted_qty = left
    return qty


def gone_qty(noted: Iterable[DeliveryLine]) -> int:
    """Return what of an order line has left already, or was closed when a drop left; base units."""
    return sum(taken_qty(line) for line in noted if line.shipped_qty is not None)


def free_qty(line: OrderLine, noted: Iterable[DeliveryLine]) -> int:
    """Return what can still be taken off a line: what it holds and no drop has brought, in base units."""
    return max(0, live_qty(line) - gone_qty(noted))


def surplus_of(line: OrderLine, noted: Sequence[DeliveryLine]) -> dict[UUID, int]:
    """Return what notes that still wait have too much of a line (base units, by note line): the latest note first."""
    surplus = sum(taken_qty(one) for one in noted) - live_qty(line)
    found = {}
    for waiting in sorted((one for one in noted if one.shipped_qty is None), key=lambda one: one.id, reverse=True):
        if surplus > 0:
            found[waiting.id] = min(surplus, waiting.planned_qty)
            surplus -= found[waiting.id]
    return found


def require_valid(
    withdrawals: Sequence[Withdrawal],
    lines: Mapping[UUID, OrderLine],
    *,
    step_qty: Mapping[str, int],
    noted: Mapping[UUID, Sequence[DeliveryLine]],
) -> None:
    """Refuse withdrawals with anything wrong in them, everything named at once.

    Parameters
    ----------
    lines
        The order's lines by id.
    step_qty
        For each item code the smallest amount that is ordered, in base units.
    noted
        What stands on delivery notes, by order line.

    Raises
    ------
    InvalidField
        With one fault per wrong field, such as ``withdrawals.3.withdrawn_qty``.
    """
    faults = list(_faults(withdrawals, lines, step_qty, noted))
    if faults:
        raise InvalidField(f"{len(faults)} faults in the withdrawals; nothing was changed.", faults=tuple(faults))


def _faults(
    withdrawals: Sequence[Withdrawal],
    lines: Mapping[UUID, OrderLine],
    step_qty: Mapping[str, int],
    noted: Mapping[UUID, Sequence[DeliveryLine]],
) -> Iterator[FieldFault]:
    if not withdrawals:
        yield FieldFault("withdrawals", "missing", "Withdraw at least one line.")
    seen: set[UUID] = set()
    for index, said in enumerate(withdrawals):
        line, at = lines.get(said.line_id), f"withdrawals.{index}"
        if line is None:
            yield FieldFault(f"{at}.line_id", "unknown_line", "This order has no such line.")
        elif said.line_id in seen:
            yield FieldFault(f"{at}.line_id", "duplicate", "Name each line once.")
        elif line.status not in HOLDING_STATUSES:
            yield FieldFault(f"{at}.line_id", "not_accepted", "Only accepted goods are withdrawn; decline what waits.")
        else:
            free = free_qty(line, noted.get(line.id, ()))
            for fault in _line_faults(said, live_qty(line), free, step_qty[line.item_code]):
                yield FieldFault(f"{at}.{fault.field}", fault.code, fault.message)
        seen.add(said.line_id)


def _line_faults(said: Withdrawal, held: int, free: int, step: int) -> Iterator[FieldFault]:
    if not 0 < said.withdrawn_qty <= free:
        words = f"Between 1 and {free}, which has not left yet." if free else "All of this line has left already."
        yield FieldFault("withdrawn_qty", "out_of_range", words)
    elif (held - said.withdrawn_qty) % step and said.withdrawn_qty != free:
        yield FieldFault("withdrawn_qty", "not_a_step", f"What stays must be a multiple of {step}.")
    if said.reason not in COOPERATIVE_REASONS:
        valid = ", ".join(sorted(COOPERATIVE_REASONS))
        yield FieldFault("reason", "not_yours", f"Valid: {valid}.")
