"""Cooperatives of a simulation give back goods that they accepted: a field failed, a truck broke down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from service.database.queries.deliveries import noted_lines
from service.database.queries.orders import OrderFilter, lines_of, list_orders
from service.database.unit_of_work import UnitOfWork
from service.domain.orders import HOLDING_STATUSES, Order, OrderLine, OrderStatus
from service.domain.withdrawals import Withdrawal, WithdrawalReason, free_qty
from service.simulation.city import City
from service.workflows.withdraw_lines import WithdrawLines, withdraw_lines

MANY: Final = 10_000


async def give_back(city: City) -> None:
    """Let every cooperative give back a line of an answered order whose hour for it has come."""
    monday = city.today - timedelta(days=city.today.weekday())
    orders: list[Order] = []
    async with city.units.begin() as work:
        for week_start in (monday, monday + timedelta(weeks=1)):
            wanted = OrderFilter(week_start=week_start, status=OrderStatus.ANSWERED)
            listed = await list_orders(
                work.session, region_code=city.region_code, wanted=wanted, after=None, limit=MANY
            )
            orders += [summary.order for summary in listed]
    for order in sorted(orders, key=lambda order: order.number):
        if _gives_back_now(city, order) and city.is_first("give back", order.id):
            async with city.units.begin(actor=city.officer_of(order.cooperative_id)) as work:
                await _give_back_a_line(city, work, order)


def _gives_back_now(city: City, order: Order) -> bool:
    habits, draws = city.habits, city.draws
    if not habits.give_back.happens(draws, order.number, factor=city.carelessness(order.cooperative_id)):
        return False
    return city.clock.now >= order.created_at + timedelta(hours=habits.give_back_hours.drawn(draws, order.number))


async def _give_back_a_line(city: City, work: UnitOfWork, order: Order) -> None:
    shown = await lines_of(work.session, order.id, kitchen_id=None)
    lines = [each.line for each in shown if each.line.needed_date > city.today]
    free = await _free(work, lines)
    left = [line for line in lines if line.id in free]
    if left:
        line = city.draws.of("the line that is given back", order.number).choice(left)
        reason = WithdrawalReason.CROP_FAILED if line.offer_id else WithdrawalReason.NO_TRANSPORT
        await withdraw_goods(work, [line.id], reason)


async def withdraw_goods(work: UnitOfWork, line_ids: Sequence[UUID], reason: WithdrawalReason) -> None:
    """Give back all that has not left of some lines, in the name of whoever acts for their cooperative."""
    lines = [await work.session.get_one(OrderLine, line_id) for line_id in line_ids]
    free = await _free(work, lines)
    for order_id in sorted({line.order_id for line in lines if line.id in free}):
        order = await work.session.get_one(Order, order_id)
        said = (Withdrawal(line.id, free[line.id], reason) for line in lines if line.order_id == order_id)
        await withdraw_lines(work, WithdrawLines(order_id, order.version, tuple(one for one in said)))


async def _free(work: UnitOfWork, lines: Sequence[OrderLine]) -> dict[UUID, int]:
    """Return what can still be taken off lines, base units; nothing of those that hold none."""
    held = [line for line in lines if line.status in HOLDING_STATUSES]
    noted = await noted_lines(work.session, [line.id for line in held])
    free = {line.id: free_qty(line, noted.get(line.id, ())) for line in held}
    return {line_id: qty for line_id, qty in free.items() if qty}
