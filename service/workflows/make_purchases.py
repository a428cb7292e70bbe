"""Once a cooperative has answered all lines of an order, what it buys for them goes to the wholesalers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from service.database.queries.answers import has_open_undo, reservations_of
from service.database.queries.catalogue import find_items
from service.database.queries.exposures import free_idr_of
from service.database.queries.locks import lock_stocks
from service.database.queries.purchases import bought_idr_of, purchases_of_order, wholesalers_by_id
from service.database.queries.runs import find_policy_in_force
from service.database.unit_of_work import UnitOfWork
from service.domain import stocks
from service.domain.events import EventType
from service.domain.items import Item
from service.domain.menus import is_pooled
from service.domain.orders import Order, OrderLine, OrderStatus, PackReservation, live_qty
from service.domain.organisations import Organisation, Wholesaler
from service.domain.places import Region
from service.domain.policies import values_of
from service.domain.publishing import respond_by_at
from service.domain.purchases import (
    Purchase,
    PurchaseLine,
    PurchaseLineStatus,
    PurchaseStatus,
    Wanted,
    lacking_idr,
    purchase_number,
    reach_minimum,
)
from service.domain.stocks import Stock


async def make_purchases(work: UnitOfWork, order: Order, lines: Sequence[OrderLine]) -> list[Purchase]:
    """Send one purchase to each wholesaler whose packs an answered order holds; nothing if that was done before.

    Nothing is bought either while an answer can be taken back; `prepare_deliveries` comes by when that time is over.

    The packs are those that were reserved when the order was sent, pooled over its kitchens and days. Where all
    that the cooperative buys in the week stays below the wholesaler's minimum, more is bought if that costs less than
    it brings (``reach_minimum``).

    Parameters
    ----------
    order, lines
        The order and all its lines, held by the caller.
    """
    if order.status is not OrderStatus.ANSWERED or await purchases_of_order(work.session, order.id):
        return []
    if await has_open_undo(work.session, order.id, work.now):
        return []
    reserved = {one.stock_id: one for one in await reservations_of(work.session, order.id) if one.packs}
    if not reserved:
        return []
    held = await lock_stocks(work.session, reserved)
    items = await find_items(work.session, {stock.item_code for stock in held.values()})
    wholesalers = await wholesalers_by_id(work.session, {stock.wholesaler_id for stock in held.values()})
    by_wholesaler: defaultdict[UUID, list[Stock]] = defaultdict(list)
    for stock in held.values():
        by_wholesaler[stock.wholesaler_id].append(stock)
    made = []
    for wholesaler_id in sorted(by_wholesaler):
        wholesaler, terms = wholesalers[wholesaler_id]
        goods = by_wholesaler[wholesaler_id]
        wanted = [_wanted(stock, reserved[stock.id], items[stock.item_code]) for stock in goods]
        extra, missing_idr = await _reach_minimum(work, order, terms, wanted)
        sold = {stock.id for stock in goods}
        purchase = await _purchase(work, order, wholesaler, [line for line in lines if line.stock_id in sold])
        purchase.missing_idr, purchase.due_days = missing_idr, terms.due_days
        work.session.add(purchase)
        await work.session.flush()
        work.session.add_all(_lines(work, purchase, goods, reserved, extra))
        _record(work, purchase, len(goods))
        made.append(purchase)
    await work.session.flush()
    return made


def _wanted(stock: Stock, reservation: PackReservation, item: Item) -> Wanted:
    spare = stocks.available_packs(stock) if is_pooled(item) else 0  # only what keeps is bought beyond the need
    return Wanted(stock.id, packs=reservation.packs, price_idr=stock.price_idr, spare_packs=spare)


async def _reach_minimum(
    work: UnitOfWork, order: Order, terms: Wholesaler, wanted: Sequence[Wanted]
) -> tuple[dict[UUID, int], int]:
    """Return extra packs by stock and the rupiah still missing; what the cooperative can pay is read if it matters."""
    await work.session.flush()
    parties = (order.cooperative_id, terms.organisation_id)
    bought_idr = await bought_idr_of(work.session, *parties, order.week_start) if terms.min_order_idr else 0
    short_idr = lacking_idr(wanted, min_order_idr=terms.min_order_idr, bought_idr=bought_idr)
    if not short_idr:
        return {}, 0
    free_idr = await free_idr_of(
        work.session, [order.cooperative_id], region_code=order.region_code, week_start=order.week_start
    )
    return reach_minimum(wanted, lacking_idr=short_idr, free_idr=free_idr[order.cooperative_id])


async def _purchase(work: UnitOfWork, order: Order, wholesaler: Organisation, lines: Sequence[OrderLine]) -> Purchase:
    """Return the purchase, to be answered in time for the first day that the wholesaler's own goods are for."""
    region = await work.session.get_one(Region, order.region_code)
    policy = await find_policy_in_force(work.session, order.region_code)
    first_needed_date = min(line.needed_date for line in lines if live_qty(line))
    minutes = values_of(policy).respond_within_minutes if policy else 0
    return Purchase(
        id=work.new_id(),
        created_at=work.now,
        region_code=order.region_code,
        week_start=order.week_start,
        number=purchase_number(order_number=order.number, wholesaler_code=wholesaler.code),
        order_id=order.id,
        cooperative_id=order.cooperative_id,
        wholesaler_id=wholesaler.id,
        status=PurchaseStatus.SENT,
        respond_by_at=respond_by_at(
            work.now,
            respond_within_minutes=minutes,
            first_needed_date=first_needed_date,
            timezone=region.timezone,
        ),
    )


def _lines(
    work: UnitOfWork,
    purchase: Purchase,
    goods: Sequence[Stock],
    reserved: Mapping[UUID, PackReservation],
    extra: Mapping[UUID, int],
) -> list[PurchaseLine]:
    """Return the lines; packs bought beyond the need are reserved like the others."""
    made = []
    for stock in goods:
        more = extra.get(stock.id, 0)
        stocks.promise(stock, more)
        reserved[stock.id].packs += more
        made.append(
            PurchaseLine(
                id=work.new_id(),
                created_at=work.now,
                purchase_id=purchase.id,
                stock_id=stock.id,
                item_code=stock.item_code,
                pack_qty=stock.pack_qty,
                price_idr=stock.price_idr,
                ordered_packs=reserved[stock.id].packs,
                extra_packs=more,
                status=PurchaseLineStatus.AWAITING_ANSWER,
            )
        )
    return made


def _record(work: UnitOfWork, purchase: Purchase, lines: int) -> None:
    facts = {
        "number": purchase.number,
        "lines": lines,
        "missing_idr": purchase.missing_idr,
        "respond_by_at": purchase.respond_by_at.isoformat(),
    }
    work.record("purchase.sent", "purchase", purchase.id, region_code=purchase.region_code, after=facts)
    work.announce(
        EventType.PURCHASE_SENT,
        entity="purchase",
        entity_id=purchase.id,
        region_code=purchase.region_code,
        concerns=[purchase.cooperative_id, purchase.wholesaler_id],
        facts=facts,
    )
