"""Confirmed packs are owed for: booked on both sides in the transaction that answers the last line."""

from __future__ import annotations

from collections.abc import Iterable

from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import local_day
from service.domain.ledgers import Movement, sale
from service.domain.payables import owe
from service.domain.places import Region
from service.domain.purchases import Purchase, PurchaseLine
from service.workflows.issue_invoice import book


async def owe_purchase(work: UnitOfWork, purchase: Purchase, lines: Iterable[PurchaseLine]) -> None:
    """Book what a purchase costs once no line waits any more; the purchase is held by the caller."""
    region = await work.session.get_one(Region, purchase.region_code)
    today = local_day(work.now, timezone=region.timezone)
    total_idr = owe(purchase, lines, today)
    if total_idr:
        movement = Movement(purchase.wholesaler_id, purchase.cooperative_id, total_idr)
        book(work, sale(movement), movement_id=purchase.id, region_code=purchase.region_code, booked_on=today)
