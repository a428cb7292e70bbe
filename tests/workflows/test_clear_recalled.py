"""A recall: ordered goods that have not left are taken off and asked of others, once."""

import uuid
from dataclasses import replace

import sqlalchemy as sa

from service.database.queries.invariants import violations
from service.domain.offers import OfferLot
from service.domain.orders import OrderLine, OrderLineStatus
from service.domain.people import Role
from service.domain.recalls import Wanted
from service.domain.withdrawals import LineWithdrawal, WithdrawalReason
from service.workflows.clear_recalled import clear_recalled
from service.workflows.open_recall import OpenRecall, open_recall
from tests.factories.delivered_weeks import add_delivered_week, send_out
from tests.factories.people import new_user
from tests.factories.plans import WEEK, actor_of

OF_ITEM = OpenRecall(Wanted(item_code="ITEM-01", from_date=WEEK, to_date=WEEK), "Salmonella")


def a_lot(offer, lot_code):
    return OfferLot(
        id=uuid.uuid4(),
        offer_id=offer.id,
        cooperative_id=offer.cooperative_id,
        item_code=offer.item_code,
        lot_code=lot_code,
        lot_qty=offer.offered_qty // 2,
    )


async def town_of(work):
    """Return a week of which the first kitchen's goods have left."""
    delivered = await add_delivered_week(work)
    user = new_user(delivered.week.kitchens[0], Role.FOOD_OFFICER)
    work.session.add(user)
    await work.session.flush()
    delivered.people[Role.FOOD_OFFICER] = actor_of(user)
    await send_out(work, delivered, delivered.notes[0])
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
        work.session.add_all([a_lot(offer, "L-1"), a_lot(offer, "L-2")])
        await work.session.flush()
        recall = await opened(work, delivered, OpenRecall(Wanted(lot_code="L-1"), "Salmonella"))
    assert await clear_recalled(crowd, recall.id) == []
