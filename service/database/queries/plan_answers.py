"""What answers about a plan need: whose its parts are, what people call them, last week's deliveries, kept answers."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.queries.locks import for_change
from service.domain.forecasts import Forecast, ForecastLine
from service.domain.items import Item
from service.domain.offers import Offer
from service.domain.orders import Order, OrderLine, OrderStatus
from service.domain.organisations import Organisation
from service.domain.places import Kecamatan
from service.domain.plan_answers import PlanAnswer, Question
from service.domain.plans import Allocation
from service.domain.stocks import Stock

PastDelivery = tuple[str, str, str, str, int]
"""Codes of kitchen, item, cooperative and supplier; base units."""


async def kitchen_of_line(session: AsyncSession, forecast_line_id: UUID) -> UUID | None:
    """Return the kitchen that a demand line belongs to."""
    query = sa.select(col(Forecast.kitchen_id)).join(ForecastLine, col(ForecastLine.forecast_id) == col(Forecast.id))
    return await session.scalar(query.where(col(ForecastLine.id) == forecast_line_id))


async def find_allocation(session: AsyncSession, plan_id: UUID, allocation_id: UUID) -> Allocation | None:
    """Return a delivery of a plan."""
    query = sa.select(Allocation).where(col(Allocation.plan_id) == plan_id, col(Allocation.id) == allocation_id)
    return (await session.scalars(query)).one_or_none()


async def owner_of_offer(session: AsyncSession, offer_id: UUID) -> UUID | None:
    """Return the cooperative whose offer it is."""
    return await session.scalar(sa.select(col(Offer.cooperative_id)).where(col(Offer.id) == offer_id))


async def owner_of_stock(session: AsyncSession, stock_id: UUID) -> UUID | None:
    """Return the wholesaler whose stock it is."""
    return await session.scalar(sa.select(col(Stock.wholesaler_id)).where(col(Stock.id) == stock_id))


async def names_by_language(session: AsyncSession, region_code: str) -> dict[str, dict[str, str]]:
    """Return what people call members, districts and items, by language (``id``, ``en``) and then by code."""
    members = sa.select(col(Organisation.code), col(Organisation.name)).where(
        col(Organisation.region_code) == region_code
    )
    districts = sa.select(col(Kecamatan.code), col(Kecamatan.name)).where(col(Kecamatan.region_code) == region_code)
    shared = {str(code): str(name) for query in (districts, members) for code, name in await session.execute(query)}
    items = list(await session.execute(sa.select(col(Item.code), col(Item.name_id), col(Item.name_en))))
    return {
        "id": {**shared, **{code: indonesian for code, indonesian, _ in items}},
        "en": {**shared, **{code: english for code, _, english in items}},
    }


async def deliveries_of_week(session: AsyncSession, *, region_code: str, week_start: date) -> list[PastDelivery]:
    """Return what was accepted in the week before one, by kitchen, item, cooperative and supplier."""
    kitchen, cooperative, wholesaler = (sa.orm.aliased(Organisation) for _ in range(3))
    supplier = sa.func.coalesce(
        col(wholesaler.code),
        cooperative.code + "/" + sa.func.nullif(col(Offer.origin_producer), ""),
        col(cooperative.code),
    )
    keys = (col(kitchen.code), col(OrderLine.item_code), col(cooperative.code), supplier)
    query = (
        sa.select(*keys, sa.func.sum(col(OrderLine.accepted_qty)))
        .join(Order, col(Order.id) == col(OrderLine.order_id))
        .join(kitchen, col(kitchen.id) == col(OrderLine.kitchen_id))
        .join(cooperative, col(cooperative.id) == col(Order.cooperative_id))
        .outerjoin(Offer, col(Offer.id) == col(OrderLine.offer_id))
        .outerjoin(Stock, col(Stock.id) == col(OrderLine.stock_id))
        .outerjoin(wholesaler, col(wholesaler.id) == col(Stock.wholesaler_id))
        .where(
            col(Order.region_code) == region_code,
            col(Order.week_start) == week_start - timedelta(weeks=1),
            col(Order.status) != OrderStatus.CANCELLED,
            col(OrderLine.accepted_qty) > 0,
        )
        .group_by(*keys)
        .order_by(*keys)
    )
    return [(str(k), str(i), str(c), str(s), int(qty or 0)) for k, i, c, s, qty in await session.execute(query)]


async def find_plan_answer(session: AsyncSession, plan_id: UUID, question: Question) -> PlanAnswer | None:
    """Return what was asked about a plan, with its answer once there is one."""
    query = sa.select(PlanAnswer).where(col(PlanAnswer.plan_id) == plan_id, col(PlanAnswer.question) == question)
    return (await session.scalars(query)).one_or_none()


async def lock_plan_answer(session: AsyncSession, answer_id: UUID) -> PlanAnswer | None:
    """Hold a question, read anew."""
    query = for_change(sa.select(PlanAnswer).where(col(PlanAnswer.id) == answer_id))
    return (await session.scalars(query.execution_options(populate_existing=True))).one_or_none()
