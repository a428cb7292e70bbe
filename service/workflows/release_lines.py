"""What an answer or silence gives back: goods and packs are free for others at once, and short for the kitchen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from service.database.queries.answers import demand_of, reservations_of
from service.database.queries.locks import lock_offers, lock_stocks
from service.database.queries.plans import find_published_plan
from service.database.queries.purchases import purchases_of_order, shortages_of_lines
from service.database.unit_of_work import UnitOfWork
from service.domain import offers, stocks
from service.domain.answers import CAUSES, missing_qty
from service.domain.orders import Order, OrderLine, fallen_qty
from service.domain.pack_cuts import needed_of_stocks
from service.domain.plans import Shortage
from service.domain.purchases import PurchaseLine, held_packs
from service.workflows.keep_leftovers import keep_leftovers
from service.workflows.move_fallen_lines import defer_move


@dataclass(frozen=True, slots=True)
class Released:
    """A line, what it gives back (base units), and why: a decline reason, or ``expired``; ``None``: taken whole."""

    line: OrderLine
    qty: int
    reason: str | None


async def release_lines(
    work: UnitOfWork,
    order: Order,
    lines: Sequence[OrderLine],
    released: Sequence[Released],
    *,
    plan_id: UUID,
    move_after: datetime | None = None,
) -> list[Shortage]:
    """Free what lines gave back, tell the kitchens what they lack, and let it be moved to others.

    Parameters
    ----------
    order, lines
        The order and all its lines, held by the caller; those released have their new status.
    plan_id
        The plan that the order was made from; a repair that took its place has the shortages.
    move_after
        Until then the answer can be taken back, so nobody else is asked before.
    """
    fallen = [entry for entry in released if entry.qty]
    in_force = await find_published_plan(work.session, region_code=order.region_code, week_start=order.week_start)
    shortages = await _shortages(work, in_force.id if in_force else plan_id, fallen)
    await give_back(work, order, lines, fallen)
    work.session.add_all(shortages)
    await defer_move(work, order, [entry.line.id for entry in fallen], not_before=move_after)
    return shortages


async def give_back(work: UnitOfWork, order: Order, lines: Sequence[OrderLine], released: Sequence[Released]) -> None:
    """Free goods and packs that lines do not hold any more; what was bought already goes to the outlet."""
    await _give_back_goods(work, released)
    bought = [line for _, line in await purchases_of_order(work.session, order.id)]
    needed_qty = needed_of_stocks(lines)
    await _give_back_packs(work, order, bought, needed_qty)
    await keep_leftovers(work, order, bought, needed_qty)


async def _shortages(work: UnitOfWork, plan_id: UUID, fallen: Sequence[Released]) -> list[Shortage]:
    """Return what the kitchens now lack, told in the item that they asked for."""
    demand = await demand_of(work.session, [entry.line.id for entry in fallen])
    known = await shortages_of_lines(work.session, demand)
    shortages = []
    for entry in fallen:
        line = entry.line
        wanted, covers_bp = demand[line.id]
        short_qty = missing_qty(entry.qty, covers_bp=covers_bp)
        source = str(line.offer_id or line.stock_id)
        reason = {"code": entry.reason, "blocked_qty": short_qty, "sources": [source]}
        if line.id in known:  # the cooperative gave back a part before, now its wholesaler cuts the rest
            more = known[line.id]
            more.cause, more.reasons = CAUSES[line.status], [*more.reasons, reason]
            more.short_qty = missing_qty(fallen_qty(line), covers_bp=covers_bp)
            shortages.append(more)
            continue
        shortages.append(
            Shortage(
                id=work.new_id(),
                plan_id=plan_id,
                forecast_line_id=wanted.id,
                kitchen_id=line.kitchen_id,
                order_line_id=line.id,
                cause=CAUSES[line.status],
                item_code=wanted.item_code,
                needed_date=wanted.needed_date,
                demanded_qty=wanted.demanded_qty,
                short_qty=short_qty,
                reasons=[reason],
                contested=[],
            )
        )
    return shortages


async def _give_back_goods(work: UnitOfWork, fallen: Sequence[Released]) -> None:
    qty: defaultdict[UUID, int] = defaultdict(int)
    for entry in fallen:
        if entry.line.offer_id:
            qty[entry.line.offer_id] += entry.qty
    for offer in (await lock_offers(work.session, qty)).values():
        offers.release(offer, qty[offer.id])


async def _give_back_packs(
    work: UnitOfWork, order: Order, bought: Iterable[PurchaseLine], needed_qty: Mapping[UUID, int]
) -> None:
    """Free the whole packs that neither the lines which are left need nor a purchase holds."""
    held_of = {line.stock_id: held_packs(line) for line in bought}
    reserved = await reservations_of(work.session, order.id)
    held = await lock_stocks(work.session, {reservation.stock_id for reservation in reserved})
    for reservation in reserved:
        stock = held[reservation.stock_id]
        needed = stocks.packs_for(needed_qty.get(stock.id, 0), pack_qty=stock.pack_qty)
        kept = held_of.get(stock.id, needed)
        stocks.release(stock, reservation.packs - kept)
        reservation.packs = kept
