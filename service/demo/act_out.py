"""Act the week out after loading: start a run and wait for its plan, publish it, let the cooperatives answer."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from service.database.queries.orders import OrderFilter, ShownLine, lines_of, list_orders
from service.database.queries.people import active_members
from service.database.queries.plans import find_plan
from service.database.queries.runs import find_run, list_runs
from service.database.unit_of_work import UnitsOfWork
from service.domain.answers import LineAnswer
from service.domain.orders import DeclineReason, Order, OrderLineStatus, OrderStatus
from service.domain.people import Role
from service.domain.permissions import Actor
from service.domain.plans import Plan, PlanStatus
from service.domain.runs import FINISHED_RUNS, MatchingRun, RunStatus
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.publish_plan import PublishPlan, publish_plan
from service.workflows.start_run import StartRun, start_run

LOOK_EVERY_S: Final = 0.5
LESS_CHANCE: Final = 0.04
DECLINED_CHANCE: Final = 0.03
MANY: Final = 1000


class DemoFailed(Exception):
    """The matching run did not end with a plan."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Who acts: the city's operator, and for each cooperative its officer."""

    operator: Actor
    officers: dict[UUID, Actor]
    own_login: frozenset[UUID]
    """Organisations with a person who can log in: their answers are left to whoever tries the demo."""


async def cast_of(units: UnitsOfWork, region_code: str) -> Cast:
    """Find the people of the region."""
    async with units.begin() as work:
        members = await active_members(work.session, region_code)
    actors = {user.id: Actor(user.id, office.id, region_code, user.role) for user, office in members}
    operator = next(actor for actor in actors.values() if actor.role is Role.CITY_OPERATOR)
    officers = {actor.organisation_id: actor for actor in actors.values() if actor.role is Role.COOP_OFFICER}
    own_login = frozenset(user.organisation_id for user, _ in members if user.password_hash)
    return Cast(operator, officers, own_login)


async def find_plan_of(units: UnitsOfWork, cast: Cast, week_start: date) -> Plan | None:
    """Return the plan of the week's latest run that has one."""
    async with units.begin() as work:
        runs = await list_runs(
            work.session,
            region_code=cast.operator.region_code,
            week_start=week_start,
            status=RunStatus.SUCCEEDED,
            after=None,
            limit=1,
        )
        if not runs or runs[0].plan_id is None:
            return None
        return await find_plan(
            work.session,
            runs[0].plan_id,
            region_code=cast.operator.region_code,
            statuses=frozenset(PlanStatus),
        )


async def match(units: UnitsOfWork, cast: Cast, command: StartRun, watch: Callable[[MatchingRun], None]) -> Plan:
    """Start a run, or find the one that is under way, and wait for its plan.

    Raises
    ------
    DemoFailed
        If the run ends without one.
    """
    run_id = await _active_run(units, cast, command.week_start)
    if run_id is None:
        async with units.begin(actor=cast.operator) as work:
            run_id = (await start_run(work, command)).id
    while True:
        async with units.begin() as work:
            listed = await find_run(work.session, run_id, region_code=cast.operator.region_code)
        if listed is None:
            raise DemoFailed(f"run {run_id} is gone")
        watch(listed.run)
        if listed.run.status in FINISHED_RUNS:
            break
        await asyncio.sleep(LOOK_EVERY_S)
    plan = await find_plan_of(units, cast, command.week_start)
    if plan is None:
        raise DemoFailed(f"{listed.run.failure_code}: {listed.run.failure_detail}")
    return plan


async def _active_run(units: UnitsOfWork, cast: Cast, week_start: date) -> UUID | None:
    async with units.begin() as work:
        runs = await list_runs(
            work.session,
            region_code=cast.operator.region_code,
            week_start=week_start,
            status=None,
            after=None,
            limit=1,
        )
    return runs[0].run.id if runs and runs[0].run.status not in FINISHED_RUNS else None


async def publish(units: UnitsOfWork, cast: Cast, plan: Plan) -> None:
    """Publish the plan unless it is."""
    if plan.status is PlanStatus.PROPOSED:
        async with units.begin(actor=cast.operator) as work:
            await publish_plan(work, PublishPlan(plan.id, plan.version))


async def orders_of(units: UnitsOfWork, plan: Plan) -> list[Order]:
    """Return the orders of a plan."""
    async with units.begin() as work:
        listed = await list_orders(
            work.session, region_code=plan.region_code, wanted=OrderFilter(plan_id=plan.id), after=None, limit=MANY
        )
    return [summary.order for summary in listed]


async def answer(units: UnitsOfWork, cast: Cast, orders: list[Order], *, seed: int) -> None:
    """Let every cooperative answer its order, except where somebody can log in and do it."""
    for order in orders:
        if order.status is not OrderStatus.SENT or order.cooperative_id in cast.own_login:
            continue
        async with units.begin(actor=cast.officers[order.cooperative_id]) as work:
            shown = await lines_of(work.session, order.id, kitchen_id=None)
            waiting = [each for each in shown if each.line.status is OrderLineStatus.AWAITING_ANSWER]
            answers = tuple(_answer(each, _draw_for(each, order, seed)) for each in waiting)
            await answer_order(work, AnswerOrder(order.id, answers))


def _draw_for(shown: ShownLine, order: Order, seed: int) -> random.Random:
    """Return the chances of a line, by what it says and not by its place: ids differ from one demo to the next."""
    line = shown.line
    words = (order.number, shown.kitchen.code, line.item_code, line.needed_date, line.ordered_qty, line.price_idr)
    return random.Random(f"pasok-demo/{seed}/answers/{words}")  # noqa: S311 - repeatable on purpose


def _answer(shown: ShownLine, draw: random.Random) -> LineAnswer:
    line = shown.line
    chance = draw.random()
    if chance < DECLINED_CHANCE:
        return LineAnswer(line.id, 0, draw.choice(list(DeclineReason)[:-1]))
    half = line.ordered_qty // 2 // shown.item.step_qty * shown.item.step_qty
    if chance < DECLINED_CHANCE + LESS_CHANCE and half:
        return LineAnswer(line.id, half, DeclineReason.NOT_ENOUGH_GOODS)
    return LineAnswer(line.id, line.ordered_qty)
