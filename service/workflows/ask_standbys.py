"""Asking the standbys of lines that were given back: one new order for each, and the goods it holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from service.database.queries.catalogue import find_items
from service.database.queries.entry_facts import read_ceilings
from service.database.queries.exposures import free_idr_of
from service.database.queries.lead_times import first_days_of
from service.database.queries.locks import lock_offers, lock_stocks
from service.database.queries.publishing import order_numbers
from service.database.queries.recalls import recalled_supply
from service.database.queries.standby_days import read_standby_days
from service.database.queries.standby_moves import market_ids, sellers_of
from service.database.queries.supply_snapshot import expiry_dates_of
from service.database.queries.week_orders import declined_goods
from service.database.unit_of_work import UnitOfWork
from service.domain import offers, stocks
from service.domain.calendars import local_day
from service.domain.declines import blocked_keys
from service.domain.items import Item
from service.domain.orders import Order, OrderLine, OrderLineStatus, OrderOrigin, PackReservation
from service.domain.organisations import Organisation
from service.domain.places import Region
from service.domain.plans import Plan
from service.domain.policies import PolicyValues
from service.domain.price_caps import Ceilings
from service.domain.standby_days import StandbyDays
from service.domain.standby_moves import Market, Source, more_packs, source_for
from service.domain.standbys import StandbyNeed
from service.workflows.open_fallen import OpenFallen
from service.workflows.plan_orders import OrderTerms, new_order


@dataclass
class Move:
    """A move at work: what is known of the week, and the orders that come of it."""

    work: UnitOfWork
    plan: Plan
    terms: OrderTerms
    market: Market
    numbers: set[str]
    items: Mapping[str, Item]
    standbys: StandbyDays
    ceilings: Ceilings
    orders: dict[UUID, Order] = field(default_factory=dict)
    lines: list[OrderLine] = field(default_factory=list)
    bought_qty: defaultdict[UUID, defaultdict[UUID, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )
    """What each standby's new order takes of stocks, base units."""


async def begin_move(
    work: UnitOfWork, order: Order, plan: Plan, values: PolicyValues, lines: Sequence[OrderLine]
) -> Move:
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
    sellers, documents = await sellers_of(work.session, held_stocks.values())
    days = [line.needed_date for line in lines]
    return Move(
        work=work,
        plan=plan,
        terms=OrderTerms(
            values.respond_within_minutes, values.remind_before_minutes, region.timezone, work.now, work.new_id
        ),
        market=Market(
            offers=tuple(held_offers.values()),
            stocks=tuple(held_stocks.values()),
            blocked=blocked_keys(declined),
            first_days=await first_days_of(
                work.session, held_stocks.values(), ordered_date=local_day(work.now, timezone=region.timezone)
            ),
            held_qty={},
            sellers=sellers,
            documents=documents,
            expiry_dates=await expiry_dates_of(work.session, held_offers.values()),
            recalled=recalled,
        ),
        numbers=set(await order_numbers(work.session, plan)),
        items=await find_items(work.session, {line.item_code for line in lines}),
        standbys=await read_standby_days(
            work.session,
            standby_ids,
            kitchen_ids={line.kitchen_id for line in lines},
            days=set(days),
            free_idr=await free_idr_of(
                work.session, standby_ids, region_code=order.region_code, week_start=order.week_start
            ),
        ),
        ceilings=await read_ceilings(work.session, region, from_date=min(days), to_date=max(days)),
    )


def give_to_standby(move: Move, order: Order, fallen: OpenFallen) -> bool:
    """Give a line to its standby if it can bring the goods; tell whether it can."""
    line, demand = fallen.line, fallen.demand
    standby_id = line.standby_cooperative_id
    if standby_id is None:
        return False
    standby = move.standbys.standby_on(standby_id, kitchen_id=line.kitchen_id, day=line.needed_date)
    limit_idr = demand.max_price_idr if demand.item_code == line.item_code else line.price_idr
    cap_idr = move.ceilings.limit_idr(line.item_code, line.needed_date)
    need = StandbyNeed(
        kitchen_id=line.kitchen_id,
        cooperative_id=order.cooperative_id,
        stock_id=line.stock_id,
        item_code=line.item_code,
        needed_date=line.needed_date,
        qty=fallen.qty,
        max_price_idr=limit_idr if cap_idr is None else min(limit_idr, cap_idr),
    )
    source = source_for(
        standby, need, move.items[line.item_code], replace(move.market, held_qty=move.bought_qty[standby_id])
    )
    if source is None:
        return False
    _promise(move, fallen, standby.organisation, source)
    return True


def _promise(move: Move, fallen: OpenFallen, standby: Organisation, source: Source) -> None:
    """Promise the goods and write the standby's line; the next line is judged with this one's load."""
    line, qty, bought = fallen.line, fallen.qty, move.bought_qty[standby.id]
    if source.offer:
        offers.promise(source.offer, qty)
    if source.stock:
        stocks.promise(source.stock, more_packs(source.stock, bought[source.stock.id], qty))
        bought[source.stock.id] += qty
    move.standbys.promise(
        standby.id,
        kitchen_id=line.kitchen_id,
        day=line.needed_date,
        item=move.items[line.item_code],
        qty=qty,
        cash_idr=source.cash_idr,
    )
    order = _order_to(move, standby, line)
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


def _order_to(move: Move, standby: Organisation, line: OrderLine) -> Order:
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
    return move.orders[standby.id]


async def save_orders(move: Move) -> None:
    """Write the new orders, their lines, and the packs that they hold."""
    sizes = {stock.id: stock.pack_qty for stock in move.market.stocks}
    for standby_id, bought in move.bought_qty.items():
        for stock_id, qty in bought.items():
            packs = stocks.packs_for(qty, pack_qty=sizes[stock_id])
            order_id = move.orders[standby_id].id
            move.work.session.add(PackReservation(order_id=order_id, stock_id=stock_id, packs=packs))
    await move.work.session.flush()
