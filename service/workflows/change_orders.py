"""Orders follow a kitchen's late correction: less is taken off them, more is asked of others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from service.database.queries.answers import demand_of, steps_of
from service.database.queries.forecasts import lines_of, published_plan_id
from service.database.queries.late_changes import answered_at_of, lock_orders_for_kitchen, taken_back_by_kitchens
from service.database.queries.locks import lock_offers, lock_order_lines, lock_stocks
from service.database.queries.lost_goods import sought_qty_of
from service.database.unit_of_work import UnitOfWork
from service.domain.forecasts import Forecast, ForecastLine
from service.domain.late_changes import (
    GoodsChange,
    GoodsKey,
    HeldLine,
    TakenBack,
    changes_between,
    keep_on,
    kept_line,
    least_kept_qty,
    require_possible,
    spared_qty,
    too_late,
)
from service.domain.orders import Order, OrderLine, live_qty
from service.domain.organisations import Organisation
from service.domain.units import BP
from service.domain.withdrawals import WithdrawalReason, Withdrawer, free_qty
from service.workflows.hold_notes import hold_notes
from service.workflows.make_purchases import make_purchases
from service.workflows.seek_goods import seek_goods
from service.workflows.spare_lines import Spared, spare_lines


@dataclass(frozen=True, slots=True)
class _Held:
    """A kitchen's week as orders hold it: each order with all its lines, and the kitchen's by what they serve."""

    orders: Sequence[tuple[Order, Sequence[OrderLine]]]
    by_goods: Mapping[GoodsKey, Sequence[HeldLine]]
    taken_back: Mapping[GoodsKey, Sequence[TakenBack]]
    served: Mapping[UUID, GoodsKey]
    """What each of the kitchen's lines serves, of whatever revision: a day called off may be cooked after all."""

    @property
    def least_qty(self) -> dict[GoodsKey, int]:
        """What the kitchen keeps at least of each need, in the base unit of the needed item."""
        return {key: least_kept_qty(held, self.taken_back.get(key, ())) for key, held in self.by_goods.items()}

    def lacks(self, change: GoodsChange) -> bool:
        """Tell whether orders bring less than a raised need."""
        covered_bp = sum(one.covered_bp for one in self.by_goods.get(change.key, ()))
        return change.after_qty > change.before_qty and change.after_qty * BP > covered_bp


async def change_orders(
    work: UnitOfWork, forecast: Forecast, before: Sequence[ForecastLine], *, timezone: str
) -> list[GoodsChange]:
    """Let the week's orders follow a corrected forecast; nothing if no plan is published.

    Parameters
    ----------
    forecast
        The revision that counts now, just written; the caller holds the week's plans and the kitchen.
    before
        The lines of the revision that counted until now.

    Raises
    ------
    InvalidField
        With every change that is too late, or takes too much of what cooperatives accepted.
    """
    region_code, week_start = forecast.region_code, forecast.week_start
    if await published_plan_id(work.session, region_code=region_code, week_start=week_start) is None:
        return []
    await work.session.flush()
    after = await lines_of(work.session, forecast.id)
    changes = changes_between(before, after)
    late = too_late(changes, work.now, timezone=timezone)
    held = await _hold(work, forecast)
    require_possible(
        changes,
        late,
        least_qty=held.least_qty,
        cooked_days={line.needed_date for line in after},
        timezone=timezone,
    )
    _keep_what_came(work, forecast, before, after, late)
    await _spare(work, held, [change for change in changes if change not in late])
    await _serve(work, held, forecast)
    more = [change.needed_date for change in changes if held.lacks(change)]
    if more:
        kitchen = await work.session.get_one(Organisation, forecast.kitchen_id)
        await seek_goods(work, kitchen, week_start, more)
    return changes


