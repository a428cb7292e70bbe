"""Ordered goods that a recall forbids and that have not left are taken off their orders and asked of others."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from service.database.queries.line_goods import goods_of
from service.database.queries.locks import lock_order, lock_order_lines, lock_plans_from
from service.database.queries.recalls import recalled_supply
from service.database.queries.withdrawals import coming_order_ids
from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.calendars import local_day, week_of
from service.domain.orders import Order, OrderLine
from service.domain.places import Region
from service.domain.recalled_supply import RecalledSupply
from service.domain.recalls import Recall
from service.domain.stocks import Stock
from service.domain.withdrawals import LineWithdrawal, WithdrawalReason
from service.workflows.do_each import do_each
from service.workflows.hold_notes import hold_notes
from service.workflows.make_purchases import make_purchases
from service.workflows.stop_lines import stop_lines
from service.workflows.uncovered_lines import uncovered_line_ids

CLEAR_RECALLED = "clear_recalled"
"""Name of the job; its argument is ``recall_id``."""


async def clear_recalled(units: UnitsOfWork, recall_id: UUID) -> list[UUID]:
    """Clear every order of a recall's region, each in a transaction of its own. May be repeated.

    The plans are held before the orders are listed: whoever was publishing, moving or taking an answer back when the
    recall was opened may not have seen it, and has ended by then; whoever begins later sees it.

    Returns
    -------
    list of UUID
        The orders that lost goods.
    """
    async with units.begin() as work:
        recall = await work.session.get_one(Recall, recall_id)
        region = await work.session.get_one(Region, recall.region_code)
        today = local_day(work.now, timezone=region.timezone)
        await lock_plans_from(work.session, region_code=region.code, first_week=week_of(today))
        order_ids = await coming_order_ids(work.session, region_code=region.code, after_day=today)
    done = await do_each(units, order_ids, clear_order, failure="recall_not_cleared", is_retried=True)
    return [order_id for order_id, rows in done.items() if rows]


async def clear_order(work: UnitOfWork, order_id: UUID) -> list[LineWithdrawal]:
    """Take off an order the goods that open recalls forbid.

    Of an offer of which only some lots are called back, those lines are left that the other lots still cover.
    """
    seen = await work.session.get_one(Order, order_id)
    region = await work.session.get_one(Region, seen.region_code)
    today = local_day(work.now, timezone=region.timezone)
    order = await lock_order(work.session, order_id)
    lines = await lock_order_lines(work.session, order_id)
    offer_ids = {line.offer_id for line in lines if line.offer_id}
    recalled = await recalled_supply(work.session, region_code=order.region_code, offer_ids=offer_ids)
    coming = [line for line in lines if line.needed_date > today]
    goods = await goods_of(work.session, coming)
    uncovered = await uncovered_line_ids(work, recalled, coming, goods.offers, today=today)
    stopped = [line for line in coming if line.id in uncovered or _is_recalled(recalled, line, goods.stocks)]
    _, noted = await hold_notes(work, [line.id for line in stopped])
    rows = await stop_lines(work, order, lines, stopped, noted, reason=WithdrawalReason.RECALLED)
    if rows:
        await make_purchases(work, order, lines)
    await work.session.flush()
    return rows


def _is_recalled(recalled: RecalledSupply, line: OrderLine, stocks: Mapping[UUID, Stock]) -> bool:
    return line.stock_id is not None and recalled.of_stock(stocks[line.stock_id], line.needed_date) is not None
