"""A wholesaler puts packs on the shelf for cooperatives to buy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.database.queries.entry_facts import read_lead_days
from service.database.unit_of_work import UnitOfWork
from service.domain.organisations import require_active
from service.domain.permissions import Action
from service.domain.stocks import Stock, StockEntry, first_day, require_valid
from service.workflows.stock_steps import open_stock
from service.workflows.supply_steps import read_seller, read_supply_facts


@dataclass(frozen=True, slots=True)
class PublishStock:
    """The packs, their size in base units, rupiah per pack, and the cooking days they can serve."""

    wholesaler_id: UUID
    item_code: str
    packs: int
    pack_qty: int
    price_idr: int
    from_date: date
    to_date: date


async def publish_stock(work: UnitOfWork, command: PublishStock) -> Stock:
    """Check a stock against the catalogue, the lead time and the caps on each of its days, and open it.

    Raises
    ------
    PriceAboveCap
        If even without a mark-up a kitchen would pay more than a cap, and that is all that is wrong.
    ItemNotForKitchens
        With the reason and its source, if that is all that is wrong.
    InvalidField
        With everything that is wrong otherwise.
    OrganisationInactive
        If the wholesaler takes no part.
    """
    seller = await read_seller(work, command.wholesaler_id, Action.STOCKS_WRITE)
    require_active(seller.organisation)
    lead_days = await read_lead_days(work.session, command.wholesaler_id)
    facts = await read_supply_facts(work, seller.region, from_date=command.from_date, to_date=command.to_date)
    entry = StockEntry(
        item_code=command.item_code,
        packs=command.packs,
        pack_qty=command.pack_qty,
        price_idr=command.price_idr,
        from_date=command.from_date,
        to_date=command.to_date,
    )
    require_valid(entry, facts, earliest_from=first_day(facts.today, lead_days=lead_days))
    stock = open_stock(work, entry, wholesaler_id=command.wholesaler_id, region_code=seller.region.code)
    await work.session.flush()
    return stock
