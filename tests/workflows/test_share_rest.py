"""A rest that the head office's own region needs no more goes to branches whose regions are short, by need."""

import pytest
import sqlalchemy as sa

from service.database.queries.invariants import violations
from service.domain.answers import LineAnswer
from service.domain.orders import DeclineReason, OrderLine
from service.domain.organisations import OrganisationStatus
from service.domain.policies import FallenLines
from service.domain.quotas import quota_packs
from service.domain.repair_requests import RepairRequest
from service.domain.stocks import StockStatus
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.publish_plan import PublishPlan, publish_plan
from service.workflows.return_quotas import return_quotas
from service.workflows.share_rest import share_rests
from tests.factories.divided_weeks import NEEDED_PACKS, REGIONS, add_divided_weeks, want_more
from tests.factories.plans import LINE_QTY

HOME, FIRST, SECOND = range(3)


class Regions:
    """What happens in the regions, and how many packs each may promise beyond what its plan took."""

    def __init__(self, session, units, divided) -> None:
        self.session, self.units, self.divided = session, units, divided

    async def publish(self, *places: int, declines: bool = False) -> None:
        """Publish the plans; cooperatives take all of their lines or none."""
        for place in places:
            week = self.divided.weeks[place]
            async with self.units.begin(actor=week.operator) as work:
                [order] = (await publish_plan(work, PublishPlan(week.plan.id, 1))).orders
            lines = await self.session.scalars(sa.select(OrderLine).where(OrderLine.order_id == order.id))
            said = tuple(
                LineAnswer(line.id, 0, DeclineReason.OTHER) if declines else LineAnswer(line.id, line.ordered_qty)
                for line in lines
            )
            async with self.units.begin(actor=week.officer()) as work:
                await answer_order(work, AnswerOrder(order.id, said))

    async def more(self) -> list[int]:
        for part in self.divided.parts:
            await self.session.refresh(part)
        own = [part.packs - part.elsewhere_packs for part in self.divided.parts]
        return [packs - NEEDED_PACKS for packs in own]

    async def want(self, place: int, qty: int) -> None:
        await want_more(self.session, self.divided.weeks[place], qty)

    async def repaired(self) -> list[str]:
        """Return the regions that a repair is asked for."""
        return list(await self.session.scalars(sa.select(RepairRequest.region_code).order_by("region_code")))


@pytest.fixture
async def regions(session, units) -> Regions:
    return Regions(session, units, await add_divided_weeks(session, rest=3))


async def test_the_region_that_lacks_most_of_its_demand_gets_the_most(regions, units, clock):
    await regions.want(FIRST, LINE_QTY)
    await regions.want(SECOND, LINE_QTY // 4)
    await regions.publish(HOME, FIRST, SECOND)
    assert await share_rests(units) == {}
    clock.advance(hours=25)
    assert await share_rests(units) == {regions.divided.pool.id: 3}
    assert await regions.more() == [0, 2, 1]
    assert await regions.repaired() == sorted(REGIONS[1:])
    assert await violations(regions.session) == []
    assert await return_quotas(units) == {}
    assert await share_rests(units) == {}


async def test_what_a_region_cannot_use_comes_back_and_is_not_brought_to_it_again(regions, units, clock):
    await regions.want(FIRST, LINE_QTY)
    await regions.publish(HOME, FIRST)
    clock.advance(hours=25)
    assert await share_rests(units) == {regions.divided.pool.id: NEEDED_PACKS}
    await regions.session.execute(sa.delete(RepairRequest))
    assert await return_quotas(units) == {regions.divided.parts[FIRST].id: NEEDED_PACKS}
    assert await share_rests(units) == {}
    assert await regions.more() == [3, 0, 0]


async def test_a_branch_without_need_a_plan_or_a_place_at_the_table_gets_nothing(regions, units, session, clock):
    await regions.publish(HOME, FIRST)
    clock.advance(hours=25)
    await regions.want(SECOND, LINE_QTY)
    assert await share_rests(units) == {}
    await regions.publish(SECOND)
    branch = regions.divided.weeks[SECOND].wholesaler
    branch.status = OrganisationStatus.SUSPENDED
    await session.flush()
    assert await share_rests(units) == {}
    branch.status = OrganisationStatus.ACTIVE
    policy = regions.divided.weeks[SECOND].policy
    policy.values = {**policy.values, "fallen_lines": FallenLines.ASK_OPERATOR}
    await session.flush()
    assert await share_rests(units) == {}
    policy.values = {**policy.values, "fallen_lines": FallenLines.AUTOMATIC}
    await session.flush()
    assert await share_rests(units) == {regions.divided.pool.id: NEEDED_PACKS}


async def test_a_branch_that_never_opens_any_more_gets_nothing(regions, units, session, clock, caplog):
    await regions.want(FIRST, LINE_QTY)
    await regions.publish(HOME, FIRST)
    clock.advance(hours=25)
    branch = regions.divided.weeks[FIRST].wholesaler
    usual, branch.service_weekdays = branch.service_weekdays, 0
    await session.flush()
    assert await share_rests(units) == {}
    assert "rest_not_shared" not in caplog.messages
    branch.service_weekdays = usual
    await session.flush()
    assert await share_rests(units) == {regions.divided.pool.id: NEEDED_PACKS}


async def test_nothing_is_offered_that_would_come_too_late(regions, units, clock):
    await regions.want(FIRST, LINE_QTY)
    await regions.publish(HOME, FIRST)
    clock.advance(days=5)
    assert await share_rests(units) == {}


async def test_the_head_offices_own_region_repairs_before_a_rest_is_offered_to_others(regions, units, session, clock):
    """Its stock is sold out and it is short, as is another region; a third gives its quota back."""
    for place in (HOME, SECOND):
        await regions.want(place, LINE_QTY)
    pool = regions.divided.pool
    pool.packs -= 3
    await session.flush()
    await regions.publish(HOME, SECOND)
    await regions.publish(FIRST, declines=True)
    clock.advance(hours=25)
    assert await return_quotas(units) == {regions.divided.parts[FIRST].id: NEEDED_PACKS}
    assert await regions.repaired() == [REGIONS[HOME]]
    assert await share_rests(units) == {}
    await session.execute(sa.delete(RepairRequest))
    assert await share_rests(units) == {pool.id: NEEDED_PACKS}
    await session.refresh(regions.divided.parts[SECOND])
    assert quota_packs(regions.divided.parts[SECOND]) == 2 * NEEDED_PACKS


@pytest.mark.parametrize("why", ["withdrawn", "the operator decides"])
async def test_packs_that_come_back_start_no_repair_where_they_are_not_sold_or_nothing_moves_by_itself(
    regions, units, session, clock, why
):
    await regions.want(HOME, LINE_QTY)
    pool, policy = regions.divided.pool, regions.divided.weeks[HOME].policy
    pool.packs -= 3
    await session.flush()
    await regions.publish(HOME)
    await regions.publish(FIRST, declines=True)
    clock.advance(hours=25)
    await session.refresh(pool)
    if why == "withdrawn":
        pool.status = StockStatus.WITHDRAWN
    else:
        policy.values = {**policy.values, "fallen_lines": FallenLines.ASK_OPERATOR}
    await session.flush()
    assert await return_quotas(units) == {regions.divided.parts[FIRST].id: NEEDED_PACKS}
    assert await regions.repaired() == []
