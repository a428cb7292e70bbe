"""What orders of a week say: what they hold, what was declined, the plan that they were made from."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from service.database.queries.line_values import value_idr
from service.database.queries.lost_goods import lost_goods
from service.domain.calendars import DAYS_PER_WEEK
from service.domain.declines import DeclinedGoods
from service.domain.exposures import OrderedGoods
from service.domain.forecasts import Forecast, ForecastLine, ForecastStatus
from service.domain.items import Item
from service.domain.offers import Offer
from service.domain.orders import (
    Answer,
    DeclineReason,
    Order,
    OrderLine,
    OrderLineStatus,
    OrderStatus,
    PackReservation,
)
from service.domain.plans import Allocation, Plan, PlanStatus
from service.domain.purchases import CutReason, Purchase, PurchaseLine
from service.domain.stocks import Stock
from service.domain.withdrawals import AS_DECLINE, LineWithdrawal, WithdrawalReason, Withdrawer

PlannedLine = tuple[UUID, UUID, UUID, str, int]
"""Demand line, offer or stock, cooperative, item, base units."""

LIVE_LINES = (OrderLineStatus.AWAITING_ANSWER, OrderLineStatus.ACCEPTED, OrderLineStatus.ACCEPTED_LESS)
_LIVE_QTY = sa.func.coalesce(col(OrderLine.accepted_qty), col(OrderLine.ordered_qty))
"""Of a live line: all until it is answered, then what is accepted."""


async def live_lines(
    session: AsyncSession, region_code: str, week_start: date
) -> list[tuple[UUID, OrderLine, int | None]]:
    query = (
        sa.select(col(Order.cooperative_id), OrderLine, col(Offer.cash_bp))
        .join(OrderLine, col(OrderLine.order_id) == col(Order.id))
        .outerjoin(Offer, col(Offer.id) == col(OrderLine.offer_id))
        .where(*_live_orders(region_code, week_start), col(OrderLine.status).in_(LIVE_LINES))
        .order_by(col(OrderLine.id))
    )
    return await _rows(session, query)


async def own_goods(
    session: AsyncSession, region_code: str, week_start: date, cooperative_ids: Collection[UUID]
) -> list[OrderedGoods]:
    """Return what live lines hold of some cooperatives' own goods, added up by item, price and offer."""
    of_whom = (col(Order.cooperative_id), col(OrderLine.item_code))
    source = (col(OrderLine.price_idr), col(OrderLine.offer_id))
    # Sources are few beside their lines: looked up one by one once they are added up, no offer of another week is read.
    cash_bp = sa.select(col(Offer.cash_bp)).where(col(Offer.id) == col(OrderLine.offer_id)).scalar_subquery()
    query = (
        sa.select(*of_whom, sa.cast(sa.func.sum(_LIVE_QTY), sa.BigInteger), col(OrderLine.price_idr), cash_bp)
        .join(OrderLine, col(OrderLine.order_id) == col(Order.id))
        .where(
            *_live_orders(region_code, week_start),
            col(Order.cooperative_id).in_(cooperative_ids),
            col(OrderLine.status).in_(LIVE_LINES),
            col(OrderLine.offer_id).is_not(None),
        )
        .group_by(*of_whom, *source)
    )
    return [OrderedGoods(*row) for row in await session.execute(query)]


