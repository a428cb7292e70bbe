"""What the end of a random week looks for is found where it is, and is not there where workers do what they are to."""

import uuid
from dataclasses import replace
from unittest import mock

import pytest
import sqlalchemy as sa

from service.domain.orders import Order, OrderLine
from service.domain.people import Role
from service.workflows.answer_order import AnswerOrder, answer_order
from tests.factories.orders import taking
from tests.workflows.random_weeks import a_town, the_same_ids
from tests.workflows.town import BEGIN
from tests.workflows.week_ends import come_to_rest, overlooked, unheard

AUTOMATIC_WITHOUT_UNDO = 4
"""The seed of a town whose lines move by themselves at once, and in which others have goods left."""


@pytest.fixture
def units(units):
    """Who is asked for what hangs on the order of ids: in another town nobody might have goods left."""
    with the_same_ids():
        yield replace(units, new_id=uuid.uuid4)


@pytest.fixture
async def declined(units, clock):
    """The operator of a town in which a cooperative has declined its whole order; others could bring some of it."""

    async def decline():
        clock.now = BEGIN
        async with units.begin(correlation_id="week") as work:
            town = await a_town(work, clock, AUTOMATIC_WITHOUT_UNDO)
            order = (await work.session.scalars(sa.select(Order).order_by(Order.id.desc()))).first()
            answers = tuple(taking(line, 0) for line in await town.lines_of(OrderLine, "order_id", order))
            officer = town.actor(Role.COOP_OFFICER, order.cooperative_id)
            await answer_order(replace(work, actor=officer), AnswerOrder(order.id, answers))
        return town.operator

    return decline


async def test_whoever_declines_leaves_nobody_waiting_unheard(units, clock, declined):
    operator = await declined()
    await come_to_rest(units, clock)
    assert await unheard(units) == []
    assert await overlooked(units, operator) == []


async def test_what_nobody_is_told_of_and_nobody_looks_for_is_found(units, clock, declined):
    with mock.patch("service.workflows.release_lines.defer_move"):
        operator = await declined()
    await come_to_rest(units, clock)
    assert await unheard(units)
    assert await overlooked(units, operator)
