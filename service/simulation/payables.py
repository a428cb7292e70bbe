"""Cooperatives of a simulation pay wholesalers for confirmed packs, in time or late."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from service.database.queries.purchases import PurchaseFilter, list_purchases
from service.domain.payables import due_on, open_idr
from service.domain.purchases import Purchase, PurchaseStatus
from service.simulation.city import City
from service.workflows.pay_purchase import PayPurchase, pay_purchase

MANY: Final = 100_000


async def pay_wholesalers(city: City) -> None:
    """Let every cooperative pay for the packs whose day has come."""
    wanted = PurchaseFilter(status=PurchaseStatus.ANSWERED)
    async with city.units.begin() as work:
        listed = await list_purchases(work.session, region_code=city.region_code, wanted=wanted, after=None, limit=MANY)
    owed = [summary.purchase for summary in listed if open_idr(summary.purchase) > 0]
    for purchase in sorted(owed, key=lambda purchase: purchase.number):
        pays_on = _pays_on(city, purchase)
        if pays_on is not None and city.today >= pays_on:
            command = PayPurchase(purchase.id, open_idr(purchase), city.today, f"TRX {purchase.number}")
            async with city.units.begin(actor=city.officer_of(purchase.cooperative_id)) as work:
                await pay_purchase(work, command)


def _pays_on(city: City, purchase: Purchase) -> date | None:
    habits, draws, last = city.habits, city.draws, due_on(purchase)
    if purchase.owed_on is None or last is None:
        return None
    if habits.slow_buyer.happens(draws, purchase.number):
        return last + timedelta(days=round(habits.late_pay_packs_days.drawn(draws, purchase.number)))
    return purchase.owed_on + timedelta(days=round(habits.pay_packs_days.drawn(draws, purchase.number)))
