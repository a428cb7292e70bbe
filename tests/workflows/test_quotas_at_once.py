"""Regions that publish, answer, buy, return and repair at the same moment never have more than one pool together.

Real transactions side by side; with the locks taken away some of them get in each other's way.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from service.database.unit_of_work import UnitsOfWork
from service.domain.answers import LineAnswer
from service.domain.errors import DomainError, StaleVersion
from service.domain.orders import DeclineReason, Order, OrderLine, OrderStatus
from service.domain.plans import Plan, PlanStatus
from service.domain.repair_requests import RepairRequest
from service.domain.runs import MatchingRun, RunKind, RunStatus
from service.domain.stocks import Stock
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.prepare_deliveries import prepare_due_deliveries
from service.workflows.publish_plan import PublishPlan, publish_plan
from service.workflows.publish_repair import PublishRepair, publish_repair
from service.workflows.set_quota import SetQuota, set_branch_quota
from service.workflows.share_rest import settle_quotas, share_rest
from service.workflows.start_due_repairs import start_due_repairs
from tests.factories.divided_weeks import NEEDED_PACKS, OF_STOCK, DividedWeeks, add_divided_weeks, want_more
from tests.factories.plans import LINE_QTY
from tests.factories.purchases import confirm_purchases
from tests.factories.runs import plans_of, rows, start, work_on
from tests.workflows.books import broken_rules

Deed = Callable[[], Awaitable[Any]]
REST = 3


async def at_once(deeds: Sequence[Deed], seed: int) -> list[Any]:
    """Do everything at once; a refusal is a result, anything else that is raised is a fault."""
    chance = random.Random(seed)
    gate = asyncio.Barrier(len(deeds))

    async def one(deed: Deed, delay_s: float) -> Any:
        await gate.wait()
        await asyncio.sleep(delay_s)
        try:
            return await deed()
        except DomainError as refusal:
            return refusal

    return await asyncio.gather(*(one(deed, chance.choice((0, 0, chance.random() / 50))) for deed in deeds))


class Pool:
    """What the regions do with the packs of one wholesaler."""

    def __init__(self, units: UnitsOfWork, divided: DividedWeeks) -> None:
        self.units, self.divided, self.plans = units, divided, []

    async def plan(self) -> None:
        """Make the plan of every region; the branches' want more than their quotas hold."""
        for week in self.divided.weeks:
            run = await start(self.units, week)
            await work_on(self.units, run)
            self.plans += await plans_of(self.units, run)

    def publishing(self, place: int) -> Deed:
        async def publish() -> Any:
            async with self.units.begin(actor=self.divided.weeks[place].operator) as work:
                return await publish_plan(work, PublishPlan(self.plans[place].id, self.plans[place].version))

        return publish

    def answering(self, place: int, *, declines: bool) -> Deed:
        async def answer() -> Any:
            week = self.divided.weeks[place]
            for order in await rows(self.units, Order, region_code=week.policy.region_code, status=OrderStatus.SENT):
                said = tuple(
                    LineAnswer(line.id, 0, DeclineReason.NO_TRANSPORT)
                    if declines
                    else LineAnswer(line.id, line.ordered_qty)
                    for line in await rows(self.units, OrderLine, order_id=order.id)
                )
                async with self.units.begin(actor=week.officer()) as work:
                    await answer_order(work, AnswerOrder(order.id, said))

        return answer

    def dividing(self, place: int, packs: int) -> Deed:
        async def divide() -> Any:
            pool, branch = self.divided.pool, self.divided.weeks[place].wholesaler
            async with self.units.begin(actor=self.divided.head_office) as work:
                version = (await work.session.get_one(Stock, pool.id)).version
                return await set_branch_quota(work, SetQuota(pool.id, version, branch.id, packs))

        return divide

    async def settle(self) -> None:
        """Give back, offer, and buy, as the worker's jobs do."""
        await settle_quotas(self.units)
        async with self.units.begin() as work:
            await confirm_purchases(work)
        await prepare_due_deliveries(self.units)

    async def repair(self, seed: int) -> list[Any]:
        """Let every region that waits for its repair be solved and published, all at once."""
        await start_due_repairs(self.units)
        runs = await rows(self.units, MatchingRun, kind=RunKind.REPAIR, status=RunStatus.QUEUED)
        await asyncio.gather(*(work_on(self.units, run) for run in runs))
        plans = await rows(self.units, Plan, run_kind=RunKind.REPAIR, status=PlanStatus.PROPOSED)
        deeds = [lambda plan=plan: publish_repair(self.units, PublishRepair(plan.id)) for plan in plans]
        return await at_once([*deeds, self.settle, self.settle], seed)

    async def wrong(self) -> list[Any]:
        """Return where the books are not right, and by how much more is promised than there is."""
        async with self.units.begin() as work:
            promised = await work.session.scalar(sa.select(sa.func.sum(Stock.promised_packs)))
            packs = await work.session.scalar(sa.select(Stock.packs).where(Stock.pool_id.is_(None)))
            found = await broken_rules(work.session)
        return [*found, *([promised - packs] if promised > packs else [])]

    async def promised(self) -> list[int]:
        parts = {part.id: part for part in await rows(self.units, Stock, item_code=OF_STOCK)}
        return [parts[part.id].promised_packs for part in self.divided.parts]