async def ordered_idr(session: AsyncSession, week_start: date, kitchen_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return the value of what live lines of a week hold for some kitchens, in rupiah."""
    query = (
        sa.select(col(OrderLine.kitchen_id), sa.func.sum(value_idr(_LIVE_QTY)))
        .join(Order, col(Order.id) == col(OrderLine.order_id))
        .join(Item, col(Item.code) == col(OrderLine.item_code))
        .where(
            col(OrderLine.kitchen_id).in_(kitchen_ids),
            col(OrderLine.needed_date).between(week_start, week_start + timedelta(days=DAYS_PER_WEEK - 1)),
            col(Order.week_start) == week_start,
            col(Order.status) != OrderStatus.CANCELLED,
            col(OrderLine.status).in_(LIVE_LINES),
        )
        .group_by(col(OrderLine.kitchen_id))
    )
    return {kitchen_id: int(worth_idr) for kitchen_id, worth_idr in await session.execute(query)}


async def declined_goods(session: AsyncSession, region_code: str, week_start: date) -> set[DeclinedGoods]:
    """Return what cooperatives declined, shortened, gave back or did not bring in a week: each once.

    Their own word and doing alone: what a wholesaler cut, the city took back or a kitchen spared says nothing of what
    they can do. Of a stock that its wholesaler cannot bring to one of them, though it is there, nothing more is asked.
    """
    withdrawn = sa.and_(
        col(LineWithdrawal.order_line_id) == col(OrderLine.id),
        col(LineWithdrawal.withdrawer) == Withdrawer.COOPERATIVE,
    )
    stranded = sa.exists().where(
        col(Purchase.order_id) == col(Order.id),
        col(PurchaseLine.purchase_id) == col(Purchase.id),
        col(PurchaseLine.stock_id) == col(OrderLine.stock_id),
        col(PurchaseLine.reason) == CutReason.NO_TRANSPORT,
    )
    goods = (col(OrderLine.offer_id), col(OrderLine.stock_id), col(OrderLine.needed_date))
    is_silent, lost = col(OrderLine.expired_at).is_not(None), lost_goods().lateral("lost")
    is_lost = lost.c.sought_qty > 0
    said = (col(Answer.reason), col(LineWithdrawal.reason), is_silent, is_lost, stranded)
    query = (
        sa.select(col(Order.cooperative_id), *goods, *said)
        .distinct()
        .select_from(Order)
        .join(OrderLine, col(OrderLine.order_id) == col(Order.id))
        .outerjoin(Answer, col(Answer.order_line_id) == col(OrderLine.id))
        .outerjoin(LineWithdrawal, withdrawn)
        .join(lost, sa.true())
        .where(
            *_live_orders(region_code, week_start),
            sa.or_(col(OrderLine.status).in_((OrderLineStatus.DECLINED, OrderLineStatus.ACCEPTED_LESS)), is_lost),
        )
    )
    found: Any = await session.execute(query)
    return {
        DeclinedGoods(cooperative_id, offer_id, stock_id, day, reason)
        for cooperative_id, offer_id, stock_id, day, *said in found
        for reason in _reasons(*said)
    }


def _reasons(
    answered: DeclineReason | None,
    given_back: WithdrawalReason | None,
    is_silent: bool,
    is_lost: bool,
    is_stranded: bool,
) -> Iterator[DeclineReason | None]:
    """Yield why nothing more is asked for; ``None`` for silence."""
    if answered is not None:
        yield answered
    if given_back is not None:
        yield AS_DECLINE[given_back]
    if is_silent:
        yield None
    if is_lost:
        yield DeclineReason.OTHER
    if is_stranded:
        yield DeclineReason.NOT_ENOUGH_GOODS


async def planned_lines(session: AsyncSession, region_code: str, week_start: date, *, after: date) -> list[PlannedLine]:
    """Return the deliveries of the plan in force that are needed after a day; what is over no plan can change.

    A demand line that was corrected since is told as it counts now.
    """
    planned, counts, now = aliased(ForecastLine), aliased(Forecast), aliased(ForecastLine)
    query = (
        sa.select(
            sa.func.coalesce(col(now.id), col(Allocation.forecast_line_id)),
            sa.func.coalesce(col(Allocation.offer_id), col(Allocation.stock_id)),
            col(Allocation.cooperative_id),
            col(Allocation.item_code),
            col(Allocation.allocated_qty),
        )
        .join(Plan, col(Plan.id) == col(Allocation.plan_id))
        .join(planned, col(planned.id) == col(Allocation.forecast_line_id))
        .outerjoin(
            counts,
            sa.and_(
                col(counts.kitchen_id) == col(Allocation.kitchen_id),
                col(counts.week_start) == week_start,
                col(counts.status) == ForecastStatus.SUBMITTED,
            ),
        )
        .outerjoin(
            now,
            sa.and_(
                col(now.forecast_id) == col(counts.id),
                col(now.item_code) == col(planned.item_code),
                col(now.needed_date) == col(planned.needed_date),
            ),
        )
        .where(
            col(Plan.region_code) == region_code,
            col(Plan.week_start) == week_start,
            col(Plan.status) == PlanStatus.PUBLISHED,
            col(planned.needed_date) > after,
        )
        .order_by(col(Allocation.id))
    )
    return await _rows(session, query)


async def pack_cost_idr(
    session: AsyncSession, region_code: str, week_start: date, cooperative_ids: Collection[UUID]
) -> dict[UUID, int]:
    """Return what the packs cost that orders of some cooperatives hold in a week, in rupiah."""
    query = (
        sa.select(col(Order.cooperative_id), sa.func.sum(col(PackReservation.packs) * col(Stock.price_idr)))
        .join(PackReservation, col(PackReservation.order_id) == col(Order.id))
        .join(Stock, col(Stock.id) == col(PackReservation.stock_id))
        .where(*_live_orders(region_code, week_start), col(Order.cooperative_id).in_(cooperative_ids))
        .group_by(col(Order.cooperative_id))
    )
    return {key: int(cost) for key, cost in await session.execute(query)}


def _live_orders(region_code: str, week_start: date) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        col(Order.region_code) == region_code,
        col(Order.week_start) == week_start,
        col(Order.status) != OrderStatus.CANCELLED,
    )


async def _rows(session: AsyncSession, query: sa.Select[*tuple[Any, ...]]) -> list[Any]:
    return [tuple(row) for row in await session.execute(query)]
