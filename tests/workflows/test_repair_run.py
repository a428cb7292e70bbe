"""A run after publication repairs the plan in force: accepted lines stay, declined goods are not asked for again."""

from collections import defaultdict

import pytest
import sqlalchemy as sa

from service.database.queries.invariants import violations
from service.domain.answers import LineAnswer
from service.domain.audits import AuditEntry
from service.domain.errors import PlanOutdated, WeekPlanned
from service.domain.forecasts import ForecastLine
from service.domain.notifications import NoticeKind, Notification
from service.domain.orders import DeclineReason, Order, OrderLine, live_qty
from service.domain.people import Role
from service.domain.plans import Allocation, Plan, PlanPurchase, PlanStatus, Shortage
from service.domain.repair_requests import MOST_TRIES, RepairRequest
from service.domain.runs import MatchingRun, RunKind
from service.domain.stocks import Stock
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.build_problem import BuildProblem, build_problem
from service.workflows.move_fallen_lines import MoveFallenLines, move_fallen_lines
from service.workflows.publish_plan import PublishPlan, publish_plan
from service.workflows.publish_repair import PublishRepair, publish_repair
from service.workflows.start_due_repairs import start_due_repairs
from service.workflows.tell_events import tell_events
from tests.factories.repairs import all_of, answer, cannot_drive, nothing_of, repaired, serving
from tests.factories.runs import plans_of, rows, start, stored, work_on


@pytest.fixture
async def published(real_units, city) -> Plan:
    """The week's plan is made by a run and published."""
    run = await start(real_units, city)
    await work_on(real_units, run)
    (plan,) = await plans_of(real_units, run)
    assert (plan.run_kind, plan.repair) == (RunKind.WEEK, None)
    async with real_units.begin(actor=city.operator) as work:
        await publish_plan(work, PublishPlan(plan.id, plan.version))
    return plan


async def delivered(units, plan) -> dict:
    parts = await rows(units, Allocation, plan_id=plan.id)
    return {(p.forecast_line_id, p.offer_id or p.stock_id, p.cooperative_id): p.allocated_qty for p in parts}


async def test_what_is_accepted_or_open_never_moves_and_what_was_declined_goes_to_others(real_units, city, published):
    first, *others = await serving(real_units, city)
    lost = await answer(real_units, city, first, nothing_of)
    kept = [line for other in others[:1] for line in await answer(real_units, city, other, all_of)]
    plan, problem = await repaired(real_units, city)
    assert plan.run_kind is RunKind.REPAIR
    after = await delivered(real_units, plan)
    holders = {order.id: order.cooperative_id for order in await rows(real_units, Order)}
    for line in kept:
        key = (line.forecast_line_id, line.offer_id or line.stock_id, holders[line.order_id])
        assert after[key] >= line.ordered_qty
    declined = {(line.forecast_line_id, line.offer_id or line.stock_id, holders[line.order_id]) for line in lost}
    assert not {key for key in declined if key[1] not in {stock.id for stock in city.stocks.values()}} & set(after)
    assert {line.source for line in problem.previous} >= {str(line.offer_id or line.stock_id) for line in lost}
    report = plan.repair
    assert (report["plan_id"], report["promised"]) == (str(published.id), len(problem.fixed))
    assert report["lines"]["moved_kg"] > 0
    assert report["lines"]["kept"] >= len(kept)


async def test_days_that_are_over_are_not_changed_by_a_repair(real_units, city, published):
    lines = {line.id: line.needed_date for line in await rows(real_units, ForecastLine)}
    first = min(lines.values())
    planned = {line.forecast_line_id for line in await rows(real_units, Allocation, plan_id=published.id)}
    async with real_units.begin() as work:
        built = await build_problem(work, BuildProblem(published.policy_id, published.week_start, first))
    told = {line.demand for line in built.problem.previous}
    assert told == {str(line) for line in planned if lines[line] > first}
    assert 0 < len(told) < len(planned)


async def test_goods_that_nobody_else_has_are_new_shortages(real_units, city, published):
    """Every cooperative says that it has nothing left."""
    for place in await serving(real_units, city):
        await answer(real_units, city, place, nothing_of)
    plan, problem = await repaired(real_units, city)
    assert problem.fixed == ()
    short = plan.repair["new_shortages"]
    assert sum(row["short_qty"] for row in short) > 0
    assert {row["before_qty"] for row in short} == {0}
    assert plan.repair["cost_difference_idr"] > 0


async def test_a_week_whose_orders_cover_everything_needs_no_repair(real_units, city, published):
    run = await start(real_units, city)
    await work_on(real_units, run)
    ended = await stored(real_units, run)
    assert (ended.kind, ended.failure_code) == (RunKind.REPAIR, "no_demand")


