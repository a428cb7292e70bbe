"""What a wholesaler has on the shelf: whole packs at a pack price, on days, bought by any cooperative."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.errors import GoodsPromised, IllegalTransition, SupplyExhausted
from service.domain.faults import Faults
from service.domain.items import Item
from service.domain.status import Transitions, transition
from service.domain.supply_entries import SupplyFacts, check_item, check_period, check_price
from service.domain.tables import Entity, one_of
from service.domain.units import pack_price_to_kitchen_idr, step_fault


class StockStatus(StrEnum):
    OPEN = "open"
    WITHDRAWN = "withdrawn"


STOCK_TRANSITIONS: Transitions[StockStatus] = {
    StockStatus.OPEN: frozenset({StockStatus.WITHDRAWN}),
    StockStatus.WITHDRAWN: frozenset(),
}


class Stock(Entity, table=True):
    """Packs of one item; ``promised_packs`` are reserved for cooperatives whose orders need them.

    With a ``pool_id`` it is a quota: packs that a head office keeps for its branch in another region.
    """

    __table_args__ = (
        sa.CheckConstraint("packs > 0 AND pack_qty > 0 AND price_idr > 0", name="positive"),
        sa.CheckConstraint("promised_packs BETWEEN 0 AND packs", name="promised_once"),
        sa.CheckConstraint("elsewhere_packs >= 0 AND promised_packs + elsewhere_packs <= packs", name="somewhere_once"),
        sa.CheckConstraint("from_date <= to_date", name="date_order"),
        sa.Index("ix_stock_region_dates", "region_code", "status", "from_date", "to_date"),
        sa.Index("ix_stock_region_created", "region_code", "created_at", "id"),
        sa.Index("ix_stock_wholesaler_created", "wholesaler_id", "created_at", "id"),
        sa.Index("ix_stock_quota", "pool_id", "wholesaler_id", postgresql_where=sa.text("pool_id IS NOT NULL")),
        sa.Index(
            "uq_stock_open_quota",
            "pool_id",
            "wholesaler_id",
            unique=True,
            postgresql_where=sa.text("pool_id IS NOT NULL AND status = 'open'"),
        ),
    )
    region_code: str = Field(foreign_key="region.code")
    wholesaler_id: UUID = Field(foreign_key="wholesaler.organisation_id")
    item_code: str = Field(foreign_key="item.code")
    status: StockStatus = Field(sa_type=one_of(StockStatus))
    packs: int = Field(sa_type=sa.BigInteger)
    promised_packs: int = Field(default=0, sa_type=sa.BigInteger)
    elsewhere_packs: int = Field(default=0, sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    """Kept for branches in other regions; of a quota: given back to its pool."""
    pool_id: UUID | None = Field(default=None, foreign_key="stock.id")
    pack_qty: int = Field(sa_type=sa.BigInteger)
    price_idr: int = Field(sa_type=sa.BigInteger)
    """Rupiah per pack, before the cooperative's mark-up."""
    from_date: date
    to_date: date


def available_packs(stock: Stock) -> int:
    """Return the packs that nobody is promised and no other region has; none of a withdrawn stock."""
    left = stock.packs - stock.promised_packs - stock.elsewhere_packs
    return left if stock.status is StockStatus.OPEN else 0


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


@dataclass(frozen=True, slots=True)
class StockEntry:
    """A stock as typed in: whole packs, pack size in base units, rupiah per pack."""

    item_code: str
    packs: int
    pack_qty: int
    price_idr: int
    from_date: date
    to_date: date


def entry_of(stock: Stock) -> StockEntry:
    """Return what a stock says now, as it would be typed in."""
    return StockEntry(
        item_code=stock.item_code,
        packs=stock.packs,
        pack_qty=stock.pack_qty,
        price_idr=stock.price_idr,
        from_date=stock.from_date,
        to_date=stock.to_date,
    )


def first_day(today: date, *, lead_days: int) -> date:
    """Return the first cooking day that a wholesaler can promise: today and its lead time."""
    return today + timedelta(days=lead_days)


