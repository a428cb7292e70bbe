"""Goods taken off order lines after the answer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from service.api.schemas.shapes import RequestBody, Resource, Text
from service.database.queries.withdrawals import ShownWithdrawal
from service.domain.answers import LONGEST_REMARK
from service.domain.withdrawals import Withdrawal, WithdrawalReason, Withdrawer


class WithdrawalIn(RequestBody):
    """Accepted goods that the cooperative cannot bring after all."""

    line_id: UUID
    withdrawn_qty: int = Field(
        gt=0, le=10**12, description="Base units; what stays is nothing or a multiple of the item's step", examples=[1]
    )
    reason: WithdrawalReason = Field(examples=["crop_failed"])
    remark: Text | None = Field(default=None, max_length=LONGEST_REMARK, examples=["Banjir di kebun"])


class WithdrawalsIn(RequestBody):
    """Withdrawals from one or more lines, taken all or not at all."""

    withdrawals: list[WithdrawalIn] = Field(min_length=1, max_length=2000)

    def said(self) -> tuple[Withdrawal, ...]:
        """Return the withdrawals as the workflow takes them."""
        return tuple(Withdrawal(one.line_id, one.withdrawn_qty, one.reason, one.remark) for one in self.withdrawals)


class WithdrawalOut(Resource):
    """What was taken off a line, by whom, why and when."""

    id: UUID
    line_id: UUID
    position: int = Field(examples=[1])
    kitchen_id: UUID
    item_code: str = Field(examples=["RICE-P"])
    withdrawer: Withdrawer = Field(examples=["cooperative"])
    withdrawn_qty: int = Field(description="Base units", examples=[40_000])
    reason: WithdrawalReason = Field(examples=["crop_failed"])
    remark: str | None = Field(examples=[None])
    withdrawn_at: datetime
    withdrawn_by: str | None = Field(description="Full name; null: by a rule", examples=["Siti Aminah"])

    @classmethod
    def showing(cls, shown: ShownWithdrawal) -> WithdrawalOut:
        """Return a withdrawal as it is shown."""
        row = shown.withdrawal
        return cls.of(
            shown.line,
            row,
            id=row.id,
            line_id=shown.line.id,
            withdrawn_at=row.created_at,
            withdrawn_by=shown.withdrawn_by,
        )


class WithdrawalsOut(Resource):
    """All that was taken off the lines of an order, the earliest first."""

    items: list[WithdrawalOut]
