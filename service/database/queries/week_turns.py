"""What else happened in a week: goods given back and called back, prices asked for, packs paid, repairs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.audits import AuditEntry
from service.domain.items import Item
from service.domain.orders import OrderLine
from service.domain.plans import ORDERED_PLANS, Plan
from service.domain.price_proposals import PriceProposal, PriceProposalStatus
from service.domain.purchases import Purchase
from service.domain.recalls import Recall, RecallPart
from service.domain.runs import MatchingRun, RunFailure, RunKind, RunStatus
from service.domain.withdrawals import LineWithdrawal, Withdrawer


@dataclass(frozen=True, slots=True)
class WeekTurns:
    """A week's turns, by weight, number and money.

    ``withdrawn_g`` cooperatives accepted and gave back; ``recalled_g`` kitchens had taken in when it was called back,
    from the Sunday before the week; ``proposed`` and ``agreed`` count higher prices; ``packs_idr`` wholesalers were
    paid, of ``packs_owed_idr`` that they sold; ``repairs`` were published, ``held_back`` could not be, ``failed`` ended
    without a plan though something was needed.
    """

    week_start: date
    withdrawn_g: int
    recalled_g: int
    proposed: int
    agreed: int
    packs_owed_idr: int
    packs_idr: int
    repairs: int
    held_back: int
    failed: int

    def __add__(self, other: WeekTurns) -> WeekTurns:
        names = [field.name for field in fields(WeekTurns)[1:]]
        return WeekTurns(self.week_start, *(getattr(self, name) + getattr(other, name) for name in names))


async def read_week_turns(session: AsyncSession, *, region_code: str, week_start: date, timezone: str) -> WeekTurns:
    """Return what else happened in a region's week."""

    def of(table: Any) -> tuple[sa.ColumnElement[bool], ...]:  # noqa: ANN401 - any table with region and week
        return col(table.region_code) == region_code, col(table.week_start) == week_start

    async def total(query: sa.Select[Any]) -> int:
        return int(await session.scalar(query) or 0)

    proposed = sa.select(sa.func.count()).select_from(PriceProposal).where(*of(PriceProposal))
    repairs = sa.select(sa.func.count()).select_from(Plan).where(*of(Plan), col(Plan.run_kind) == RunKind.REPAIR)
    failed = (
        sa.select(sa.func.count())
        .select_from(MatchingRun)
        .where(*of(MatchingRun), col(MatchingRun.status) == RunStatus.FAILED)
        .where(col(MatchingRun.failure_code) != RunFailure.NO_DEMAND)
    )
    held_back = sa.select(col(AuditEntry.entity_id)).where(col(AuditEntry.action) == "plan.not_published")
    return WeekTurns(
        week_start=week_start,
        withdrawn_g=await total(_withdrawn().where(*of(LineWithdrawal))),
        recalled_g=await total(_recalled(region_code, week_start, timezone)),
        proposed=await total(proposed),
        agreed=await total(proposed.where(col(PriceProposal.status) == PriceProposalStatus.APPROVED)),
        packs_owed_idr=await total(sa.select(sa.func.sum(col(Purchase.total_idr))).where(*of(Purchase))),
        packs_idr=await total(sa.select(sa.func.sum(col(Purchase.paid_idr))).where(*of(Purchase))),
        repairs=await total(repairs.where(col(Plan.status).in_(ORDERED_PLANS))),
        held_back=await total(repairs.where(sa.cast(col(Plan.id), sa.Text).in_(held_back))),
        failed=await total(failed),
    )


def _grams(qty: Any) -> sa.SQLColumnExpression[Any]:  # noqa: ANN401 - a column
    return sa.func.sum(sa.cast(qty, sa.Numeric) * col(Item.grams_per_unit))


def _withdrawn() -> sa.Select[Any]:
    return (
        sa.select(_grams(col(LineWithdrawal.withdrawn_qty)))
        .select_from(LineWithdrawal)
        .join(OrderLine, col(OrderLine.id) == col(LineWithdrawal.order_line_id))
        .join(Item, col(Item.code) == col(OrderLine.item_code))
        .where(col(LineWithdrawal.withdrawer) == Withdrawer.COOPERATIVE)
    )


def _recalled(region_code: str, week_start: date, timezone: str) -> sa.Select[Any]:
    first = datetime.combine(week_start - timedelta(days=1), time(), ZoneInfo(timezone))
    return (
        sa.select(_grams(col(RecallPart.accepted_qty)))
        .select_from(RecallPart)
        .join(Recall, col(Recall.id) == col(RecallPart.recall_id))
        .join(Item, col(Item.code) == col(RecallPart.item_code))
        .where(
            col(Recall.region_code) == region_code,
            col(Recall.created_at) >= first,
            col(Recall.created_at) < first + timedelta(weeks=1),
        )
    )
