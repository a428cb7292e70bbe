"""What a wholesaler has on the shelf: whole packs at a pack price, on days, bought by any cooperative."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.errors import SupplyExhausted
from service.domain.status import Transitions
from service.domain.tables import Entity, one_of


class StockStatus(StrEnum):
    OPEN = "open"
    WITHDRAWN = "withdrawn"


STOCK_TRANSITIONS: Transitions[StockStatus] = {
    StockStatus.OPEN: frozenset({StockStatus.WITHDRAWN}),
    StockStatus.WITHDRAWN: frozenset(),
}


class Stock(Entity, table=True):
    """Packs of one item; ``promised_packs`` are reserved for cooperatives whose orders need them."""

    __table_args__ = (
        sa.CheckConstraint("packs > 0 AND pack_qty > 0 AND price_idr > 0", name="positive"),
        sa.CheckConstraint("promised_packs BETWEEN 0 AND packs", name="promised_once"),
        sa.CheckConstraint("from_date <= to_date", name="date_order"),
        sa.Index("ix_stock_region_dates", "region_code", "status", "from_date", "to_date"),
    )
    region_code: str = Field(foreign_key="region.code")
    wholesaler_id: UUID = Field(foreign_key="wholesaler.organisation_id", index=True)
    item_code: str = Field(foreign_key="item.code")
    status: StockStatus = Field(sa_type=one_of(StockStatus))
    packs: int = Field(sa_type=sa.BigInteger)
    promised_packs: int = Field(default=0, sa_type=sa.BigInteger)
    pack_qty: int = Field(sa_type=sa.BigInteger)
    price_idr: int = Field(sa_type=sa.BigInteger)
    """Rupiah per pack, before the cooperative's mark-up."""
    from_date: date
    to_date: date


def available_packs(stock: Stock) -> int:
    """Return the packs that nobody is promised; none of a withdrawn stock."""
    return stock.packs - stock.promised_packs if stock.status is StockStatus.OPEN else 0


def packs_for(qty: int, *, pack_qty: int) -> int:
    """Return the whole packs that a quantity (base units) needs."""
    return -(-qty // pack_qty)


def promise(stock: Stock, packs: int) -> None:
    """Reserve whole packs (the row is locked by the caller).

    Raises
    ------
    SupplyExhausted
        If fewer packs are left than asked.
    """
    left = available_packs(stock)
    if packs > left:
        raise SupplyExhausted(
            f"Stock {stock.id} has {left} packs left, {packs} are needed.",
            stock_id=str(stock.id),
            left_packs=left,
            asked_packs=packs,
        )
    stock.promised_packs += packs


def release(stock: Stock, packs: int) -> None:
    """Give packs back that no order needs any more."""
    stock.promised_packs -= packs