async def _hold(work: UnitOfWork, forecast: Forecast) -> _Held:
    """Hold the orders with goods for the kitchen, and with them the offers and stocks that they may give back."""
    orders = [
        (order, await lock_order_lines(work.session, order.id))
        for order in await lock_orders_for_kitchen(
            work.session, kitchen_id=forecast.kitchen_id, week_start=forecast.week_start
        )
    ]
    mine = {line.id: line for _, lines in orders for line in lines if line.kitchen_id == forecast.kitchen_id}
    _, noted = await hold_notes(work, list(mine))
    demand = await demand_of(work.session, list(mine))
    answered_at = await answered_at_of(work.session, list(mine))
    lost_qty = await sought_qty_of(work.session, list(mine))
    by_goods: defaultdict[GoodsKey, list[HeldLine]] = defaultdict(list)
    for line_id, (wanted, covers_bp) in demand.items():
        line = mine[line_id]
        if live_qty(line):
            by_goods[wanted.item_code, wanted.needed_date].append(
                HeldLine(
                    line,
                    free_qty(line, noted.get(line_id, ())),
                    covers_bp,
                    answered_at.get(line_id),
                    lost_qty.get(line_id, 0),
                )
            )
    taken_back: defaultdict[GoodsKey, list[TakenBack]] = defaultdict(list)
    for row in await taken_back_by_kitchens(work.session, list(demand)):
        wanted, covers_bp = demand[row.order_line_id]
        key = wanted.item_code, wanted.needed_date
        taken_back[key].append(TakenBack(row.withdrawn_qty, row.created_at, covers_bp))
    # All of them at once and in the order of ids, so that two kitchens that give back never wait for each other.
    await lock_offers(work.session, {line.offer_id for line in mine.values() if line.offer_id})
    await lock_stocks(work.session, {line.stock_id for _, lines in orders for line in lines if line.stock_id})
    served = {line_id: (wanted.item_code, wanted.needed_date) for line_id, (wanted, _) in demand.items()}
    return _Held(orders, by_goods, taken_back, served)


def _keep_what_came(
    work: UnitOfWork,
    forecast: Forecast,
    before: Sequence[ForecastLine],
    after: Sequence[ForecastLine],
    late: Sequence[GoodsChange],
) -> None:
    """Let days that cannot be changed any more say what was ordered: the goods are there."""
    now = {(line.item_code, line.needed_date): line for line in after}
    was = {(line.item_code, line.needed_date): line for line in before}
    for change in late:
        if change.key in now:
            keep_on(now[change.key], change.before_qty)
        else:
            work.session.add(kept_line(was[change.key], forecast.id, line_id=work.new_id()))


async def _spare(work: UnitOfWork, held: _Held, changes: Sequence[GoodsChange]) -> None:
    """Take off the orders what is needed no more."""
    steps = await steps_of(work.session, {one.line.item_code for lines in held.by_goods.values() for one in lines})
    spared: dict[UUID, int] = {}
    for change in changes:
        if change.after_qty < change.before_qty:
            least_qty = held.least_qty.get(change.key, 0) if change.after_qty else 0
            spared |= spared_qty(change, held.by_goods.get(change.key, ()), step_qty=steps, least_qty=least_qty)
    for order, lines in held.orders:
        mine = [Spared(line, spared[line.id]) for line in lines if line.id in spared]
        if mine:
            await spare_lines(
                work, order, lines, mine, withdrawer=Withdrawer.KITCHEN, reason=WithdrawalReason.NOT_NEEDED
            )
            await make_purchases(work, order, lines)


async def _serve(work: UnitOfWork, held: _Held, forecast: Forecast) -> None:
    """Let what is under way count for the revision that counts now."""
    await work.session.flush()
    now = {(line.item_code, line.needed_date): line.id for line in await lines_of(work.session, forecast.id)}
    for _, lines in held.orders:
        for line in lines:
            key = held.served.get(line.id)
            if key in now:
                line.forecast_line_id = now[key]
    await work.session.flush()
