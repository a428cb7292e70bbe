"""Two taps on one link at the same moment: the second finds that everything is taken, and says so."""

import pytest
import sqlalchemy as sa

from service.domain.answer_links import AnswerLink
from service.domain.orders import Answer, OrderLine, OrderLineStatus
from service.workflows.answer_by_link import answer_by_link
from tests.workflows.interleavings import interleave, watch
from tests.workflows.test_orders_at_once import sent_orders


@pytest.fixture
async def link(real_units, city):
    """A link to one order of the first cooperative, for its officer."""
    orders, _ = await sent_orders(real_units, city)
    officer = city.officer()
    order = next(one for one in orders if one.cooperative_id == officer.organisation_id)
    return AnswerLink(officer.user_id, order.id, None, order.respond_by_at)


async def test_a_tap_beside_another_takes_nothing_twice(real_units, fresh_engine, link):
    has_taken = {}

    def tapping(name):
        async def tap(work):
            has_taken[name] = await answer_by_link(work, link)

        return None, tap

    watch(fresh_engine)
    came = await interleave(fresh_engine, real_units, tapping("slow"), tapping("quick"), stop=1)
    assert came == ("done", "done"), "the slow one is no error"
    assert has_taken == {"quick": True, "slow": False}
    async with real_units.begin() as work:
        lines = list(await work.session.scalars(sa.select(OrderLine).where(OrderLine.order_id == link.order_id)))
        assert {line.status for line in lines} == {OrderLineStatus.ACCEPTED}
        assert await work.session.scalar(sa.select(sa.func.count(Answer.id))) == len(lines)