async def publish(units, city, plan):
    async with units.begin(actor=city.operator) as work:
        return await publish_plan(work, PublishPlan(plan.id, plan.version))


async def balanced(units) -> bool:
    async with units.begin() as work:
        return await violations(work.session) == []


async def live_by_demand(units) -> dict:
    qty: defaultdict = defaultdict(int)
    for line in await rows(units, OrderLine):
        qty[line.forecast_line_id] += live_qty(line)
    return dict(qty)


async def test_a_published_repair_orders_what_is_new_and_leaves_the_rest(real_units, city, published):
    first, *others = await serving(real_units, city)
    await answer(real_units, city, others[0], all_of)
    await answer(real_units, city, first, cannot_drive)
    plan, _ = await repaired(real_units, city)
    before = {line.id: line for line in await rows(real_units, OrderLine)}

    done = await publish(real_units, city, plan)

    after = {line.id: line for line in await rows(real_units, OrderLine)}
    assert [after[key].model_dump() for key in before] == [line.model_dump() for line in before.values()]
    new = [line for key, line in after.items() if key not in before]
    assert len(new) == done.line_count > 0
    assert {order.plan_id for order in done.orders} == {plan.id}
    demanded = {line.id: line.demanded_qty for line in city.demand}
    assert all(qty <= demanded[key] for key, qty in (await live_by_demand(real_units)).items())
    assert {row.status for row in await rows(real_units, Plan, id=published.id)} == {PlanStatus.SUPERSEDED}
    assert await balanced(real_units)


async def test_a_promise_that_fell_away_after_the_run_makes_the_repair_outdated(real_units, city, published):
    first, second, *_ = await serving(real_units, city)
    await answer(real_units, city, first, cannot_drive)
    plan, _ = await repaired(real_units, city)
    await answer(real_units, city, second, nothing_of)

    with pytest.raises(PlanOutdated) as refusal:
        await publish(real_units, city, plan)

    assert {change["code"] for change in refusal.value.facts["changes"]} == {"promise_lost"}
    assert {row.status for row in await rows(real_units, Plan, id=published.id)} == {PlanStatus.PUBLISHED}


async def test_goods_that_a_standby_was_asked_for_meanwhile_are_not_ordered_twice(real_units, city, published):
    first, *_ = await serving(real_units, city)
    lost = await answer(real_units, city, first, cannot_drive)
    plan, _ = await repaired(real_units, city)
    (order,) = await rows(real_units, Order, cooperative_id=city.cooperatives[first].id)
    async with real_units.begin() as work:
        moved = await move_fallen_lines(work, MoveFallenLines(order.id, tuple(line.id for line in lost)))
    assert moved.lines

    with pytest.raises(PlanOutdated) as refusal:
        await publish(real_units, city, plan)

    assert {change["code"] for change in refusal.value.facts["changes"]} == {"demand_covered"}


async def test_after_a_published_repair_nothing_more_is_moved_to_standbys(real_units, city, published):
    first, *_ = await serving(real_units, city)
    lost = await answer(real_units, city, first, cannot_drive)
    (order,) = await rows(real_units, Order, cooperative_id=city.cooperatives[first].id)
    plan, _ = await repaired(real_units, city)
    await publish(real_units, city, plan)
    short = {row.forecast_line_id for row in await rows(real_units, Shortage, plan_id=plan.id)}

    async with real_units.begin() as work:
        moved = await move_fallen_lines(work, MoveFallenLines(order.id, tuple(line.id for line in lost)))

    assert {line.forecast_line_id for line in moved.lines} <= short


async def test_of_two_repairs_the_second_is_no_repair_of_the_first(real_units, city, published):
    first, *_ = await serving(real_units, city)
    await answer(real_units, city, first, cannot_drive)
    one, _ = await repaired(real_units, city)
    other, _ = await repaired(real_units, city)
    await publish(real_units, city, one)

    with pytest.raises(WeekPlanned) as refusal:
        await publish(real_units, city, other)

    assert refusal.value.facts["published_plan_id"] == str(one.id)


