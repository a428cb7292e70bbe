"""What a cooperative did not take goes to the line's standby, if it can still bring it, or waits for a repair."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from service.database.queries.answers import undoable_line_ids
from service.database.queries.due_orders import ask_for_repair
from service.database.queries.locks import (
    keep_organisations,
    lock_offers,
    lock_order,
    lock_plans_of_week,
    lock_stocks,
)
from service.database.queries.publishing import order_numbers
from service.database.queries.recalls import recalled_supply
from service.database.queries.runs import find_policy_in_force
from service.database.queries.standby_moves import (
    asked_member_ids,
    market_ids,
    standby_on,
)
from service.database.queries.week_orders import declined_goods
from service.database.unit_of_work import Json, UnitOfWork
from service.domain import offers, stocks
from service.domain.declines import blocked_keys
from service.domain.forecasts import ForecastLine
from service.domain.items import Item
from service.domain.orders import Order, OrderLine, OrderLineStatus, OrderOrigin, PackReservation, fallen_qty
from service.domain.organisations import Organisation
from service.domain.places import Region
from service.domain.plans import Plan, PlanStatus
from service.domain.policies import FallenLines, PolicyValues, values_of
from service.domain.repair_requests import COLLECTED_FOR
from service.domain.standby_moves import Market, Source, more_packs, source_for
from service.domain.standbys import StandbyNeed
from service.workflows.ask_operator import hold_fallen_lines
from service.workflows.open_fallen import open_fallen
from service.workflows.plan_orders import OrderTerms, new_order
from service.workflows.record_moves import record_moves

MOVE_FALLEN_LINES = "move_fallen_lines"
"""Name of the job; its arguments are ``order_id`` and ``line_ids``."""


@dataclass(frozen=True, slots=True)
class MoveFallenLines:
    """An order, and those of its lines that an answer or silence gave back."""

    order_id: UUID
    line_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class MovedLines:
    """The orders that went to standbys, their lines, and whether the rest waits for a repair."""

    orders: Sequence[Order] = ()
    lines: Sequence[OrderLine] = ()
    waits_for_repair: bool = False


@dataclass
class _Move:
    """A move at work: what is known of the week, and the orders that come of it."""

    work: UnitOfWork
    plan: Plan
    terms: OrderTerms
    market: Market
    numbers: set[str]
    orders: dict[UUID, Order] = field(default_factory=dict)
    lines: list[OrderLine] = field(default_factory=list)
    bought_qty: defaultdict[UUID, defaultdict[UUID, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )
    """What each standby's new order takes of stocks, base units."""


async def defer_move(
    work: UnitOfWork, order: Order, line_ids: Sequence[UUID], *, not_before: datetime | None = None
) -> None:
    """Let lines that were given back be moved once this unit commits, or the city's operator be asked."""
    if line_ids:
        named: list[Json] = [str(line_id) for line_id in line_ids]
        await work.defer(MOVE_FALLEN_LINES, not_before=not_before, order_id=str(order.id), line_ids=named)


async def moves_by_itself(work: UnitOfWork, region_code: str) -> bool:
    """Tell whether the city lets fallen lines move without asking its operator."""
    policy = await find_policy_in_force(work.session, region_code)
    return policy is not None and values_of(policy).fallen_lines is FallenLines.AUTOMATIC


async def move_settled_lines(work: UnitOfWork, command: MoveFallenLines) -> MovedLines:
    """Move those lines whose answer stands, as ``move_fallen_lines`` does, or ask the operator if the policy says so.

    What was taken back and declined anew meanwhile waits for the job of its newer answer.
    """
    undoable = await undoable_line_ids(work.session, command.line_ids, work.now)
    settled = tuple(line_id for line_id in command.line_ids if line_id not in undoable)
    order = await work.session.get_one(Order, command.order_id)
    if not await moves_by_itself(work, order.region_code):
        await hold_fallen_lines(work, order.id, settled)
        return MovedLines()
    return await move_fallen_lines(work, MoveFallenLines(command.order_id, settled))


async def move_fallen_lines(work: UnitOfWork, command: MoveFallenLines) -> MovedLines:
    """Ask the standby of each line; what has none goes into the week's next repair. May be repeated.

    A line moves only as far as its demand is still open, so that what a repair has covered meanwhile is not ordered
    twice. The week's plans are held first, so that no repair is published meanwhile, and whoever may be asked: a
    member that is suspended meanwhile would be asked after its orders were cleared.

    Returns
    -------
    MovedLines
        Nothing, if everything was moved before.
    """
    seen = await work.session.get_one(Order, command.order_id)
    plans = await lock_plans_of_week(work.session, region_code=seen.region_code, week_start=seen.week_start)
    in_force = next((plan for plan in plans if plan.status is PlanStatus.PUBLISHED), None)
    policy = await find_policy_in_force(work.session, seen.region_code)
    if in_force is None or policy is None:
        return MovedLines()
    asked = await asked_member_ids(work.session, region_code=seen.region_code, line_ids=command.line_ids)
    await keep_organisations(work.session, asked)
    order = await lock_order(work.session, command.order_id)
    fallen = await open_fallen(work, order, command.line_ids)
    if not fallen:
        return MovedLines()
    move = await _begin(work, order, in_force, values_of(policy), [one.line for one in fallen])
    left = [one.line for one in fallen if not (one.may_move and await _to_standby(move, order, one.line, one.demand))]
    await _save(move)
    asks = bool(left) and await ask_for_repair(
        work.session, region_code=order.region_code, week_start=order.week_start, due_at=work.now + COLLECTED_FOR
    )
    sent = tuple(move.orders.values())
    of_line = {one.line.id: one.line for one in fallen}
    await record_moves(work, order, fallen=of_line, sent=sent, lines=move.lines, left=left, asks_for_repair=asks)
    return MovedLines(sent, tuple(move.lines), bool(left))


