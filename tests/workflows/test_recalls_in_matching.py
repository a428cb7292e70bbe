"""Goods of an open recall are neither planned, nor published, nor given to a standby."""

import uuid
from dataclasses import replace

import pytest
import sqlalchemy as sa

from service.database.queries.supply_snapshot import read_supply_snapshot
from service.domain.errors import PlanOutdated
from service.domain.offers import Offer, OfferLot
from service.domain.orders import DeclineReason
from service.domain.recalled_supply import RecalledSupply
from service.domain.recalls import Recall, RecallStatus
from service.workflows.publish_plan import PublishPlan, publish_plan
from tests.factories.deliveries import LEFT_AT
from tests.factories.orders import taking
from tests.factories.places import REGION
from tests.factories.planned_weeks import add_planned_week
from tests.factories.plans import WEEK
from tests.factories.snapshots import FRIDAY, a_snapshot, built, reasons
from tests.workflows.test_expire_answers import lines_of, say, sent_week
from tests.workflows.test_move_fallen_lines import move

MEKAR = "Kelompok Tani Mekar"


def recall(opened_by, **named):
    fields = {"region_code": REGION, "status": RecallStatus.OPEN, "reason": "Salmonella", "opened_by": opened_by}
    return Recall(id=uuid.uuid4(), created_at=LEFT_AT, **{**fields, **named})


def lot_of(offer: Offer, lot_code: str) -> OfferLot:
    return OfferLot(
        id=uuid.uuid4(),
        offer_id=offer.id,
        cooperative_id=offer.cooperative_id,
        item_code=offer.item_code,
        lot_code=lot_code,
        lot_qty=offer.offered_qty,
    )


def test_an_offer_of_a_recalled_lot_is_left_out_of_the_problem():
    snapshot = a_snapshot()
    recalled = RecalledSupply((recall(uuid.uuid4(), lot_code="L-1"),), {snapshot.offers[0].id: {"L-1"}})
    found = built(replace(snapshot, recalled=recalled))
    assert found.problem.offers == ()
    assert len(found.problem.stocks) == 1
    assert reasons(found, "offer") == [("recalled", ["2026-11-30", "2026-12-04"])]


def test_an_item_is_left_out_on_the_days_of_its_recall_alone():
    snapshot = a_snapshot()
    of_friday = recall(uuid.uuid4(), item_code="RICE-M", from_date=FRIDAY, to_date=FRIDAY)
    found = built(replace(snapshot, recalled=RecalledSupply((of_friday,), {})))
    assert [(one.from_day, one.to_day) for one in (*found.problem.offers, *found.problem.stocks)] == [(0, 0), (0, 0)]
    assert reasons(found, "offer") == reasons(found, "stock") == [("recalled", ["2026-12-04"])]


async def test_the_week_is_read_with_its_open_recalls_and_the_lots_that_offers_name(work):
    week = await add_planned_week(work.session)
    offer = next(iter(week.offers.values()))
    work.session.add_all([recall(week.operator.user_id, lot_code="L-1"), lot_of(offer, "L-1")])
    work.session.add(recall(week.operator.user_id, lot_code="L-2", status=RecallStatus.CLOSED, closed_at=LEFT_AT))
    await work.session.flush()
    snapshot = await read_supply_snapshot(work.session, policy=week.policy, week_start=WEEK, today=WEEK)
    assert [one.lot_code for one in snapshot.recalled.recalls] == ["L-1"]
    assert snapshot.recalled.lot_codes == {offer.id: {"L-1"}}
    assert snapshot.recalled.of_offer(offer, WEEK) is not None


async def test_a_plan_that_counts_on_recalled_goods_is_not_published(work):
    week = await add_planned_week(work.session)
    offer = week.offers[week.cooperatives[0].id, "ITEM-01"]
    offer.origin_producer = MEKAR
    work.session.add(recall(week.operator.user_id, producer=MEKAR))
    await work.session.flush()
    with pytest.raises(PlanOutdated, match="Called back: Salmonella") as refusal:
        await publish_plan(replace(work, actor=week.operator), PublishPlan(week.plan.id, 1))
    assert [(one["code"], one["entity_id"]) for one in refusal.value.facts["changes"]] == [("recalled", str(offer.id))]


async def test_no_standby_is_given_lines_of_recalled_goods(units):
    week, (first, _) = await sent_week(units)
    _, own, *_ = await lines_of(units, first)
    standbys_offer = week.offers[week.cooperatives[1].id, "ITEM-01"]
    async with units.begin() as work:
        await work.session.execute(sa.update(Offer).where(Offer.id == standbys_offer.id).values(origin_producer=MEKAR))
        work.session.add(recall(week.operator.user_id, producer=MEKAR))
    await say(units, week, first, taking(own, 0, DeclineReason.NO_CASH))
    moved = await move(units, first, [own])
    assert moved.orders == ()
    assert moved.waits_for_repair
