"""A wholesaler changes an open stock, as far as cooperatives whose packs are promised do not feel it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from service.database.queries.entry_facts import read_lead_days
from service.database.unit_of_work import UnitOfWork
from service.domain.audits import plain_values
from service.domain.events import EventType
from service.domain.permissions import Action
from service.domain.stocks import (
    Stock,
    change,
    entry_of,
    first_day,
    require_open,
    require_promises_kept,
    require_valid,
)
from service.workflows.stock_steps import hold_stock
from service.workflows.supply_steps import read_seller, read_supply_facts


@dataclass(frozen=True, slots=True)
class ChangeStock:
    """The stock as the wholesaler saw it, and the fields of ``StockEntry`` that change (never the item)."""

    stock_id: UUID
    expected_version: int
    changes: dict[str, Any]


async def change_stock(work: UnitOfWork, command: ChangeStock) -> Stock:
    """Check the stock as it would be, price included, and make it so.

    Raises
    ------
    GoodsPromised
        If packs are promised and the change would touch their price, size, days or number.
    IllegalTransition
        If it was withdrawn.
    StaleVersion
        If somebody changed it in the meantime.
    PriceAboveCap, InvalidField
        As for a new stock.
    """
    stock = await hold_stock(work, command.stock_id, expected_version=command.expected_version)
    require_open(stock)
    seller = await read_seller(work, stock.wholesaler_id, Action.STOCKS_WRITE)
    before = entry_of(stock)
    entry = replace(before, **command.changes)
    lead_days = await read_lead_days(work.session, stock.wholesaler_id)
    facts = await read_supply_facts(work, seller.region, from_date=entry.from_date, to_date=entry.to_date)
    require_promises_kept(stock, entry)
    earliest = min(stock.from_date, first_day(facts.today, lead_days=lead_days))
    require_valid(entry, facts, earliest_from=earliest)
    change(stock, entry)
    work.record(
        "stock.changed",
        "stock",
        stock.id,
        region_code=stock.region_code,
        before=plain_values({name: getattr(before, name) for name in command.changes}),
        after=plain_values(command.changes),
    )
    work.announce(
        EventType.STOCK_CHANGED,
        entity="stock",
        entity_id=stock.id,
        region_code=stock.region_code,
        concerns=[stock.wholesaler_id],
        facts={"item_code": stock.item_code, "changed": sorted(command.changes)},
    )
    return stock
