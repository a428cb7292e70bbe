"""A standby is asked for goods of two weeks at the same moment: together they cost it no more than its capital.

The weeks share neither plans nor goods. One deed stops before each of its locks and before its commit, the other goes
on. The negative control: without the lock each gives the standby all that it can pay.
"""

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from service.database.queries.exposures import tied_up_of
from service.database.queries.invariants import violations
from service.domain.orders import DeclineReason, OrderLine
from service.domain.organisations import Cooperative
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.move_fallen_lines import MoveFallenLines, move_fallen_lines
from service.workflows.publish_plan import PublishPlan, publish_plan
from tests.factories.orders import taking
from tests.factories.places import REGION
from tests.factories.planned_weeks import add_plan, add_planned_week
from tests.factories.plans import LINE_QTY, PACK_PRICE_IDR, PACK_QTY, WEEK, new_forecast, new_forecast_line
from tests.workflows.interleavings import in_turn, interleave, watch
from tests.workflows.rewinding import Rewinding

NEXT_WEEK = WEEK + timedelta(days=7)
ONE_LINE_IDR = PACK_PRICE_IDR * -(-LINE_QTY // PACK_QTY)
BOTH_DONE = ("done", "done")


async def two_weeks(units, *, is_next_of_standby=False):
    """Plan two weeks of a kitchen; of two cooperatives the second, the standby, can pay one line of packs.

    The first is to bring all, unless the standby is to bring what the next week needs.
    """
    async with units.begin() as work:
        week = await add_planned_week(work.session, kitchens=1, cooperatives=2, items=3)
        for stock in week.stocks.values():
            stock.to_date = NEXT_WEEK
        first, second = week.cooperatives
        following = replace(
            week,
            forecasts=[new_forecast(week.kitchens[0], week_start=NEXT_WEEK)],
            cooperatives=[second, first] if is_next_of_standby else [first, second],
        )
        work.session.add_all(following.forecasts)
        await work.session.flush()
        following.demand = [new_forecast_line(following.forecasts[0], "ITEM-02", needed_date=NEXT_WEEK)]
        work.session.add_all(following.demand)
        await work.session.flush()
        following.plan = await add_plan(work.session, following, NEXT_WEEK)
        poor = sa.update(Cooperative).where(Cooperative.organisation_id == second.id)
        await work.session.execute(poor.values(capital_idr=ONE_LINE_IDR))
    return week, following


async def fallen(units, week, item_code):
    """Publish a week and let its cooperative decline an item; return the deed that moves it."""
    async with units.begin(actor=week.operator) as work:
        [order] = (await publish_plan(work, PublishPlan(week.plan.id, 1))).orders
    async with units.begin(actor=week.officer()) as work:
        lines = sa.select(OrderLine).where(OrderLine.order_id == order.id, OrderLine.item_code == item_code)
        line = (await work.session.scalars(lines)).one()
        await answer_order(work, AnswerOrder(order.id, (taking(line, 0, DeclineReason.NO_CASH),)))
    command = MoveFallenLines(order.id, (line.id,))
    return None, lambda work: move_fallen_lines(work, command)


async def most_tied_up_idr(units, standby):
    """Return what a cooperative has tied up in that of the two weeks which asks more of it."""
    async with units.begin() as work:
        assert await violations(work.session) == []
        found = [
            (await tied_up_of(work.session, [standby.id], region_code=REGION, week_start=week)).exposure_of(
                standby.id, capital_idr=ONE_LINE_IDR
            )
            for week in (WEEK, NEXT_WEEK)
        ]
        return max(one.exposed_idr for one in found)


async def spent(engine, units, standby, first, second):
    """Return what the standby has tied up after each interleaving of two deeds; both are done in all of them."""
    rewinding = Rewinding(engine)
    await rewinding.remember()
    watch(engine)
    *came, steps = await in_turn(units, first, second)
    assert tuple(came) == BOTH_DONE
    after = []
    for stop in range(1, steps + 1):
        await rewinding.rewind()
        assert await interleave(engine, units, first, second, stop) == BOTH_DONE
        after.append(await most_tied_up_idr(units, standby))
    return after


async def spent_by_moves(engine, units):
    week, following = await two_weeks(units)
    moves = [await fallen(units, week, "ITEM-00"), await fallen(units, following, "ITEM-02")]
    return await spent(engine, units, week.cooperatives[1], *moves)


async def test_moves_of_two_weeks_at_once_give_a_standby_no_more_than_it_can_pay(crowd, crowd_engine):
    assert set(await spent_by_moves(crowd_engine, crowd)) == {ONE_LINE_IDR}


async def test_without_the_lock_each_would_spend_all_of_it(crowd, crowd_engine, monkeypatch):
    async def hold_nobody(_session, _ids):
        return []

    monkeypatch.setattr("service.workflows.move_fallen_lines.lock_organisations", hold_nobody)
    after = await spent_by_moves(crowd_engine, crowd)
    assert max(after) > ONE_LINE_IDR


async def planned_beside_fallen(units):
    """Return the standby, the publication of a week in which it brings goods, and the move of another week's line."""
    week, following = await two_weeks(units, is_next_of_standby=True)
    publication = (week.operator, lambda work: publish_plan(work, PublishPlan(following.plan.id, 1)))
    return week.cooperatives[1], publication, await fallen(units, week, "ITEM-00")


async def test_a_move_sees_what_another_week_s_publication_has_just_asked_of_the_standby(crowd, crowd_engine):
    standby, publication, move = await planned_beside_fallen(crowd)
    before_commit = (await spent(crowd_engine, crowd, standby, publication, move))[-1]
    assert before_commit == ONE_LINE_IDR


async def test_a_publication_that_comes_between_the_steps_of_another_week_s_move_is_done(crowd, crowd_engine):
    standby, publication, move = await planned_beside_fallen(crowd)
    assert await spent(crowd_engine, crowd, standby, move, publication) != []