async def a_pool(units: UnitsOfWork, *, rest: int) -> Pool:
    async with units.begin() as work:
        divided = await add_divided_weeks(work.session, rest=rest)
        for week in divided.weeks[1:]:
            await want_more(work.session, week, LINE_QTY)
    pool = Pool(units, divided)
    await pool.plan()
    return pool


@pytest.mark.parametrize("seed", range(2))
async def test_regions_that_do_everything_at_once_never_have_more_than_the_pool(crowd, clock, seed):
    pool = await a_pool(crowd, rest=REST)
    came = await at_once(
        [
            *(pool.publishing(place) for place in range(3)),
            *(pool.dividing(place, NEEDED_PACKS + more) for place in (1, 2) for more in (-1, 1, 2)),
            pool.settle,
        ],
        seed,
    )
    assert await pool.wrong() == [], came
    clock.advance(minutes=1)
    deeds = [pool.answering(place, declines=place == seed) for place in range(3)]
    await at_once([*deeds, pool.dividing(1, 3), pool.dividing(2, 3), pool.settle, pool.settle], seed)
    assert await pool.wrong() == []
    clock.advance(hours=25)
    await at_once([pool.settle] * 4, seed)
    assert await pool.wrong() == []
    clock.advance(minutes=2)
    await pool.repair(seed)
    assert await pool.wrong() == []


async def test_a_rest_that_two_regions_want_is_promised_to_both_by_need_and_never_twice(crowd, clock):
    """From the offer of the rest to the orders of the repairs that use it, all regions at once."""
    pool = await a_pool(crowd, rest=REST)
    await at_once([pool.publishing(place) for place in range(3)], 0)
    await at_once([pool.answering(place, declines=False) for place in range(3)], 0)
    clock.advance(hours=25)
    await at_once([pool.settle] * 4, 0)
    assert {request.region_code for request in await rows(crowd, RepairRequest)} == {
        week.policy.region_code for week in pool.divided.weeks[1:]
    }
    clock.advance(minutes=2)
    await pool.repair(0)
    assert await pool.promised() == [NEEDED_PACKS, NEEDED_PACKS + 2, NEEDED_PACKS + 1]
    assert await pool.wrong() == []


async def two_workers_share(pool: Pool, clock) -> list[Any]:
    """Let one worker offer the rest and another begin before it commits; return how many packs each offered."""
    await asyncio.gather(*(pool.publishing(place)() for place in range(3)))
    await asyncio.gather(*(pool.answering(place, declines=False)() for place in range(3)))
    clock.advance(hours=25)
    first_has = asyncio.Event()

    async def first() -> int:
        async with pool.units.begin() as work:
            packs = await share_rest(work, pool.divided.pool.id)
            first_has.set()
            await asyncio.sleep(0.1)
        return packs

    async def second() -> int:
        await first_has.wait()
        async with pool.units.begin() as work:
            return await share_rest(work, pool.divided.pool.id)

    return await asyncio.gather(first(), second(), return_exceptions=True)


async def test_of_two_workers_one_offers_the_rest(crowd, clock):
    pool = await a_pool(crowd, rest=REST)
    assert await two_workers_share(pool, clock) == [REST, 0]
    assert await pool.wrong() == []


async def test_without_locks_both_offer_it_and_only_the_version_of_the_row_refuses_the_second(
    crowd, clock, without_locks
):
    pool = await a_pool(crowd, rest=REST)
    offered, refused = await two_workers_share(pool, clock)
    assert (offered, type(refused)) == (REST, StaleVersion)
