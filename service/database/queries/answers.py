"""What has been said to the lines of an order."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.forecasts import ForecastLine
from service.domain.items import Item, Substitution
from service.domain.orders import Answer, Order, OrderLine, PackReservation
from service.domain.people import User
from service.domain.stocks import Stock
from service.domain.units import BP


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer, its line and who gave it."""

    answer: Answer
    line: OrderLine
    answered_by: str


async def answers_of(session: AsyncSession, line_ids: Collection[UUID]) -> dict[UUID, Answer]:
    """Return the answers given to lines, by line id."""
    query = sa.select(Answer).where(col(Answer.order_line_id).in_(line_ids))
    return {answer.order_line_id: answer for answer in await session.scalars(query)}


def in_undo_window(now: datetime) -> sa.ColumnElement[bool]:
    """Match orders of which an answer can still be taken back."""
    answers = sa.join(Answer, OrderLine, col(OrderLine.id) == col(Answer.order_line_id))
    of_order = (col(OrderLine.order_id) == col(Order.id), col(Answer.undo_until) > now)
    return sa.exists().select_from(answers).where(*of_order).correlate(Order)


async def has_open_undo(session: AsyncSession, order_id: UUID, now: datetime) -> bool:
    """Tell whether an answer to an order can still be taken back."""
    query = sa.select(col(Order.id)).where(col(Order.id) == order_id, in_undo_window(now))
    return (await session.scalars(query)).one_or_none() is not None


async def undoable_line_ids(session: AsyncSession, line_ids: Collection[UUID], now: datetime) -> set[UUID]:
    """Return those lines whose answer can still be taken back; where a line has lost goods since, it stands."""
    query = (
        sa.select(col(Answer.order_line_id))
        .join(OrderLine, col(OrderLine.id) == col(Answer.order_line_id))
        .where(
            col(Answer.order_line_id).in_(line_ids),
            col(Answer.undo_until) > now,
            col(Answer.accepted_qty) == col(OrderLine.accepted_qty),
        )
    )
    return set(await session.scalars(query))


async def list_answers(session: AsyncSession, order_id: UUID, *, kitchen_id: UUID | None = None) -> list[GivenAnswer]:
    """Return the answers to an order in the order of its lines; of one kitchen's lines only if it is named."""
    query = (
        sa.select(Answer, OrderLine, col(User.full_name))
        .join(OrderLine, col(OrderLine.id) == col(Answer.order_line_id))
        .join(User, col(User.id) == col(Answer.answered_by))
        .where(col(OrderLine.order_id) == order_id)
        .order_by(col(OrderLine.position))
    )
    if kitchen_id is not None:
        query = query.where(col(OrderLine.kitchen_id) == kitchen_id)
    return [GivenAnswer(answer, line, name) for answer, line, name in await session.execute(query)]


async def steps_of(session: AsyncSession, item_codes: Collection[str]) -> dict[str, int]:
    """Return the smallest ordered quantity of items, base units."""
    query = sa.select(col(Item.code), col(Item.step_qty)).where(col(Item.code).in_(item_codes))
    return {row.code: row.step_qty for row in await session.execute(query)}


async def demand_of(session: AsyncSession, line_ids: Collection[UUID]) -> dict[UUID, tuple[ForecastLine, int]]:
    """Return for each order line its demand line, and how much of that demand its goods cover (basis points).

    10,000 unless the goods are a substitute of what was demanded.
    """
    query = (
        sa.select(col(OrderLine.id), ForecastLine, sa.func.coalesce(col(Substitution.covers_bp), BP))
        .join(ForecastLine, col(ForecastLine.id) == col(OrderLine.forecast_line_id))
        .outerjoin(
            Substitution,
            sa.and_(
                col(Substitution.item_code) == col(ForecastLine.item_code),
                col(Substitution.substitute_code) == col(OrderLine.item_code),
            ),
        )
        .where(col(OrderLine.id).in_(line_ids))
    )
    return {line_id: (demand, covers_bp) for line_id, demand, covers_bp in await session.execute(query)}


async def member_ids_of(session: AsyncSession, order_id: UUID) -> set[UUID]:
    """Return the cooperative of an order, the kitchens of its lines and the wholesalers whose packs it names."""
    of_order = col(OrderLine.order_id) == order_id
    cooperative = sa.select(col(Order.cooperative_id)).where(col(Order.id) == order_id)
    kitchens = sa.select(col(OrderLine.kitchen_id)).where(of_order)
    sellers = sa.select(col(Stock.wholesaler_id)).join(OrderLine, col(OrderLine.stock_id) == col(Stock.id))
    return set(await session.scalars(sa.union(cooperative, kitchens, sellers.where(of_order))))


async def reservations_of(session: AsyncSession, order_id: UUID) -> list[PackReservation]:
    """Return the packs that an order holds, by stock id; whoever changes them holds the order."""
    query = (
        sa.select(PackReservation)
        .where(col(PackReservation.order_id) == order_id)
        .order_by(col(PackReservation.stock_id))
    )
    return list(await session.scalars(query.execution_options(populate_existing=True)))
