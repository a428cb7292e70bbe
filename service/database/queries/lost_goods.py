"""Accepted goods that do not come to use: the one place that says how much of an order line that is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.credit_notes import CreditNote, CreditNoteLine
from service.domain.deliveries import SOUGHT_DAYS_BEFORE, Delivery, DeliveryLine, RestFate
from service.domain.invoices import InvoiceLine
from service.domain.items import Item
from service.domain.orders import Order, OrderLine
from service.domain.places import Region
from service.domain.receipts import Receipt, ReceiptLine
from service.domain.tables import Row


def lost_goods(line: str = "order_line") -> sa.Select[int, int]:
    """Return the query for what one order line loses in all its drops, to stand beside it as a lateral join.

    ``qty`` is what a kitchen cannot cook: left behind for good, missing or rejected at the scales, or found bad before
    the cooking day began. What is found bad later was eaten or thrown away: it is credited and changes nothing here.

    ``sought_qty`` is what of it others are to bring, in whole steps of the item: nobody brings less. So is what was
    known early enough (``SOUGHT_DAYS_BEFORE``), of the scales once both sides have signed. It rests on what is written
    down and not on the clock: what was lost too late is never sought.

    Parameters
    ----------
    line
        How the order line is called in the query around it.
    """
    lost = sa.union_all(*_parts()).subquery().lateral("lost")
    total, in_time = sa.func.sum(lost.c.qty), lost.c.lost_on <= lost.c.needed_date - SOUGHT_DAYS_BEFORE
    step_qty = sa.func.min(col(Item.step_qty))
    sought = sa.func.div(total.filter(in_time), step_qty) * step_qty
    return (
        sa.select(_whole(total).label("qty"), _whole(sought).label("sought_qty"))
        .select_from(DeliveryLine)
        .join(lost, sa.true())
        .join(Item, col(Item.code) == col(DeliveryLine.item_code))
        .where(col(DeliveryLine.order_line_id) == _id_of(line))
    )


def _id_of(line: str) -> sa.ColumnElement[UUID]:
    return sa.literal_column(f"{line}.id")


def _whole(qty: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    return sa.cast(sa.func.coalesce(qty, 0), sa.BigInteger)


def _parts() -> tuple[sa.Select[int, date | None, date], ...]:
    """Return the queries for what a line of a drop loses on its way: how much, when that was certain, and for when.

    They are asked line by line, and each begins with what few lines have: of the others an index is looked at, no more.
    """
    left_on = sa.cast(sa.func.timezone(col(Region.timezone), col(Delivery.dispatched_at)), sa.Date)
    signed_on = sa.cast(sa.func.timezone(col(Region.timezone), col(Receipt.signed_at)), sa.Date)
    refused_qty = col(ReceiptLine.shipped_qty) - col(ReceiptLine.accepted_qty)
    return (
        _part(Delivery, col(DeliveryLine.planned_qty) - col(DeliveryLine.shipped_qty), left_on)
        .join(Region, col(Region.code) == col(Delivery.region_code))
        .where(col(DeliveryLine.rest_fate) == RestFate.CLOSED, _of_drop()),
        _part(ReceiptLine, refused_qty, signed_on)
        .join(Receipt, col(Receipt.id) == col(ReceiptLine.receipt_id))
        .join(Delivery, _of_drop())
        .join(Region, col(Region.code) == col(Delivery.region_code))
        .where(_of_line(), refused_qty > 0),
        _part(ReceiptLine, col(CreditNoteLine.qty), col(CreditNote.issued_on))
        .join(InvoiceLine, col(InvoiceLine.receipt_line_id) == col(ReceiptLine.id))
        .join(CreditNoteLine, col(CreditNoteLine.invoice_line_id) == col(InvoiceLine.id))
        .join(CreditNote, col(CreditNote.id) == col(CreditNoteLine.credit_note_id))
        .join(Delivery, _of_drop())
        .where(_of_line(), col(CreditNote.issued_on) < col(Delivery.needed_date)),
    )


def _part(
    first: type[Row], qty: sa.SQLColumnExpression[int], lost_on: sa.SQLColumnExpression[date | None]
) -> sa.Select[int, date | None, date]:
    day: sa.Label[date] = col(Delivery.needed_date).label("needed_date")
    asked: sa.Select[int, date | None, date] = sa.select(qty.label("qty"), lost_on.label("lost_on"), day)
    return asked.select_from(first).correlate(DeliveryLine)


def _of_drop() -> sa.ColumnElement[bool]:
    return col(Delivery.id) == col(DeliveryLine.delivery_id)


def _of_line() -> sa.ColumnElement[bool]:
    return col(ReceiptLine.delivery_line_id) == col(DeliveryLine.id)


def lost_goods_sql(line: str) -> str:
    """Return ``lost_goods`` as text, for queries that are written as text."""
    dialect = sa.make_url("postgresql+psycopg://").get_dialect()()
    return str(lost_goods(line).compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


async def sought_qty_of(session: AsyncSession, line_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return what others are to bring of order lines, base units; only where there is some."""
    return await _by_line(session, col(OrderLine.id).in_(line_ids))


async def sought_of_week(session: AsyncSession, region_code: str, week_start: date) -> dict[UUID, int]:
    """Return what others are to bring of a week's order lines, base units; only where there is some."""
    return await _by_line(session, col(Order.region_code) == region_code, col(Order.week_start) == week_start)


async def sought_lines(session: AsyncSession, line_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Return those of the lines of which others are to bring something, by order."""
    found: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for order_id, line_id, _ in await session.execute(_sought(col(OrderLine.id).in_(line_ids))):
        found[order_id].append(line_id)
    return dict(found)


async def _by_line(session: AsyncSession, *conditions: sa.ColumnElement[bool]) -> dict[UUID, int]:
    return {line_id: qty for _, line_id, qty in await session.execute(_sought(*conditions))}


def _sought(*conditions: sa.ColumnElement[bool]) -> sa.Select[UUID, UUID, int]:
    lost = lost_goods().lateral("lost")
    return (
        sa.select(col(Order.id), col(OrderLine.id), lost.c.sought_qty)
        .select_from(Order)
        .join(OrderLine, col(OrderLine.order_id) == col(Order.id))
        .join(lost, sa.true())
        .where(*conditions, lost.c.sought_qty > 0)
        .order_by(col(OrderLine.id))
    )
