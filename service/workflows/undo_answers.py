"""A cooperative takes back what it answered last: the goods are its again, and the lines wait for an answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm.attributes import flag_modified

from service.database.queries.answers import answers_of, member_ids_of, reservations_of, steps_of
from service.database.queries.line_goods import goods_of
from service.database.queries.locks import (
    keep_organisations,
    lock_offers,
    lock_order_lines,
    lock_plans_of_week,
    lock_stocks,
)
from service.database.queries.purchases import purchases_of_order, shortages_of_lines
from service.database.queries.recalls import recalled_supply
from service.database.queries.standby_moves import open_demand, replaced_line_ids
from service.database.unit_of_work import UnitOfWork
from service.domain import offers, stocks
from service.domain.errors import SupplyExhausted
from service.domain.events import EventType
from service.domain.orders import Answer, Order, OrderLine, OrderStatus, fallen_qty, live_qty
from service.domain.organisations import Organisation, OrganisationStatus
from service.domain.undone_answers import (
    Standing,
    last_sending,
    refusal,
    reopen,
    require_open_demand,
    require_undoable,
    take_back,
)
from service.workflows.answer_order import held_order, reached_order


@dataclass(frozen=True, slots=True)
class UndoAnswers:
    """The order of which the last answers are taken back."""

    order_id: UUID
    expected_version: int | None = None


async def undo_answers(work: UnitOfWork, command: UndoAnswers) -> list[OrderLine]:
    """Take back the answers that were sent last, all of them or none; return their lines, which wait again.

    Nothing is undone that others count on: while the window is open nobody is asked for what was given back, nothing
    is bought and nothing noted. What came about all the same - a repair for another reason, the operator's own
    move, goods that somebody else was promised or that were called back, a member that takes no part any more - makes
    the answer stand. The week's plans and the members are held first, so that no repair is published, and nobody
    suspended, meanwhile.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not answer, or the order is another cooperative's.
    StaleVersion
        If a version was expected and the order is at another.
    CannotUndo
        With the reason.
    """
    seen = await reached_order(work, command.order_id)
    await lock_plans_of_week(work.session, region_code=seen.region_code, week_start=seen.week_start)
    members = await keep_organisations(work.session, await member_ids_of(work.session, seen.id))
    order = await held_order(work, command.order_id, command.expected_version)
    lines = {line.id: line for line in await lock_order_lines(work.session, order.id)}
    last = last_sending((await answers_of(work.session, lines)).values(), work.now)
    is_bought = bool(await purchases_of_order(work.session, order.id))
    require_undoable(
        last,
        lines,
        moved_ids=await replaced_line_ids(work.session, [answer.order_line_id for answer in last]),
        is_built_upon=is_bought or order.noted_at is not None or order.status is OrderStatus.CANCELLED,
    )
    again = [lines[answer.order_line_id] for answer in last]
    given_back = {line.id: fallen_qty(line) for line in again}
    told = [_told(line, answer) for line, answer in zip(again, last, strict=True)]
    before = {"status": order.status.value, "lines": told}
    for line in again:
        take_back(line)
    reopen(order)
    flag_modified(order, "status")  # the order's version, and so its ETag, rises
    await _forget(work, last)
    await _require_open_demand(work, again)
    await _require_goods(work, order, [line for line in again if given_back[line.id]], members)
    await _hold_again(work, order, list(lines.values()), again, given_back)
    _record(work, order, again, before)
    await work.session.flush()
    return again


async def _forget(work: UnitOfWork, last: Sequence[Answer]) -> None:
    """Delete the answers and what was short because of them; the audit trail tells of both."""
    for short in (await shortages_of_lines(work.session, [answer.order_line_id for answer in last])).values():
        await work.session.delete(short)
    for answer in last:
        await work.session.delete(answer)
    await work.session.flush()


async def _require_open_demand(work: UnitOfWork, again: Sequence[OrderLine]) -> None:
    demand = await open_demand(work.session, {line.forecast_line_id for line in again if line.forecast_line_id})
    steps = await steps_of(work.session, {entry.item_code for entry, _ in demand.values()})
    wanted = {
        line.forecast_line_id: steps[demand[line.forecast_line_id][0].item_code]
        if line.forecast_line_id in demand
        else 1
        for line in again
        if line.forecast_line_id
    }
    require_open_demand({key: open_bp for key, (_, open_bp) in demand.items()}, wanted)


async def _require_goods(
    work: UnitOfWork, order: Order, again: Sequence[OrderLine], members: Sequence[Organisation]
) -> None:
    """Refuse where what was given back is called back, or the cooperative or the seller takes no part any more."""
    inactive = {one.id for one in members if one.status is not OrganisationStatus.ACTIVE}
    if order.cooperative_id in inactive:
        raise refusal(Standing.CHANGED)
    offer_ids = {line.offer_id for line in again if line.offer_id}
    recalled = await recalled_supply(work.session, region_code=order.region_code, offer_ids=offer_ids)
    goods = await goods_of(work.session, again)

    def is_gone(line: OrderLine) -> bool:
        if line.stock_id is not None:
            stock = goods.stocks[line.stock_id]
            return stock.wholesaler_id in inactive or recalled.of_stock(stock, line.needed_date) is not None
        offer = goods.offers[line.offer_id] if line.offer_id else None
        return offer is not None and recalled.of_offer(offer, line.needed_date) is not None

    if any(map(is_gone, again)):
        raise refusal(Standing.GOODS_GONE)


async def _hold_again(
    work: UnitOfWork,
    order: Order,
    lines: Sequence[OrderLine],
    again: Sequence[OrderLine],
    given_back: dict[UUID, int],
) -> None:
    """Promise the order once more what the answers gave back: goods, then whole packs."""
    qty: defaultdict[UUID, int] = defaultdict(int)
    for line in again:
        if line.offer_id:
            qty[line.offer_id] += given_back[line.id]
    needed: defaultdict[UUID, int] = defaultdict(int)
    for line in lines:
        if line.stock_id:
            needed[line.stock_id] += live_qty(line)
    try:
        for offer in (await lock_offers(work.session, {key for key, asked in qty.items() if asked})).values():
            offers.promise(offer, qty[offer.id])
        reserved = {one.stock_id: one for one in await reservations_of(work.session, order.id)}
        for stock in (await lock_stocks(work.session, reserved.keys() & needed.keys())).values():
            packs = stocks.packs_for(needed[stock.id], pack_qty=stock.pack_qty)
            more = packs - reserved[stock.id].packs
            if more > 0:
                stocks.promise(stock, more)
                reserved[stock.id].packs = packs
    except SupplyExhausted as gone:
        raise refusal(Standing.GOODS_GONE) from gone


def _told(line: OrderLine, answer: Answer) -> dict[str, object]:
    return {
        "line_id": str(line.id),
        "status": line.status.value,
        "accepted_qty": answer.accepted_qty,
        "reason": answer.reason.value if answer.reason else None,
        "answered_by": str(answer.answered_by),
    }


def _record(work: UnitOfWork, order: Order, again: Sequence[OrderLine], before: Mapping[str, object]) -> None:
    after = {
        "status": order.status.value,
        "lines": [{"line_id": str(line.id), "status": line.status.value} for line in again],
    }
    work.record(
        "order.answers_undone",
        "order",
        order.id,
        region_code=order.region_code,
        before=before,
        after=after,
    )
    work.announce(
        EventType.ORDER_ANSWERS_UNDONE,
        entity="order",
        entity_id=order.id,
        region_code=order.region_code,
        concerns=[order.cooperative_id, *(line.kitchen_id for line in again)],
        facts={"number": order.number, "status": order.status.value, "count": len(again)},
    )
