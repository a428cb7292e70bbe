"""Goods of other weeks tie up capital from their order until somebody is billed for them."""

from datetime import timedelta

from service.database.queries.exposures import tied_up_of
from tests.factories.delivered_weeks import add_delivered_week, send_out, sign_both, take_in
from tests.factories.plans import LINE_QTY, OFFER_PRICE_IDR, PACK_PRICE_IDR, PACK_QTY, WEEK

NEXT_WEEK = WEEK + timedelta(days=7)


async def test_goods_of_the_week_before_tie_up_capital_until_they_are_billed(work):
    delivered = await add_delivered_week(work)
    cooperative = delivered.week.cooperatives[0]
    of_offer = delivered.week.offers[cooperative.id, "ITEM-01"]

    async def tied_up(week_start):
        found = await tied_up_of(
            work.session, [cooperative.id], region_code=cooperative.region_code, week_start=week_start
        )
        return found.exposure_of(cooperative.id, capital_idr=0)

    packs_idr = LINE_QTY * PACK_PRICE_IDR // PACK_QTY
    own_idr = LINE_QTY * OFFER_PRICE_IDR // 1000 * of_offer.cash_bp // 10_000
    assert (await tied_up(NEXT_WEEK)).under_way_idr == 2 * (packs_idr + own_idr)
    assert (await tied_up(WEEK)).under_way_idr == 0
    assert (await tied_up(WEEK + timedelta(days=35))).under_way_idr == 0

    first, _ = delivered.notes
    await send_out(work, delivered, first)
    receipt = await take_in(work, delivered, first)
    assert (await tied_up(NEXT_WEEK)).under_way_idr == 2 * (packs_idr + own_idr)
    await sign_both(work, delivered, receipt)
    billed = await tied_up(NEXT_WEEK)
    assert (billed.under_way_idr, billed.owed_idr > 0) == (packs_idr + own_idr, True)
