"""Take over orders made before Pasok, from the clerk's sheets, so that lists and ledgers have a past.

An order is taken whole or refused with its faults; the others of the file are taken. The same file again changes
nothing and says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from service.database.copying import copy_rows
from service.database.queries.past_orders import read_known_orders, read_past_facts
from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import local_day, week_of
from service.domain.errors import FieldFault, NotFound
from service.domain.orders import Order, OrderLine, OrderOrigin, OrderStatus, status_for
from service.domain.past_orders import PastFacts, PastOrder, faults_in, is_same
from service.domain.permissions import Action, require, require_actor
from service.domain.places import Region


@dataclass(frozen=True, slots=True)
class ImportPastOrders:
    """The orders of a file, as they stand in it."""

    orders: tuple[PastOrder, ...]


@dataclass(frozen=True, slots=True)
class ImportedOrders:
    """What became of the file: numbers taken over, numbers that were known already, faults of those refused."""

    imported: tuple[str, ...]
    line_count: int
    unchanged: tuple[str, ...]
    faults: tuple[FieldFault, ...] = field(default=())


async def import_past_orders(work: UnitOfWork, command: ImportPastOrders) -> ImportedOrders:
    """Write past orders of the caller's region as answered, without a plan and without a source.

    Returns
    -------
    ImportedOrders
        Orders that are known with the same content are ``unchanged``; an order of a future week, with an unknown
        name, or with a known number and other content is refused in ``faults`` (paths like ``orders.3.week_start``).

    Raises
    ------
    NotPermitted
        If the caller may not import orders.
    """
    actor = require_actor(work.actor)
    require(actor, Action.ORDERS_IMPORT)
    region = await work.session.get(Region, actor.region_code)
    if region is None:
        raise NotFound("No such region.")
    facts = await read_past_facts(work.session, region.code)
    known = await read_known_orders(work.session, region.code, [order.number for order in command.orders])
    this_week = week_of(local_day(work.now, timezone=region.timezone))

    taken: dict[str, PastOrder] = {}
    unchanged, faults = [], []
    for index, order in enumerate(command.orders):
        seen = known.get(order.number) or taken.get(order.number)
        if seen is not None and is_same(order, seen):
            unchanged.append(order.number)
            continue
        found = faults_in(order, facts, this_week=this_week, is_number_taken=seen is not None)
        faults += [FieldFault(f"orders.{index}.{fault.field}", fault.code, fault.message) for fault in found]
        if not found:
            taken[order.number] = order
    line_count = await _save(work, region.code, list(taken.values()), facts)
    return ImportedOrders(tuple(taken), line_count, tuple(unchanged), tuple(faults))


async def _save(work: UnitOfWork, region_code: str, orders: Sequence[PastOrder], facts: PastFacts) -> int:
    """Write the orders and return how many lines they have."""
    rows = [(_order_row(work, region_code, order, facts), order) for order in orders]
    lines = [line for row, order in rows for line in _line_rows(work, row["id"], order, facts)]
    await copy_rows(work.session, Order, [row for row, _ in rows])
    await copy_rows(work.session, OrderLine, lines)
    for row, order in rows:
        after = {"number": order.number, "week_start": order.week_start.isoformat(), "lines": len(order.lines)}
        work.record("order.imported", "order", row["id"], region_code=region_code, after=after)
    return len(lines)


def _order_row(work: UnitOfWork, region_code: str, order: PastOrder, facts: PastFacts) -> dict[str, Any]:
    return {
        "id": work.new_id(),
        "created_at": work.now,
        "version": 1,
        "region_code": region_code,
        "number": order.number,
        "week_start": order.week_start,
        "plan_id": None,
        "cooperative_id": facts.cooperatives[order.cooperative_code],
        "status": OrderStatus.ANSWERED,
        "respond_by_at": None,
        "origin": OrderOrigin.PLAN.value,
        "remind_at": None,
        "reminded_at": None,
        "noted_at": None,
    }


def _line_rows(work: UnitOfWork, order_id: UUID, order: PastOrder, facts: PastFacts) -> Iterator[dict[str, Any]]:
    for position, line in enumerate(order.lines, start=1):
        yield {
            "id": work.new_id(),
            "created_at": work.now,
            "version": 1,
            "order_id": order_id,
            "position": position,
            "kitchen_id": facts.kitchens[line.kitchen_code],
            "forecast_line_id": None,
            "offer_id": None,
            "stock_id": None,
            "item_code": line.item_code,
            "needed_date": line.needed_date,
            "ordered_qty": line.ordered_qty,
            "price_idr": line.price_idr,
            "status": status_for(ordered_qty=line.ordered_qty, accepted_qty=line.accepted_qty),
            "accepted_qty": line.accepted_qty,
            "standby_cooperative_id": None,
            "expired_at": None,
            "replaces_line_id": None,
            "told_fallen_qty": 0,
        }