def require_valid(entry: StockEntry, facts: SupplyFacts, *, earliest_from: date) -> None:
    """Refuse a stock with anything wrong in it, everything named at once.

    The price per kg, litre or piece without any mark-up must be within the caps: with one it is higher still, so above
    them the goods could reach no kitchen.

    Parameters
    ----------
    earliest_from
        ``first_day``, or the day on which a stock that is changed began.

    Raises
    ------
    InvalidField
        With all faults and what would be valid; a lone refusal by a rule keeps its class
        (``PriceAboveCap``, ``ItemNotForKitchens``).
    """
    faults = Faults()
    item = check_item(faults, entry.item_code, facts)
    if entry.packs <= 0:
        faults.add("packs", "out_of_range", "At least 1 pack.")
    lowest_price = _lowest_price_to_kitchen(faults, entry, item)
    check_period(faults, entry.from_date, entry.to_date, earliest_from=earliest_from, today=facts.today)
    check_price(
        faults,
        facts,
        price_idr=entry.price_idr,
        price_to_kitchen_idr=lowest_price,
        item_code=entry.item_code,
        from_date=entry.from_date,
        to_date=entry.to_date,
    )
    faults.raise_any()


def _lowest_price_to_kitchen(faults: Faults, entry: StockEntry, item: Item | None) -> int:
    """Return what a kitchen pays at least; nothing where the item or the pack is not valid (noted)."""
    if item is None:
        return 0
    wrong_step = step_fault(entry.pack_qty, step_qty=item.step_qty)
    if wrong_step is not None:
        faults.add("pack_qty", "not_a_step", wrong_step)
        return 0
    return pack_price_to_kitchen_idr(
        pack_price_idr=entry.price_idr, pack_qty=entry.pack_qty, unit=item.unit, markup_bp=0
    )


def require_open(stock: Stock) -> None:
    """Refuse to change a stock that was withdrawn.

    Raises
    ------
    IllegalTransition
        A withdrawn stock stays withdrawn; publish a new one.
    """
    if stock.status is not StockStatus.OPEN:
        raise IllegalTransition(
            f"The stock is {stock.status.value}; publish a new one instead.",
            current=stock.status.value,
            allowed=[StockStatus.OPEN.value],
        )


def require_promises_kept(stock: Stock, entry: StockEntry) -> None:
    """Refuse a change that cooperatives whose packs are reserved, or other regions with a quota, would feel.

    Once packs are promised, price and pack size stand, the days may only grow, and at least the promised packs stay.

    Raises
    ------
    GoodsPromised
        With the promised packs.
    """
    _require_quotas_kept(stock, entry)
    if not stock.promised_packs:
        return
    has_fewer_days = entry.from_date > stock.from_date or entry.to_date < stock.to_date
    has_other_packs = (entry.price_idr, entry.pack_qty) != (stock.price_idr, stock.pack_qty)
    if has_other_packs or has_fewer_days or entry.packs < stock.promised_packs + stock.elsewhere_packs:
        raise GoodsPromised(
            f"Cooperatives are promised {stock.promised_packs} packs: price and pack size stand, the days may only "
            "grow, and at least these packs stay. To sell the rest otherwise, withdraw it and publish a new stock.",
            stock_id=str(stock.id),
            promised_packs=stock.promised_packs,
            price_idr=stock.price_idr,
        )


def _require_quotas_kept(stock: Stock, entry: StockEntry) -> None:
    """Refuse to count or measure packs anew that two regions share."""
    is_quota = stock.pool_id is not None
    other_packs = is_quota and entry.packs != stock.packs
    other_size = (is_quota or bool(stock.elsewhere_packs)) and entry.pack_qty != stock.pack_qty
    if other_packs or other_size or entry.packs < stock.elsewhere_packs:
        raise GoodsPromised(
            "Packs are divided between regions: their size stands, those kept elsewhere stay, and a quota's packs are "
            "set by the head office alone.",
            stock_id=str(stock.id),
            elsewhere_packs=stock.elsewhere_packs,
        )


def change(stock: Stock, entry: StockEntry) -> None:
    """Make the stock say what the entry says; the item never changes."""
    stock.packs = entry.packs
    stock.pack_qty = entry.pack_qty
    stock.price_idr = entry.price_idr
    stock.from_date = entry.from_date
    stock.to_date = entry.to_date


def withdraw(stock: Stock) -> int:
    """Take the unpromised packs off the market and return how many; promised packs stay promised.

    Raises
    ------
    IllegalTransition
        If it was withdrawn before.
    """
    rest = available_packs(stock)
    stock.status = transition(STOCK_TRANSITIONS, stock.status, StockStatus.WITHDRAWN, what="stock")
    return rest
