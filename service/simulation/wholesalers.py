"""Wholesalers of a simulation: they confirm purchases, cut packs, or stay silent."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from service.database.queries.purchases import PurchaseFilter, list_purchases, purchases_of_order
from service.domain.purchases import CutReason, PackAnswer, Purchase, PurchaseLine, PurchaseStatus
from service.simulation.city import City
from service.workflows.answer_purchase import AnswerPurchase, answer_purchase

MANY: Final = 10_000
USUAL_TIME: Final = timedelta(hours=6)


async def answer_purchases(city: City) -> None:
    """Let every wholesaler answer whose time to do so has come."""
    wanted = PurchaseFilter(status=PurchaseStatus.SENT)
    async with city.units.begin() as work:
        listed = await list_purchases(work.session, region_code=city.region_code, wanted=wanted, after=None, limit=MANY)
    for purchase in sorted((summary.purchase for summary in listed), key=lambda purchase: purchase.number):
        if _answers_now(city, purchase):
            async with city.units.begin(actor=city.officer_of(purchase.wholesaler_id)) as work:
                held = await purchases_of_order(work.session, purchase.order_id)
                lines = [line for one, line in held if one.id == purchase.id]
                answers = tuple(_answer(city, purchase, line) for line in lines)
                await answer_purchase(work, AnswerPurchase(purchase.id, answers))


def _answers_now(city: City, purchase: Purchase) -> bool:
    habits, now, until = city.habits, city.clock.now, purchase.respond_by_at
    if now >= until or habits.pack_silence.happens(city.draws, purchase.number):
        return False
    hours = habits.pack_hours.drawn(city.draws, purchase.number)
    scale = min(1.0, (until - purchase.created_at) / USUAL_TIME)
    return now >= purchase.created_at + timedelta(hours=hours) * scale


def _answer(city: City, purchase: Purchase, line: PurchaseLine) -> PackAnswer:
    about = (purchase.number, line.item_code, line.price_idr)
    if not city.habits.pack_cut.happens(city.draws, *about):
        return PackAnswer(line.id, line.ordered_packs)
    packs = city.habits.pack_share.part(city.draws, line.ordered_packs, 1, *about)
    return PackAnswer(line.id, packs, CutReason.OUT_OF_STOCK)
