"""Goods of other weeks tie up capital from their order until somebody is billed for them."""

from dataclasses import replace
from datetime import timedelta

from service.database.queries.exposures import tied_up_of
from service.workflows.publish_plan import PublishPlan, publish_plan
from tests.factories.delivered_weeks import add_delivered_week, lines_of, send_out, sign_both, take_in
from tests.factories.deliveries import new_delivery, new_invoice, new_receipt
from tests.factories.planned_weeks import add_planned_week
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


async def test_a_cooperative_s_own_answer_is_its_part_of_the_region_s(work):
    """One of two cooperatives is billed for goods; both have packs and own goods in this week and the one before."""
    week = await add_planned_week(work.session, kitchens=2, cooperatives=2)
    done = await publish_plan(replace(work, actor=week.operator), PublishPlan(week.plan.id, 1))
    billed = week.cooperatives[0]
    [order] = [one for one in done.orders if one.cooperative_id == billed.id]
    session, ids = work.session, [one.id for one in week.cooperatives]
    [line, *_] = await lines_of(work, order)
    note = new_delivery(order, line)
    receipt = new_receipt(note)
    for row in (note, receipt, new_invoice(receipt, week_start=WEEK - timedelta(days=7))):
        session.add(row)
        await session.flush()
    for week_start in (WEEK, NEXT_WEEK):
        of_week = {"region_code": billed.region_code, "week_start": week_start}
        everybody = await tied_up_of(session, ids, **of_week)
        exposed = [everybody.exposure_of(key, capital_idr=0).exposed_idr for key in ids]
        assert min(exposed) > 0
        for key in ids:
            own = await tied_up_of(session, [key], **of_week)
            for name in ("owed_idr", "under_way_idr", "packs_idr", "own_goods_idr"):
                of_all = getattr(everybody, name)
                assert getattr(own, name) == {one: idr for one, idr in of_all.items() if one == key}, name
