"""A recall: ordered goods that have not left are taken off and asked of others, once."""

from dataclasses import replace

import sqlalchemy as sa

from service.database.queries.invariants import violations
from service.database.queries.recalls import parts_of
from service.domain.orders import OrderLine, OrderLineStatus
from service.domain.people import Role
from service.domain.recalls import Wanted
from service.domain.withdrawals import LineWithdrawal, WithdrawalReason
from service.workflows.clear_recalled import clear_recalled
from service.workflows.open_recall import OpenRecall, open_recall
from tests.factories.delivered_weeks import add_delivered_week, send_out
from tests.factories.people import new_user
from tests.factories.plans import WEEK, actor_of, new_offer_lot

OF_ITEM = OpenRecall(Wanted(item_code="ITEM-01", from_date=WEEK, to_date=WEEK), "Salmonella")


def halves_of(offer):
    """Return two lots of an offer, half of it each."""
    return [new_offer_lot(offer, lot_code=code, lot_qty=offer.offered_qty // 2) for code in ("L-1", "L-2")]


async def town_of(work):
    """Return a week of which the first kitchen's goods have left."""
    delivered = await town_in_store(work)
    await send_out(work, delivered, delivered.notes[0])
    return delivered


async def town_in_store(work):
    """Return a week of which nothing has left."""
    delivered = await add_delivered_week(work)
    user = new_user(delivered.week.kitchens[0], Role.FOOD_OFFICER)
    work.session.add(user)
    await work.session.flush()
    delivered.people[Role.FOOD_OFFICER] = actor_of(user)
    return delivered


async def opened(work, delivered, command):
    return await open_recall(replace(work, actor=delivered.people[Role.FOOD_OFFICER]), command)


async def lines(work):
    return {(line.kitchen_id, line.item_code): line.status for line in await work.session.scalars(sa.select(OrderLine))}


async def test_what_has_not_left_falls_and_what_left_is_accounted_for_by_its_kitchen(crowd):
    async with crowd.begin() as work:
        delivered = await town_of(work)
        recall = await opened(work, delivered, OF_ITEM)
    assert await clear_recalled(crowd, recall.id) == [delivered.orders[0].id]
    assert await clear_recalled(crowd, recall.id) == []
    async with crowd.begin() as work:
        there, coming = (note.kitchen_id for note in delivered.notes)
        assert await lines(work) == {
            (there, "ITEM-00"): OrderLineStatus.ACCEPTED,
            (there, "ITEM-01"): OrderLineStatus.ACCEPTED,
            (coming, "ITEM-00"): OrderLineStatus.ACCEPTED,
            (coming, "ITEM-01"): OrderLineStatus.DECLINED,
        }
        [row] = await work.session.scalars(sa.select(LineWithdrawal))
        assert row.reason is WithdrawalReason.RECALLED
        assert await violations(work.session) == []


async def test_an_offer_with_a_lot_that_is_not_called_back_keeps_its_orders(crowd):
    async with crowd.begin() as work:
        delivered = await town_of(work)
        [offer] = delivered.week.offers.values()
        work.session.add_all(halves_of(offer))
        await work.session.flush()
        recall = await opened(work, delivered, OpenRecall(Wanted(lot_code="L-1"), "Salmonella"))
    assert await clear_recalled(crowd, recall.id) == []


async def test_lines_that_the_other_lots_of_an_offer_cannot_cover_fall_and_the_others_stay(crowd):
    async with crowd.begin() as work:
        delivered = await town_in_store(work)
        [offer] = delivered.week.offers.values()
        ordered = (await work.session.scalars(sa.select(OrderLine).where(OrderLine.offer_id == offer.id))).all()
        first, second = sorted(ordered, key=lambda line: (line.needed_date, line.id))
        good_qty = max(first.ordered_qty, second.ordered_qty)
        rest = {"lot_code": "L-1", "lot_qty": offer.offered_qty - good_qty}
        work.session.add_all([new_offer_lot(offer, **rest), new_offer_lot(offer, lot_code="L-2", lot_qty=good_qty)])
        await work.session.flush()
        recall = await opened(work, delivered, OpenRecall(Wanted(lot_code="L-1"), "Salmonella"))
    assert await clear_recalled(crowd, recall.id) == [delivered.orders[0].id]
    assert await clear_recalled(crowd, recall.id) == []
    async with crowd.begin() as work:
        found = await lines(work)
        assert found[first.kitchen_id, first.item_code] is OrderLineStatus.ACCEPTED
        assert found[second.kitchen_id, second.item_code] is OrderLineStatus.DECLINED
        assert list(found.values()).count(OrderLineStatus.DECLINED) == 1
        assert await violations(work.session) == []


async def test_what_has_left_of_the_good_lots_covers_nobody_else(crowd):
    """The first kitchen got all of the good lot: what waits for the other can only come of the bad one."""
    async with crowd.begin() as work:
        delivered = await town_of(work)
        [offer] = delivered.week.offers.values()
        [gone, waiting] = [note.kitchen_id for note in delivered.notes]
        ordered = (await work.session.scalars(sa.select(OrderLine).where(OrderLine.offer_id == offer.id))).all()
        good_qty = max(line.ordered_qty for line in ordered)
        bad = {"lot_code": "L-2", "lot_qty": offer.offered_qty - good_qty}
        work.session.add_all([new_offer_lot(offer, lot_qty=good_qty), new_offer_lot(offer, **bad)])
        await work.session.flush()
        recall = await opened(work, delivered, OpenRecall(Wanted(lot_code="L-2"), "Salmonella"))
    assert await clear_recalled(crowd, recall.id) == [delivered.orders[0].id]
    async with crowd.begin() as work:
        found = await lines(work)
        assert found[gone, offer.item_code] is OrderLineStatus.ACCEPTED
        assert found[waiting, offer.item_code] is OrderLineStatus.DECLINED


async def test_goods_in_store_that_are_called_back_fall_though_no_kitchen_has_any(crowd):
    async with crowd.begin() as work:
        delivered = await town_in_store(work)
        recall = await opened(work, delivered, OF_ITEM)
        assert await parts_of(work.session, recall.id) == []
    assert await clear_recalled(crowd, recall.id) == [delivered.orders[0].id]
    async with crowd.begin() as work:
        found = await lines(work)
        fallen = {item for (_, item), status in found.items() if status is OrderLineStatus.DECLINED}
        assert fallen == {"ITEM-01"}
        assert await violations(work.session) == []