async def _begin(work: UnitOfWork, order: Order, plan: Plan, values: PolicyValues, lines: Sequence[OrderLine]) -> _Move:
    """Hold the standbys and their goods, and read what was declined this week."""
    region = await work.session.get_one(Region, order.region_code)
    standby_ids = {line.standby_cooperative_id for line in lines if line.standby_cooperative_id}
    offer_ids, stock_ids = await market_ids(
        work.session,
        region_code=order.region_code,
        cooperative_ids=standby_ids,
        item_codes={line.item_code for line in lines} if standby_ids else (),
    )
    held_offers = await lock_offers(work.session, offer_ids)
    held_stocks = await lock_stocks(work.session, stock_ids)
    declined = await declined_goods(work.session, order.region_code, order.week_start)
    recalled = await recalled_supply(work.session, region_code=order.region_code, offer_ids=offer_ids)
    return _Move(
        work=work,
        plan=plan,
        terms=OrderTerms(
            values.respond_within_minutes, values.remind_before_minutes, region.timezone, work.now, work.new_id
        ),
        market=Market(tuple(held_offers.values()), tuple(held_stocks.values()), blocked_keys(declined), {}, recalled),
        numbers=set(await order_numbers(work.session, plan)),
    )


async def _to_standby(move: _Move, order: Order, line: OrderLine, demand: ForecastLine) -> bool:
    """Give a line to its standby if it can bring the goods; tell whether it can."""
    standby_id = line.standby_cooperative_id
    if standby_id is None:
        return False
    work = move.work
    item = await work.session.get_one(Item, line.item_code)
    standby = await standby_on(work.session, standby_id, kitchen_id=line.kitchen_id, day=line.needed_date)
    need = StandbyNeed(
        kitchen_id=line.kitchen_id,
        cooperative_id=order.cooperative_id,
        stock_id=line.stock_id,
        item_code=line.item_code,
        needed_date=line.needed_date,
        qty=fallen_qty(line),
        max_price_idr=demand.max_price_idr if demand.item_code == line.item_code else line.price_idr,
    )
    source = source_for(standby, need, item, replace(move.market, held_qty=move.bought_qty[standby_id]))
    if source is None:
        return False
    await _promise(move, line, standby.organisation, source)
    return True


async def _promise(move: _Move, line: OrderLine, standby: Organisation, source: Source) -> None:
    """Promise the goods and write the standby's line; the next line is judged with this one's load."""
    qty, bought = fallen_qty(line), move.bought_qty[standby.id]
    if source.offer:
        offers.promise(source.offer, qty)
    if source.stock:
        stocks.promise(source.stock, more_packs(source.stock, bought[source.stock.id], qty))
        bought[source.stock.id] += qty
    order = await _order_to(move, standby, line)
    replacement = OrderLine(
        id=move.work.new_id(),
        created_at=move.work.now,
        order_id=order.id,
        position=sum(other.order_id == order.id for other in move.lines) + 1,
        kitchen_id=line.kitchen_id,
        forecast_line_id=line.forecast_line_id,
        offer_id=source.offer.id if source.offer else None,
        stock_id=source.stock.id if source.stock else None,
        item_code=line.item_code,
        needed_date=line.needed_date,
        ordered_qty=qty,
        price_idr=source.price_idr,
        status=OrderLineStatus.AWAITING_ANSWER,
        replaces_line_id=line.id,
    )
    move.lines.append(replacement)
    move.work.session.add(replacement)
    await move.work.session.flush()


async def _order_to(move: _Move, standby: Organisation, line: OrderLine) -> Order:
    """Return the standby's new order, made with its first line, which is of the earliest day."""
    if standby.id not in move.orders:
        order = new_order(
            move.plan,
            standby,
            numbers=move.numbers,
            first_needed_date=line.needed_date,
            terms=move.terms,
            origin=OrderOrigin.STANDBY,
        )
        move.numbers.add(order.number)
        move.orders[standby.id] = order
        move.work.session.add(order)
        await move.work.session.flush()
    return move.orders[standby.id]


async def _save(move: _Move) -> None:
    """Write the packs that the new orders hold."""
    sizes = {stock.id: stock.pack_qty for stock in move.market.stocks}
    for standby_id, bought in move.bought_qty.items():
        for stock_id, qty in bought.items():
            packs = stocks.packs_for(qty, pack_qty=sizes[stock_id])
            order_id = move.orders[standby_id].id
            move.work.session.add(PackReservation(order_id=order_id, stock_id=stock_id, packs=packs))
    await move.work.session.flush()