async def test_a_repair_can_be_repaired(real_units, city, published):
    first, *_ = await serving(real_units, city)
    await answer(real_units, city, first, cannot_drive)
    one, _ = await repaired(real_units, city)
    taken, *_ = (await publish(real_units, city, one)).orders
    place = [cooperative.id for cooperative in city.cooperatives].index(taken.cooperative_id)
    lines = await rows(real_units, OrderLine, order_id=taken.id)
    answers = tuple(LineAnswer(line.id, 0, DeclineReason.NOT_ENOUGH_GOODS) for line in lines)
    async with real_units.begin(actor=city.officer(place)) as work:
        done = await answer_order(work, AnswerOrder(taken.id, answers))
    assert {short.plan_id for short in done.shortages} == {one.id}

    two, _ = await repaired(real_units, city)
    await publish(real_units, city, two)

    assert [plan.id for plan in await rows(real_units, Plan, status=PlanStatus.PUBLISHED)] == [two.id]
    assert await balanced(real_units)


async def asked_by_declines(units, clock, order, lost):
    """Nothing goes to standbys; the repair starts by itself after a minute."""
    async with units.begin() as work:
        for line in lost:
            (await work.session.get_one(OrderLine, line.id)).standby_cooperative_id = None
    async with units.begin() as work:
        await move_fallen_lines(work, MoveFallenLines(order.id, tuple(line.id for line in lost)))
    clock.advance(minutes=1)
    (run_id,) = await start_due_repairs(units)
    (run,) = await rows(units, MatchingRun, id=run_id)
    await work_on(units, run)
    (plan,) = await plans_of(units, run)
    return plan


async def test_declines_are_repaired_and_published_without_anybody(real_units, city, published, clock):
    first, *_ = await serving(real_units, city)
    lost = await answer(real_units, city, first, cannot_drive)
    (order,) = await rows(real_units, Order, cooperative_id=city.cooperatives[first].id)
    plan = await asked_by_declines(real_units, clock, order, lost)

    assert await publish_repair(real_units, PublishRepair(plan.id))
    assert await publish_repair(real_units, PublishRepair(plan.id))

    (stored_plan,) = await rows(real_units, Plan, status=PlanStatus.PUBLISHED)
    assert (stored_plan.id, stored_plan.published_by) == (plan.id, None)
    assert len(await rows(real_units, Order, plan_id=plan.id)) > 0
    assert await balanced(real_units)


async def test_a_repair_that_is_outdated_is_asked_for_again(real_units, city, published, clock):
    first, second, *_ = await serving(real_units, city)
    lost = await answer(real_units, city, first, cannot_drive)
    (order,) = await rows(real_units, Order, cooperative_id=city.cooperatives[first].id)
    plan = await asked_by_declines(real_units, clock, order, lost)
    await answer(real_units, city, second, nothing_of)

    assert not await publish_repair(real_units, PublishRepair(plan.id))

    assert len(await rows(real_units, RepairRequest)) == 1
    (entry,) = await rows(real_units, AuditEntry, action="plan.not_published")
    assert entry.after["code"] == "plan_outdated"
    assert [row.id for row in await rows(real_units, Plan, status=PlanStatus.PUBLISHED)] == [published.id]
    await tell_events(real_units)
    (message,) = await rows(real_units, Notification, kind=NoticeKind.PLAN_HELD_BACK)
    assert message.user_id == city.users[Role.CITY_OPERATOR, city.operator.organisation_id].id
    assert "(plan_outdated)" in message.text


async def test_a_repair_that_is_refused_again_and_again_waits_for_the_operator(real_units, city, published):
    first, *_ = await serving(real_units, city)
    await answer(real_units, city, first, cannot_drive)
    plans = [(await repaired(real_units, city))[0] for _ in range(MOST_TRIES)]
    await answer(real_units, city, (await serving(real_units, city))[1], nothing_of)
    asked = []
    for plan in plans:
        assert not await publish_repair(real_units, PublishRepair(plan.id))
        asked.append(len(await rows(real_units, RepairRequest)))
        async with real_units.begin() as work:
            await work.session.execute(sa.delete(RepairRequest))
    assert asked == [1, 1, 0]


async def test_what_opened_packs_have_left_is_not_ordered_again(real_units, city, published):
    """Every other cooperative's last pack has 20 kg left, and the wholesaler has no pack that nobody holds."""
    first, *others = await serving(real_units, city)
    for place in others:
        await answer(real_units, city, place, all_of)
    await answer(real_units, city, first, cannot_drive)
    async with real_units.begin() as work:
        for key in [stock.id for stock in city.stocks.values()]:
            stock = await work.session.get_one(Stock, key)
            stock.packs = stock.promised_packs
    plan, problem = await repaired(real_units, city)
    assert {stock.id.partition("/")[0] for stock in problem.stocks} == {str(stock.id) for stock in city.stocks.values()}

    await publish(real_units, city, plan)

    assert {row.packs for row in await rows(real_units, PlanPurchase, plan_id=plan.id)} == set()
    assert await balanced(real_units)
