"""Goods of other weeks tie up capital from their order until somebody is billed for them."""

from dataclasses import replace
from datetime import timedelta

from service.database.queries.exposures import tied_up_of
from service.database.queries.under_way import under_way_idr
from service.domain.deliveries import RestFate
from service.domain.loads import LineLoad, Lot
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.dispatch_delivery import DispatchDelivery, dispatch_delivery
from service.workflows.publish_plan import PublishPlan, publish_plan
from tests.factories.delivered_weeks import add_delivered_week, lines_of, note_lines_of, send_out, sign_both, take_in
from tests.factories.deliveries import new_delivery, new_invoice, new_receipt
from tests.factories.orders import accepting
from tests.factories.planned_weeks import add_planned_week
from tests.factories.plans import LINE_QTY, OFFER_PRICE_IDR, PACK_PRICE_IDR, PACK_QTY, WEEK

NEXT_WEEK = WEEK + timedelta(days=7)


async def test_goods_of_the_week_before_tie_up_capital_until_they_are_billed(work):
    delivered = await add_delivered_week(work)
    cooperative = delivered.week.cooperatives[0]
    idr = _line_pair_idr(delivered.week)

    async def tied_up(week_start):
        found = await tied_up_of(
            work.session, [cooperative.id], region_code=cooperative.region_code, week_start=week_start
        )
        return found.exposure_of(cooperative.id, capital_idr=0)

    assert (await tied_up(NEXT_WEEK)).under_way_idr == 2 * idr
    assert (await tied_up(WEEK)).under_way_idr == 0
    assert (await tied_up(WEEK + timedelta(days=35))).under_way_idr == 0

    first, _ = delivered.notes
    await send_out(work, delivered, first)
    receipt = await take_in(work, delivered, first)
    assert (await tied_up(NEXT_WEEK)).under_way_idr == 2 * idr
    await sign_both(work, delivered, receipt)
    billed = await tied_up(NEXT_WEEK)
    assert (billed.under_way_idr, billed.owed_idr > 0) == (idr, True)


async def test_a_rest_ties_up_capital_while_it_will_still_come(work):
    """Of each line a fifth stays behind: of the first note it is carried with a further drop, of the second closed."""
    delivered = await add_delivered_week(work)
    carried, closed = delivered.notes
    idr = _line_pair_idr(delivered.week)
    assert await _under_way(work, delivered.week) == 2 * idr
    for note, fate, left_idr in ((carried, RestFate.CARRIED, 2 * idr), (closed, RestFate.CLOSED, 2 * idr - idr // 5)):
        loads = tuple(
            LineLoad(line.id, (Lot(LINE_QTY * 4 // 5, "L-1", "Tani"),), fate, "truck full")
            for line in await note_lines_of(work, note)
        )
        by_officer = replace(work, actor=delivered.officer)
        await dispatch_delivery(by_officer, DispatchDelivery(note.id, loads, expected_version=note.version))
        assert await _under_way(work, delivered.week) == left_idr
    for note, left_idr in ((carried, idr), (closed, idr // 5)):
        await sign_both(work, delivered, await take_in(work, delivered, note))
        assert await _under_way(work, delivered.week) == left_idr


async def test_an_order_ties_up_capital_before_it_stands_on_notes(work):
    week = await add_planned_week(work.session, kitchens=2, cooperatives=1)
    done = await publish_plan(replace(work, actor=week.operator), PublishPlan(week.plan.id, 1))
    [order] = done.orders
    assert await _under_way(work, week) == 2 * _line_pair_idr(week)
    accepted = AnswerOrder(order.id, tuple(accepting(line) for line in await lines_of(work, order)))
    await answer_order(replace(work, actor=week.officer()), accepted)
    assert await _under_way(work, week) == 2 * _line_pair_idr(week)


async def _under_way(work, week):
    [cooperative] = week.cooperatives
    found = await under_way_idr(work.session, [cooperative.id], region_code=cooperative.region_code, but_week=NEXT_WEEK)
    return found.get(cooperative.id, 0)


def _line_pair_idr(week):
    """What a kitchen's packs and own goods cost the week's cooperative."""
    of_offer = week.offers[week.cooperatives[0].id, "ITEM-01"]
    return LINE_QTY * PACK_PRICE_IDR // PACK_QTY + LINE_QTY * OFFER_PRICE_IDR // 1000 * of_offer.cash_bp // 10_000


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
