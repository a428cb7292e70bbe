"""Cooperatives answer the orders of a published week, and what they decline is repaired."""

import json

from service.domain.answers import LineAnswer
from service.domain.orders import DeclineReason, Order, OrderLine
from service.domain.runs import RunProblem
from service.matching.reader import read_problem
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.problem_file import unpacked
from tests.factories.runs import plans_of, rows, start, stored, work_on


async def answer(units, city, index, choose):
    """Let a cooperative answer every line of its order: `choose` returns quantity and reason."""
    cooperative = city.cooperatives[index]
    (order,) = await rows(units, Order, cooperative_id=cooperative.id)
    lines = await rows(units, OrderLine, order_id=order.id)
    answers = tuple(LineAnswer(line.id, *choose(line), None) for line in lines)
    async with units.begin(actor=city.officer(index)) as work:
        await answer_order(work, AnswerOrder(order.id, answers))
    return lines


def all_of(line):
    return line.ordered_qty, None


def nothing_of(line):
    return 0, DeclineReason.NOT_ENOUGH_GOODS


def cannot_drive(line):
    """The goods are there for others, so that a repair has something to order."""
    return 0, DeclineReason.NO_TRANSPORT


async def serving(units, city) -> list[int]:
    """The cooperatives that got orders, by their place."""
    owners = {order.cooperative_id for order in await rows(units, Order)}
    return [place for place, cooperative in enumerate(city.cooperatives) if cooperative.id in owners]


async def repaired(units, city):
    run = await start(units, city)
    await work_on(units, run)
    assert (await stored(units, run)).failure_detail is None
    (plan,) = await plans_of(units, run)
    (file,) = await rows(units, RunProblem, run_id=run.id)
    return plan, read_problem(json.loads(unpacked(file.content_gzip)))
