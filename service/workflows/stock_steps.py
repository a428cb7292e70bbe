"""Steps that changes of a stock share: hold it; open one that was checked."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from service.database.queries.stocks import find_stock, lock_stock
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.events import EventType
from service.domain.permissions import Action, require_reach
from service.domain.stocks import Stock, StockEntry, StockStatus
from service.domain.tables import require_version
from service.workflows.acting import acting


async def hold_stock(work: UnitOfWork, stock_id: UUID, *, expected_version: int) -> Stock:
    """Return a stock for a change, held until the unit ends.

    Raises
    ------
    NotFound
        If there is none, or it is another's.
    StaleVersion
        If it is no longer the version that the caller saw.
    """
    require_mine(work, await find_stock(work.session, stock_id))
    stock = require_mine(work, await lock_stock(work.session, stock_id))
    require_version(stock, expected_version)
    return stock


def open_stock(work: UnitOfWork, entry: StockEntry, *, wholesaler_id: UUID, region_code: str) -> Stock:
    """Put packs on the shelf that were checked before; written when the unit is flushed."""
    stock = Stock(
        id=work.new_id(),
        created_at=work.now,
        region_code=region_code,
        wholesaler_id=wholesaler_id,
        item_code=entry.item_code,
        status=StockStatus.OPEN,
        packs=entry.packs,
        pack_qty=entry.pack_qty,
        price_idr=entry.price_idr,
        from_date=entry.from_date,
        to_date=entry.to_date,
    )
    work.session.add(stock)
    after = {
        "item_code": stock.item_code,
        "packs": stock.packs,
        "pack_qty": stock.pack_qty,
        "price_idr": stock.price_idr,
        "from_date": stock.from_date.isoformat(),
        "to_date": stock.to_date.isoformat(),
    }
    work.record("stock.published", "stock", stock.id, region_code=stock.region_code, after=after)
    work.announce(
        EventType.STOCK_PUBLISHED,
        entity="stock",
        entity_id=stock.id,
        region_code=stock.region_code,
        concerns=[stock.wholesaler_id],
        facts={"item_code": stock.item_code},
    )
    return stock


def record_quota(
    work: UnitOfWork,
    action: str,
    stock: Stock,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object],
) -> None:
    """Tell a region that packs of a stock came or went: the head office's or its branch's, each about its own."""
    work.record(action, "stock", stock.id, region_code=stock.region_code, before=before, after=after)
    work.announce(
        EventType.STOCK_CHANGED,
        entity="stock",
        entity_id=stock.id,
        region_code=stock.region_code,
        concerns=[stock.wholesaler_id],
        facts={"item_code": stock.item_code, "changed": ["quota_packs"]},
    )


def require_mine(work: UnitOfWork, stock: Stock | None) -> Stock:
    """Return a stock that is the actor's own.

    Raises
    ------
    NotFound
        If there is none, or it is another's.
    """
    if stock is None:
        raise NotFound("No such stock.")
    require_reach(
        acting(work),
        Action.STOCKS_WRITE,
        region_code=stock.region_code,
        organisation_ids=(stock.wholesaler_id,),
        what="stock",
    )
    return stock
